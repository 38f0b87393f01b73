"""Load: many visitors at once on a running system, what they saw, and whether that is good enough."""
