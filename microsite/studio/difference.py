"""What changed between two texts, word by word."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"\w+(?:['’-]\w+)*|\s+|[^\w\s]")
MAX_PIECES = 600
"""Words, spaces and marks of both texts that are compared one by one, some 30 ms at worst: time grows with the square
of their number. The longest words of a promotion have 200."""


class Piece(NamedTuple):
    """`kind` is “same”, “gone” or “new”."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Both texts in one: read without what is new it is `before`, without what is gone `after`.

    Of longer texts than `MAX_PIECES` only what both begin and end with counts as the same.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MAX_PIECES:
        return _middle_differs(old, new)
    pieces: list[Piece] = []
    gone = added = ""
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[start:end]) if what == "equal" else ""
        if same and (same.strip() or not (gone or added)):
            pieces += [Piece("gone", gone), Piece("new", added), Piece("same", same)]
            gone = added = ""
        else:  # a space alone, between two changes, is no anchor for the eye
            gone, added = gone + "".join(old[start:end]), added + "".join(new[new_start:new_end])
    return [piece for piece in (*pieces, Piece("gone", gone), Piece("new", added)) if piece.text]


def _middle_differs(old: list[str], new: list[str]) -> list[Piece]:
    shorter = min(len(old), len(new))
    start = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    left = shorter - start
    end = next((index for index in range(left) if old[-1 - index] != new[-1 - index]), left)
    old_end, new_end = len(old) - end, len(new) - end
    pieces = (
        Piece("same", "".join(old[:start])),
        Piece("gone", "".join(old[start:old_end])),
        Piece("new", "".join(new[start:new_end])),
        Piece("same", "".join(old[old_end:])),
    )
    return [piece for piece in pieces if piece.text]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[Piece]]:
    """Part by part, of two wordings."""
    return {part: difference(before.get(part, ""), text) for part, text in after.items()}
