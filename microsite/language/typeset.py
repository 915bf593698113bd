"""Short texts, typeset once: messages and the words of promotions, which every edition says again."""

from functools import lru_cache

from microsite.language.typography import typeset

MAX_TYPESET = 20_000
"""Texts that are kept, of three languages with some 5,000 messages each: about 10 MB."""


@lru_cache(MAX_TYPESET)
def typeset_once(text: str, language: str) -> str:
    """As `typeset`; remembered by what it is given, the least used forgotten first."""
    return typeset(text, language)
