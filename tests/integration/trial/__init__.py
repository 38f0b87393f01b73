"""Functions that misbehave on request, to see what the dev gateway does about it."""
