"""The console of `dev`: what the gateway does, live, on a page of its own. Nothing of it is ever deployed."""
