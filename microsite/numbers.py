"""The one gate for numbers from outside, in addresses, queries and forms: none is larger than a database holds."""

import re

from werkzeug.routing import IntegerConverter, Map

MAX_NUMBER = 2**31 - 1
"""PostgreSQL's INTEGER, which ids are; SQLite would hold more, and Python any."""


def read_number(typed: str) -> int:
    """A number from 0 to `MAX_NUMBER`, written in ASCII digits. Raises ValueError for anything else."""
    if not re.fullmatch("[0-9]{1,10}", typed.strip(" ")) or (number := int(typed)) > MAX_NUMBER:
        raise ValueError("no number that could be meant")
    return number


class NumberConverter(IntegerConverter):
    """`<int:…>` in every route: an address with a number that no database holds has no page."""

    regex = r"[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MAX_NUMBER)
