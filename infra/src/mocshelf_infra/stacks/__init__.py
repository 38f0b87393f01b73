"""The stacks: each composes constructs, grants, and hands out what the next ones need."""
