"""The one gate for numbers from outside, in addresses, queries and forms: none is larger than a database holds."""

import re

from werkzeug.routing import IntegerConverter, Map

MAX_NUMBER = 2**31 - 1
"""PostgreSQL's INTEGER, which ids are; SQLite would hold more, and Python any."""


DIGITS = "0|[1-9][0-9]{0,9}"
"""ASCII, and without zeros in front: a number is written in one way, so that what it names has one address."""


def read_number(typed: str) -> int:
    """A number from 0 to `MAX_NUMBER`, written in `DIGITS`. Raises ValueError for anything else."""
    if not re.fullmatch(DIGITS, typed.strip(" ")) or (number := int(typed)) > MAX_NUMBER:
        raise ValueError("no number that could be meant")
    return number


class NumberConverter(IntegerConverter):
    """`<int:…>` in every route: an address with a number that no database holds has no page."""

    regex = f"(?:{DIGITS})"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MAX_NUMBER)
