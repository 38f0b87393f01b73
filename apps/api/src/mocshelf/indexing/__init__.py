"""The search index: what its documents are, and that they follow the tables."""
