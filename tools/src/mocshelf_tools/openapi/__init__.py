"""The API described in OpenAPI 3.1, from the route tables of the functions."""
