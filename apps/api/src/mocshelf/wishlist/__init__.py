"""The wishlist: what a user would like to have."""
