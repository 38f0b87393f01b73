"""What every function stands on, one outside thing a file."""
