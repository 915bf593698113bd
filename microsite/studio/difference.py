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
    pieces = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(old[start:end])))
        else:
            pieces += [Piece("gone", "".join(old[start:end])), Piece("new", "".join(new[new_start:new_end]))]
    return [piece for piece in pieces if piece.text]


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[Piece]]:
    """Part by part, of two wordings."""
    return {part: difference(before.get(part, ""), text) for part, text in after.items()}
