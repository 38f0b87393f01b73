"""Code that runs in Lambda for the infrastructure itself, each a file that needs nothing but boto3."""
