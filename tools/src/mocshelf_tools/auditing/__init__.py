"""The auditor: what of PostgreSQL, the bucket, the index and the queues does not agree, and mending it."""
