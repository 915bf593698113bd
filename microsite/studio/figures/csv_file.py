"""The totals as a table for spreadsheets: RFC 4180, UTF-8."""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Row

from microsite.storage.tables import Wording

COLUMNS = ("day", "language", "page", "placement", "promotion", "wording", "headline", "views", "clicks")
"""In English in every language of the studio: a sheet that somebody has made fits everybody's exports."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as Windows-1252."""
FORMULA = re.compile(r"(?:^|[,;]|(?<!\s)\s)\s*+(?=[-=+@\uff0b\uff0d\uff1d\uff20])")
"""What stands before a sign that begins a formula: the start of a cell (also of a cell for a spreadsheet with another
separator than ours, as in French), and spaces. Possessive, and tried once in a run of spaces: trying from each of them,
16,000 tabs took three seconds."""
SEPARATOR = re.compile(r"[,;\t\r\n]")
LINES_PER_CHUNK = 500


class _Echo:
    """A file for `csv.writer` whose `write` returns the line."""

    def write(self, line: str) -> str:
        return line


def chunks(counted: Iterable[Row[Any]], wordings: Iterable[Wording]) -> Iterator[str]:
    """The file, `LINES_PER_CHUNK` at a time: sending each line alone would cost more than writing it."""
    rest = lines(counted, wordings)
    while chunk := "".join(islice(rest, LINES_PER_CHUNK)):
        yield chunk


def lines(counted: Iterable[Row[Any]], wordings: Iterable[Wording]) -> Iterator[str]:
    """The heading and a line for each row; the headline is that of the wording, as readers saw it.

    Clicks that are withheld are an empty cell.
    """
    headlines = {(shown.promotion, shown.locale, shown.digest): shown.headline for shown in wordings}
    write = csv.writer(_Echo()).writerow
    yield BYTE_ORDER_MARK + str(write(COLUMNS))
    for row in counted:
        headline = headlines.get((row.promotion, row.locale, row.wording), "")
        words = (row.locale, row.page, row.placement, row.promotion, row.wording, headline)
        texts = [harmless(text) for text in words]
        yield str(write([row.day.isoformat(), *texts, row.impressions, row.clicks]))


@lru_cache(maxsize=10_000)
def harmless(text: str) -> str:
    """With an apostrophe before whatever a spreadsheet could take for a formula (OWASP: CSV injection)."""
    return FORMULA.sub(_with_apostrophes, text)


def _with_apostrophes(before: re.Match[str]) -> str:
    """An apostrophe wherever a cell may begin: the spreadsheet may take any of the separators for its own."""
    begins_text = before.start() == 0 and before[0][:1] not in (",", ";")
    return ("'" if begins_text else "") + SEPARATOR.sub(r"\g<0>'", before[0])
