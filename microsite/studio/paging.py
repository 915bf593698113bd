"""Long lists in pages: the query's `page` names one, from 1 on (`paging.html` leads to the others)."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from microsite.studio.fields import number_in_query

Item = TypeVar("Item")


class ListPage(NamedTuple, Generic[Item]):
    items: Sequence[Item]
    number: int
    last: int
    """The number of the last page."""


def asked_page(items: Sequence[Item], most: int) -> ListPage[Item]:
    """The page that is asked for, of at most so many items; the nearest where no page has that number."""
    last = max(1, -(-len(items) // most))
    number = min(max(number_in_query("page", 1), 1), last)
    return ListPage(items[(number - 1) * most : number * most], number, last)
