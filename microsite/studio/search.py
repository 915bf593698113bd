"""Searching a list: the query's `q`, and what holds all of its words."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from flask import request

from microsite.text import folded, normalized

MAX_SEARCH = 100
"""Characters of a search: each of its words is looked for in every item."""
Item = TypeVar("Item")


def asked_for() -> str:
    """What somebody searches for; empty: nothing."""
    return normalized(request.args.get("q", "")[:MAX_SEARCH]).strip()


def matching(items: Iterable[Item], q: str, text_of: Callable[[Item], str]) -> list[Item]:
    """The items whose text has every word of `q` somewhere, both folded."""
    words = folded(q).split()
    with_text = ((item, folded(text_of(item))) for item in items)
    return [item for item, text in with_text if all(word in text for word in words)]
