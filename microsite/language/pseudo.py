"""The pseudo-language `en-XA`, for developers: accented, 40 % longer, in brackets.

On its pages, what stands without brackets cannot be translated, and a box that overflows would do so in German.
"""

import re
from dataclasses import dataclass

from microsite.language.catalog import Catalog

LENGTH_ADDED = 0.4
"""Of the length of a message."""
OPEN, CLOSE = "⟦", "⟧"

_UNTOUCHED = re.compile(r"(%\(\w+\)[a-z]|%%|<[^<>]*>|&#?\w+;)")
_ACCENTED = str.maketrans("aceginoprsuyzACEGINOPRSUYZ", "áçéğîñöþŕšûýžÁÇÉĞÎÑÖÞŔŠÛÝŽ")
_WORD = "šö "


@dataclass
class PseudoCatalog(Catalog):
    """Has no messages, and says every one of the source language as `pseudo` writes it."""

    def _source(self, message: str) -> str:
        return pseudo(message)


def pseudo(message: str) -> str:
    """`⟦Šķîþ ...⟧`: placeholders, tags and entities as they are."""
    parts = _UNTOUCHED.split(message)
    accented = "".join(part if number % 2 else part.translate(_ACCENTED) for number, part in enumerate(parts))
    padding = _WORD * max(1, round(len(message) * LENGTH_ADDED / len(_WORD)))
    return f"{OPEN}{accented} {padding.strip()}{CLOSE}"
