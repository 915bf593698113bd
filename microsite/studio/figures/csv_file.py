"""The totals as a table for spreadsheets: RFC 4180, UTF-8."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Row

from microsite.promotions.counts import UNKNOWN, UNKNOWN_REVISION
from microsite.promotions.wording import FROM_CATALOG
from microsite.storage.tables import Revision

COLUMNS = ("day", "language", "page", "placement", "promotion", "revision", "headline", "views", "clicks")
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


def chunks(counted: Iterable[Row[Any]], revisions: Mapping[int, Revision]) -> Iterator[str]:
    """The file, `LINES_PER_CHUNK` at a time: sending each line alone would cost more than writing it."""
    rest = lines(counted, revisions)
    while chunk := "".join(islice(rest, LINES_PER_CHUNK)):
        yield chunk


def lines(counted: Iterable[Row[Any]], revisions: Mapping[int, Revision]) -> Iterator[str]:
    """The heading and a line for each row; the headline is that of the revision, as typed."""
    write = csv.writer(_Echo()).writerow
    yield BYTE_ORDER_MARK + str(write(COLUMNS))
    for row in counted:
        saved = revisions.get(row.revision)
        words = (row.locale, row.page, row.placement, row.promotion, _revision_name(row.revision))
        texts = [harmless(text) for text in (*words, saved.words.get("headline", "") if saved else "")]
        yield str(write([row.day.isoformat(), *texts, row.impressions, row.clicks]))


@lru_cache(maxsize=10_000)
def harmless(text: str) -> str:
    """With an apostrophe before whatever a spreadsheet could take for a formula (OWASP: CSV injection)."""
    return FORMULA.sub(_with_apostrophes, text)


def _with_apostrophes(before: re.Match[str]) -> str:
    """An apostrophe wherever a cell may begin: the spreadsheet may take any of the separators for its own."""
    begins_text = before.start() == 0 and before[0][:1] not in (",", ";")
    return ("'" if begins_text else "") + SEPARATOR.sub(r"\g<0>'", before[0])


def _revision_name(revision: int) -> str:
    return {FROM_CATALOG: "catalog", UNKNOWN_REVISION: UNKNOWN}.get(revision, str(revision))
