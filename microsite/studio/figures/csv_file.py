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
"""In English for everybody: a sheet that somebody has made goes on fitting when somebody else exports."""
MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the letters of 1995."""
FORMULA = re.compile(r"(?:^|[,;]|(?<!\s)\s)\s*+(?=[-=+@\uff0b\uff0d\uff1d\uff20])")
"""What stands before a sign with which a spreadsheet would begin to calculate: the start of a cell, or of what it takes
for one where its separator is not ours, as in French; and spaces. Tried once in a run of spaces: from each of them,
16,000 tabs took three seconds."""
SEPARATOR = re.compile(r"[,;\t\r\n]")
PIECE = 500
"""Lines that are sent together."""


class _Echo:
    def write(self, line: str) -> str:
        return line


def pieces(counted: Iterable[Row[Any]], revisions: Mapping[int, Revision]) -> Iterator[str]:
    """The file, some hundred lines at a time: each alone would cost more to send than to write."""
    found = lines(counted, revisions)
    while piece := "".join(islice(found, PIECE)):
        yield piece


def lines(counted: Iterable[Row[Any]], revisions: Mapping[int, Revision]) -> Iterator[str]:
    """One line a total; the headline is that of a revision, as typed."""
    write = csv.writer(_Echo()).writerow
    yield MARK + str(write(COLUMNS))
    for one in counted:
        saved = revisions.get(one.revision)
        words = (one.locale, one.page, one.placement, one.promotion, _name(one.revision))
        texts = [harmless(text) for text in (*words, saved.words.get("headline", "") if saved else "")]
        yield str(write([one.day.isoformat(), *texts, one.displays, one.clicks]))


@lru_cache(maxsize=10_000)
def harmless(text: str) -> str:
    """With an apostrophe before whatever a spreadsheet could take for a formula: then it is text."""
    return FORMULA.sub(_with_apostrophes, text)


def _with_apostrophes(before: re.Match[str]) -> str:
    """An apostrophe wherever a cell may begin: any of the separators may be the one."""
    begins_text = before.start() == 0 and before[0][:1] not in (",", ";")
    return ("'" if begins_text else "") + SEPARATOR.sub(r"\g<0>'", before[0])


def _name(revision: int) -> str:
    return {FROM_CATALOG: "catalog", UNKNOWN_REVISION: UNKNOWN}.get(revision, str(revision))
