"""One module per command: `register` describes it, `run` does it."""
