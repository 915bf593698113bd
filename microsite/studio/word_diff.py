"""What changed between two texts, word by word."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_TOKEN = re.compile(r"%\(\w+\)s|\w+(?:['’-]\w+)*|\s+|[^\w\s]")
MAX_TOKENS = 600
"""Words, spaces and punctuation marks of both texts that are compared one by one, some 30 ms at worst: the time grows
with the square of their number. The longest words of a promotion have 200."""


class DiffSegment(NamedTuple):
    """A run of text with its `kind`: “same”, “gone” (only in the older text) or “new” (only in the newer one)."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[DiffSegment]:
    """The segments of both texts, in order: those that are not “new” make `before`, those that are not “gone” `after`.

    In texts longer than `MAX_TOKENS` only the common beginning and the common end are “same”.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    segments: list[DiffSegment] = []
    gone = added = ""
    for operation, start, end, new_start, new_end in _changes(old, new):
        same = "".join(old[start:end]) if operation == "equal" else ""
        if same and (same.strip() or not (gone or added)):
            segments += [DiffSegment("gone", gone), DiffSegment("new", added), DiffSegment("same", same)]
            gone = added = ""
        else:  # a space alone, between two changes, is no anchor for the eye
            gone, added = gone + "".join(old[start:end]), added + "".join(new[new_start:new_end])
    return [segment for segment in (*segments, DiffSegment("gone", gone), DiffSegment("new", added)) if segment.text]


def _changes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """As `SequenceMatcher.get_opcodes`; of what is longer than `MAX_TOKENS` the middle is one change: linear time."""
    if len(old) + len(new) <= MAX_TOKENS:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    old_end, new_end = len(old) - end, len(new) - end
    return (
        ("equal", 0, start, 0, start),
        ("replace", start, old_end, start, new_end),
        ("equal", old_end, len(old), new_end, len(new)),
    )


def _common(old: list[str], new: list[str]) -> int:
    """How many tokens both begin with."""
    differing = (index for index, (before, after) in enumerate(zip(old, new, strict=False)) if before != after)
    return next(differing, min(len(old), len(new)))


def word_diffs(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[DiffSegment]]:
    """The diff of each part of `after` (headline, text, ...) to the same part of `before`, or to an empty text."""
    return {part: word_diff(before.get(part, ""), text) for part, text in after.items()}
