"""Whether the system can work."""
