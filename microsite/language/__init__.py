"""Which locale a request is in, and what a message says in it."""


def N_(text: str) -> str:
    """Marks a message for extraction where it is written down; it is asked for where it is shown."""
    return text
