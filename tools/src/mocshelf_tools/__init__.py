"""The command line of Mocshelf: dev stack, database, tests, benchmarks."""
