"""Setting the words of a share image: a font that has their letters, balanced lines, as large as there is room for."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is used: most processes never draw, and it costs a start 17 ms and 6 MB
    from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
SERIFS = ("serif.ttf", "serif-greek.ttf")
"""The first that has all of a text's letters sets it. For more scripts add a font (a right-to-left one needs Raqm)."""
SANS = ("sans.otf",)
ELLIPSIS = "…"
BREAK = re.compile(r"[^\S\u00a0\u202f\u2007]+")  # white space that is not a no-break space
TITLE_SIZES = (144, 130, 118, 108, 98, 89, 81, 74, 67, 61, 55, 50, 46)
MAX_TITLE_CHARACTERS = 500
"""More than the smallest size has room for."""
PROBE_SIZE = 36
TRACKING, LEADING = -0.018, 1.08
"""Shares of the size of the type."""


def fitted(text: Text, measure: float, height: float) -> tuple[Letters, list[str]]:
    """The letters and lines of a title, as large as there is room for, or a little smaller for better breaks."""
    candidates = []
    for size in TITLE_SIZES:
        letters = text.set(size, TRACKING)
        lines, room = letters.wrapped(text.words[:MAX_TITLE_CHARACTERS], measure), int(height / size / LEADING)
        if len(lines) <= room and all(letters.width(line) <= measure for line in lines):
            flaws = sum(_flaw(before.split(" ")[-1], after.split(" ")[0]) for before, after in pairwise(lines))
            candidates.append((size * (1 - flaws), letters, lines))
    if not candidates:
        shown = [*lines[: room - 1], " ".join(lines[room - 1 :])]
        return letters, [letters.cut(line, measure) for line in shown if line]
    return max(candidates, key=itemgetter(0))[1:]


def _flaw(before: str, after: str) -> float:
    """How bad a line break is between two words: good at a pause, bad in a name (Hong Kong), after a small word (à)."""
    if before.endswith((",", ";", ":", ".", "?", "!", "»", "”")):
        return -0.1
    if before[:1].isupper() and after[:1].isupper():
        return 0.35
    return 0.2 if len(before) < 3 else 0


@dataclass(frozen=True)
class Text:
    """Words, and the font that has all of their characters."""

    words: str
    font: str

    def set(self, size: int, tracking: float = 0) -> Letters:
        return Letters(_font(self.font, size), size * tracking)


def spelled(words: str, fonts: tuple[str, ...]) -> Text | None:
    """None where every font lacks a letter. Symbols that a font lacks, such as emoji, are left out."""
    words = BREAK.sub(" ", unicodedata.normalize("NFC", words))
    words = "".join(c for c in words if unicodedata.category(c) not in ("Cc", "Cf") and c not in "\ufe0e\ufe0f\u20e3")
    for font in fonts:
        lacking = {c for c in words if not _has_glyph(font, c)}
        if all(unicodedata.category(c).startswith("S") for c in lacking):
            words = BREAK.sub(" ", "".join(c for c in words if c not in lacking)).strip()
            return Text(words, font) if words else None
    return None


@cache
def _has_glyph(font: str, character: str) -> bool:
    """Pillow does not tell. But in place of what a font lacks it draws the same box as for a character that is none."""
    return _glyph(font, character) != _glyph(font, "\U0010ffff")


def _glyph(font: str, character: str) -> tuple[object, bytes]:
    mask = _font(font, PROBE_SIZE).getmask(character)
    return mask.size, bytes(mask)


@cache
def _font(font: str, size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    # Not Raqm, which comes and goes with a machine's libraries: the same name must be the same image.
    return ImageFont.truetype(FONTS / font, size, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True)
class Letters:
    """Of one font and size, with space between them: Pillow cannot add it, so they are set one by one."""

    font: ImageFont.FreeTypeFont
    spacing: float

    def width(self, words: str) -> float:
        return sum(_advance(self.font, character) + self.spacing for character in words)

    def wrapped(self, words: str, measure: float) -> list[str]:
        """In as few lines as can be, about equally long. A word that is too wide has a line to itself."""
        parts = words.split(" ")
        widths, space = [self.width(part) for part in parts], self.width(" ")
        best: list[tuple[int, float, list[str]]] = [(0, 0, [])]  # of the first 0, 1, 2... words: number, cost, lines
        for end in range(1, len(parts) + 1):
            choices: list[tuple[int, float, list[str]]] = []
            for start in reversed(range(end)):
                width = sum(widths[start:end]) + space * (end - start - 1)
                if choices and width > measure:
                    break
                number, cost, lines = best[start]
                cost += (1 - width / measure) ** 2 + (_flaw(*parts[end - 1 : end + 1]) if end < len(parts) else 0)
                choices.append((number + 1, cost, [*lines, " ".join(parts[start:end])]))
            best.append(min(choices))
        return best[-1][2]

    def cut(self, line: str, room: float) -> str:
        """As much of a line as there is room for, and an ellipsis where that is not all."""
        if self.width(line) <= room:
            return line
        fitting = bisect_right(range(len(line)), room, key=lambda end: self.width(line[:end] + ELLIPSIS))
        return line[: fitting - 1].rstrip(" ,;:") + ELLIPSIS


@cache
def _advance(font: ImageFont.FreeTypeFont, character: str) -> float:
    return font.getlength(character)
