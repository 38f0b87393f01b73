"""The constructs: one thing each."""
