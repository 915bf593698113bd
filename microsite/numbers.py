"""Numbers in addresses, queries and forms: none is larger than a database column holds."""

import re

from werkzeug.routing import IntegerConverter, Map

MAX_NUMBER = 2**31 - 1
"""PostgreSQL's INTEGER, which ids are; SQLite would hold more, and Python any."""


DIGITS = "0|[1-9][0-9]{0,9}"
"""ASCII, and without zeros in front: a number is written in one way, so that what it names has one address."""


def read_number(text: str) -> int:
    """A number from 0 to `MAX_NUMBER`, written in `DIGITS`. Raises ValueError for anything else."""
    if not re.fullmatch(DIGITS, text.strip(" ")) or (number := int(text)) > MAX_NUMBER:
        raise ValueError("no number that could be meant")
    return number


class NumberConverter(IntegerConverter):
    """The converter `<int:…>` of every route: an address with a number beyond `MAX_NUMBER` is a 404."""

    regex = f"(?:{DIGITS})"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MAX_NUMBER)
