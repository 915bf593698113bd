"""Spaces, apostrophes and quotation marks as each language sets them: the renderer's work, never the writer's.

One rule a language, plain text (or HTML, whose tags are left alone) in, the same out. Applying a rule twice changes
nothing more. French spacing follows the *Lexique des règles typographiques en usage à l'Imprimerie nationale*: a narrow
no-break space before `; ! ?`, a no-break space before `:` and inside « ».
"""

import re
from collections.abc import Callable

NARROW = "\u202f"  # narrow no-break space
FIRM = "\u00a0"  # no-break space
SPACES = f"[ {FIRM}{NARROW}]"

# Addresses, tags, entities, message placeholders; and private-use characters, which stand in for them meanwhile.
_UNTOUCHED = re.compile(
    r"(?:https?://|www\.)[^\s<>»”\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|<[^<>]+>|&#?\w+;|%\(\w+\)[sd]|[\ue000-\uf8ff]"
)
_STAND_IN = re.compile("[\ue000-\uf8ff]")
_WORD = r"[\w\ue000-\uf8ff]"
_ENDS_WORD = r"[\w\ue000-\uf8ff)\]»”’…%€.]"
_STOPS = r"(?=[\s)\]»”’.,…\ue000-\uf8ff]|$)"

_MONTHS = "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"

_FRENCH: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"(?<={_WORD})'"), "’"),
    (re.compile(r"\b1(?:ère|ere|ière)\b"), "1re"),
    (re.compile(r"\b(\d+)(?:ème|eme|ième)\b"), r"\1e"),
    (re.compile(rf"«{SPACES}*"), f"«{FIRM}"),
    (re.compile(rf"{SPACES}*»"), f"{FIRM}»"),
    (re.compile(rf"(?:(?<={_ENDS_WORD}){SPACES}*|^{SPACES}+)([;!?]+){_STOPS}"), rf"{NARROW}\1"),
    (re.compile(rf"(?:(?<={_ENDS_WORD}){SPACES}*|^{SPACES}+):{_STOPS}"), f"{FIRM}:"),
    (re.compile(rf"(?<=\d){SPACES}?([%€])"), rf"{FIRM}\1"),
    (re.compile(rf"\b(1er|\d\d?){SPACES}(?={_MONTHS}\b)"), rf"\1{FIRM}"),
]
_THOUSANDS = re.compile(rf"(?<!\d{SPACES})(?<![\d,.])\d{{1,3}}(?:{SPACES}\d{{3}})+(?!\d)")

_ENGLISH: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"(?<={_WORD})'"), "’"),
    (re.compile(r"(^|[\s(\[“])'"), r"\1‘"),
    (re.compile(r'(^|[\s(\[‘])"'), r"\1“"),
    (re.compile(r'"'), "”"),
    (re.compile(r"'"), "’"),
]


def french(text: str) -> str:
    """French spacing, apostrophes, ordinals (1re, 2e) and thousands."""
    text, untouched = _set_aside(text)
    for pattern, replacement in _FRENCH:
        text = pattern.sub(replacement, text)
    text = _THOUSANDS.sub(lambda number: re.sub(SPACES, NARROW, number[0]), text)
    return _put_back(text, untouched)


def english(text: str) -> str:
    """Curly quotation marks and apostrophes; no French spacing."""
    text, untouched = _set_aside(text)
    for pattern, replacement in _ENGLISH:
        text = pattern.sub(replacement, text)
    return _put_back(text, untouched)


_RULES: dict[str, Callable[[str], str]] = {"fr": french, "en": english}


def typeset(text: str, language: str) -> str:
    """`text` as `language` (a two- or three-letter code) sets it; unchanged where we know no rule."""
    rule = _RULES.get(language)
    return rule(text) if rule else text


def quotation_marks(language: str) -> tuple[str, str, str, str]:
    """Opening and closing marks of a quotation, then of one inside it."""
    if language == "fr":
        return f"«{FIRM}", f"{FIRM}»", "“", "”"
    return "“", "”", "‘", "’"


def _set_aside(text: str) -> tuple[str, list[str]]:
    untouched: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        untouched.append(match[0])
        return chr(0xE000 + len(untouched) - 1)

    return _UNTOUCHED.sub(stand_in, text), untouched


def _put_back(text: str, untouched: list[str]) -> str:
    return _STAND_IN.sub(lambda match: untouched[ord(match[0]) - 0xE000], text)
