"""Profiles: who a user is to themselves."""
