"""What changed between two texts, word by word."""

import re
from collections.abc import Mapping
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
    if len(old) + len(new) > MAX_TOKENS:
        return _diff_of_middle(old, new)
    segments: list[DiffSegment] = []
    gone = added = ""
    for operation, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[start:end]) if operation == "equal" else ""
        if same and (same.strip() or not (gone or added)):
            segments += [DiffSegment("gone", gone), DiffSegment("new", added), DiffSegment("same", same)]
            gone = added = ""
        else:  # a space alone, between two changes, is no anchor for the eye
            gone, added = gone + "".join(old[start:end]), added + "".join(new[new_start:new_end])
    return [segment for segment in (*segments, DiffSegment("gone", gone), DiffSegment("new", added)) if segment.text]


def _diff_of_middle(old: list[str], new: list[str]) -> list[DiffSegment]:
    """Everything between the common beginning and the common end as one change; linear in the number of tokens."""
    shorter = min(len(old), len(new))
    start = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    left = shorter - start
    end = next((index for index in range(left) if old[-1 - index] != new[-1 - index]), left)
    old_end, new_end = len(old) - end, len(new) - end
    segments = (
        DiffSegment("same", "".join(old[:start])),
        DiffSegment("gone", "".join(old[start:old_end])),
        DiffSegment("new", "".join(new[start:new_end])),
        DiffSegment("same", "".join(old[old_end:])),
    )
    return [segment for segment in segments if segment.text]


def word_diffs(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[DiffSegment]]:
    """The diff of each part of `after` (headline, text, ...) to the same part of `before`, or to an empty text."""
    return {part: word_diff(before.get(part, ""), text) for part, text in after.items()}
