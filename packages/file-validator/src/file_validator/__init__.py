"""What a file really is, and whether it may be stored."""
