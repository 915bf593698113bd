"""Which locale a request is in, and what a message says in it."""
