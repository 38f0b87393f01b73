"""The trial functions, one file each."""
