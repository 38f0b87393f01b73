"""The forever bundle: a user's whole library in one ZIP that anyone can read, and back."""
