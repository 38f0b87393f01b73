"""MOCs: what a user built or owns."""
