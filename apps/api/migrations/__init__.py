"""The database over time: the schema as code, the revisions that lead to it, and running them."""
