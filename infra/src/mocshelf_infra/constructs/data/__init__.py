"""The data stores' constructs: database and proxy, cache, search engine."""
