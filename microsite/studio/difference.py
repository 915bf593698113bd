"""What changed between two texts, word by word."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

_WORD = re.compile(r"\w+(?:['’-]\w+)*|\s+|[^\w\s]")


class Piece(NamedTuple):
    """`kind` is “same”, “gone” or “new”."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Both texts in one: read without what is new it is `before`, without what is gone `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
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


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[Piece]]:
    """Part by part, of two wordings."""
    return {part: difference(before.get(part, ""), text) for part, text in after.items()}
