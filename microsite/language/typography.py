"""Spaces, apostrophes and quotation marks as each language sets them: the renderer's work, never the writer's.

One rule a language, plain text (or HTML, whose tags are left alone) in, the same out. Applying a rule twice changes
nothing more. French spacing follows the *Lexique des règles typographiques en usage à l'Imprimerie nationale*: a narrow
no-break space before `; ! ?`, a no-break space before `:` and inside « ».
"""

import re
from collections.abc import Callable
from functools import lru_cache

NNBSP = "\u202f"  # narrow no-break space
NBSP = "\u00a0"  # no-break space
SPACES = f"[ {NBSP}{NNBSP}]"

# Private-use characters stand in for what is left alone: from the first plane for tags that open, else the second.
_OPENING, _OTHER = 0xF0000, 0x100000
_OPENED, _HIDDEN = "\U000f0000-\U000fffff", "\U000f0000-\U0010ffff"
_MAX_STAND_INS = 0x10000
# Addresses, tags, entities, message placeholders; and what stands in for them already. Here and below, whatever may
# repeat is tried where it begins and nowhere else (a look-behind says so): from each sign of a long word or a long run
# of spaces, time would grow with the square of its length.
_UNTOUCHED = re.compile(
    r"(?:https?://|www\.)[^\s<>»”\"]+|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+|<[^<>]+>|&#?\w+;|%\(\w+\)[sd]"
    rf"|[{_HIDDEN}]"
)
_STAND_IN = re.compile(f"[{_HIDDEN}]")
_WORD = rf"[\w{_HIDDEN}]"
_ENDS_WORD = rf"[\w{_HIDDEN})\]»”’…%€$£¥°.]"
_STOPS = rf"(?=[\s)\]»”’.,…{_HIDDEN}]|$)"

_FRENCH_UNITS = "ans?|mois|semaines?|jours?|heures?|minutes?|secondes?|siècles?|km|millions?|milliards?|dollars?|euros?"
_FRENCH_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_ENGLISH_UNITS = "years?|months?|weeks?|days?|hours?|minutes?|seconds?|centur(?:y|ies)|km|miles?|million|billion"
_ENGLISH_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_OTHERS = "\U00100000-\U0010ffff"
"""What stands in for placeholders, which may be numbers; not for tags that open."""

_FRENCH: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"(?<={_WORD})'"), "’"),
    (re.compile(r"\b1(?:ère|ere|ière)\b"), "1re"),
    (re.compile(r"\b(\d+)(?:ème|eme|ième)\b"), r"\1e"),
    (re.compile(rf"«{SPACES}*"), f"«{NBSP}"),
    (re.compile(rf"(?<!{SPACES}){SPACES}*»"), f"{NBSP}»"),
    (re.compile(rf"(?:(?<={_ENDS_WORD}){SPACES}*|^{SPACES}+)([;!?]+){_STOPS}"), rf"{NNBSP}\1"),
    (re.compile(rf"(?:(?<={_ENDS_WORD}){SPACES}*|^{SPACES}+):{_STOPS}"), f"{NBSP}:"),
    (re.compile(rf"(?<=\d){SPACES}?([%€])"), rf"{NBSP}\1"),
    (re.compile(rf"(?<=[\d{_OTHERS}])[ {NBSP}](?=(?:{_FRENCH_UNITS})\b)"), NBSP),
    (re.compile(rf"\b(1er|\d\d?){SPACES}(?=(?:{_FRENCH_MONTHS})\b)"), rf"\1{NBSP}"),
]
_THOUSANDS = re.compile(rf"(?<!\d{SPACES})(?<![\w,.])\d{{1,3}}(?:{SPACES}\d{{3}})+(?!\d)")

_OPENS = re.compile(rf"""(?:^|(?<=[\s(\[“‘{_OPENED}])|(?<=[—–])(?=["']+\w))["']+""")
_OPEN, _CLOSED = str.maketrans("\"'", "“‘"), str.maketrans("\"'", "”’")


_THREE_DOTS = re.compile(r"(?<!\.)\.{3}(?!\.)")
_BEFORE_QUOTES = tuple(f" \t\n{NBSP}{NNBSP}([«“‘—–")

_IN_WORD = re.compile(r"(?<=[A-Za-zÀ-\u052f])'(?=[A-Za-zÀ-\u052f])")
"""An apostrophe between letters of Latin, Greek or Cyrillic: Hebrew has a sign of its own that looks like it."""
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[%‰€$£°])")

_DECADE = re.compile(r"(?<![\w'’])'(?=\d0s\b)")
_COUNTED = re.compile(rf"(?<=[\d{_OTHERS}]) (?=(?:{_ENGLISH_UNITS}|{_ENGLISH_MONTHS})\b)")
_RAISED = re.compile(r"\b(1)(er|re)\b")
_CODE = re.compile(r"(?<![\w/-])(?=[\w/-]*[A-Z])(?=[\w/-]*\d)[\w/-]+")
"""A word of capitals and figures: F12, IPv6, COVID-19."""


def _language(locale_id: str) -> str:
    return locale_id.partition("_")[0]


def marked_figures(html: str, language: str) -> str:
    """Escaped words with codes such as F12 marked, whose figures are as tall as their capitals, and with the letters of
    French ordinals raised: 1<sup>er</sup>. `2e` is left: it may be anything.
    """
    html = _CODE.sub(r"<abbr>\g<0></abbr>", html)
    return _RAISED.sub(r"\1<sup>\2</sup>", html) if _language(language) == "fr" else html


def french(text: str) -> str:
    """French spacing, apostrophes, ordinals (1re, 2e) and thousands."""
    text, untouched = set_aside(text)
    for pattern, replacement in _FRENCH:
        text = pattern.sub(replacement, text)
    text = _THOUSANDS.sub(lambda number: re.sub(SPACES, NNBSP, number[0]), text)
    return put_back(text, untouched)


def english(text: str) -> str:
    """Curly quotation marks and apostrophes, numbers with their units; no French spacing."""
    text, untouched = set_aside(text)
    text = _COUNTED.sub(NBSP, _DECADE.sub("’", text))
    text = _OPENS.sub(lambda quotes: quotes[0].translate(_OPEN), text)
    return put_back(text.translate(_CLOSED), untouched)


def _other(text: str) -> str:
    """What holds in every language: a curly apostrophe in a word, no line that begins with the sign of a unit."""
    text, untouched = set_aside(text)
    return put_back(_BEFORE_UNIT.sub(NBSP, _IN_WORD.sub("’", text)), untouched)


_RULES: dict[str, Callable[[str], str]] = {"fr": french, "en": english}


def typeset(text: str, language: str) -> str:
    """`text` as `language` (or a locale's id: `fr_CA`) sets it."""
    return _RULES.get(_language(language), _other)(text)


def typeset_as_typed(text: str, language: str) -> str:
    """As `typeset`, with the no-break space that catalogs have, U+00A0, where pages have the narrow one as well."""
    return typeset(text, language).replace(NNBSP, NBSP)


MAX_CACHED_TEXTS = 20_000
"""Short texts of three languages with some 5,000 messages each: about 10 MB."""


@lru_cache(MAX_CACHED_TEXTS)
def typeset_once(text: str, language: str) -> str:
    """As `typeset`, cached: for messages, which every edition says again."""
    return typeset(text, language)


@lru_cache(MAX_CACHED_TEXTS)
def typeset_plain(text: str, language: str) -> str:
    """As `typeset`, for words that no Markdown has gone through: in French quotation marks are paired, dots are three.

    Cached: every edition says the words of promotions again.
    """
    rule = _RULES.get(_language(language))
    if not rule:
        return _other(text)
    text, untouched = set_aside(text)
    text = _THREE_DOTS.sub("…", text)
    while rule is french and (paired := _paired(text, quotation_marks(language))) != text:
        text = paired  # what stood in the way of another pair is gone
    return rule(put_back(text, untouched))


def _paired(text: str, marks: tuple[str, str, str, str]) -> str:
    """`text` with `marks` in place of straight quotation marks that open and close; any other stays as it is."""
    pieces = re.split(r"([\"'])", text)
    opened: list[int] = []
    for place in range(1, len(pieces), 2):
        before, sign, after = pieces[place - 1 : place + 2]
        begins = before[-1:] in _BEFORE_QUOTES if before else place == 1 or opened[-1:] == [place - 2]
        if begins and (after[:1].strip() not in ("", "»") or (not after and place + 2 < len(pieces))):
            opened.append(place)
        elif opened and pieces[opened[-1]] == sign and not after[:1].isalnum():
            depth = 2 * (len(opened) > 1)
            pieces[opened.pop()], pieces[place] = marks[depth], marks[depth + 1]
    return "".join(pieces)


_ENGLISH_MARKS = ("“", "”", "‘", "’")
_MARKS: dict[str, tuple[str, str, str, str]] = {
    "fr": (f"«{NBSP}", f"{NBSP}»", "“", "”"),
    **dict.fromkeys(("br", "ca", "el", "es", "eu", "it", "kk", "mg", "pt_PT"), ("«", "»", "“", "”")),
    **dict.fromkeys(("cs", "de", "et", "hr", "is", "lb", "mk", "sk", "sl"), ("„", "“", "‚", "‘")),
    **dict.fromkeys(("be", "ky", "ru", "uk"), ("«", "»", "„", "“")),
    **dict.fromkeys(("am", "fa"), ("«", "»", "‹", "›")),
    **dict.fromkeys(("fi", "he", "sv", "yi"), ("”", "”", "’", "’")),
    **dict.fromkeys(("nb", "nn", "no"), ("«", "»", "‘", "’")),
    **dict.fromkeys(("ar", "ur"), ("”", "“", "’", "‘")),
    **dict.fromkeys(("ja", "yue", "zh_Hant"), ("「", "」", "『", "』")),
    **dict.fromkeys(("pl", "ro"), ("„", "”", "«", "»")),
    **dict.fromkeys(("bg", "lt"), ("„", "“", "„", "“")),
    "bs": ("„", "”", "‘", "’"),
    "eo": ("“", "”", "«", "»"),
    "hu": ("„", "”", "»", "«"),
    "hy": ("«", "»", "«", "»"),
    "ka": ("„", "“", "«", "»"),
    "nl": ("‘", "’", "‘", "’"),
    "sr": ("„", "”", "’", "’"),
}
"""By locale id or language: the `delimiters` of CLDR 48, which Babel does not have; others have English ones.

French has those of the Imprimerie nationale.
"""


def quotation_marks(locale_id: str) -> tuple[str, str, str, str]:
    """Opening and closing marks of a quotation, then of one inside it."""
    parts = locale_id.split("_")
    ids = ("_".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((_MARKS[written] for written in ids if written in _MARKS), _ENGLISH_MARKS)


def quoted(html: str, language: str) -> str:
    """Between the marks of the language, and those in it in its second pair; French alone has the numbers of sources at
    its end before the last one.
    """
    before, after, *inner = quotation_marks(language)
    html = re.sub(f"({re.escape(before)})|{re.escape(after)}", lambda mark: inner[0 if mark[1] else 1], html)
    end = len(html)
    while _language(language) != "fr" and html.endswith("</a></sup>", 0, end):
        end = html.rindex("<sup", 0, end)
    return f"{before}{html[:end]}{after}{html[end:]}"


_COMMAS = {**dict.fromkeys(("ar", "ckb", "fa", "ps", "sd", "ug", "ur"), "، "), "ja": "、", "yue": "，", "zh": "，"}


def comma(locale_id: str) -> str:
    """What stands between the parts of a line, such as the name of a publication and a date. No list: CLDR joins the
    items of Arabic lists by “and”.
    """
    return _COMMAS.get(_language(locale_id), ", ")


def set_aside(text: str) -> tuple[str, list[str]]:
    """`text` with stand-ins for addresses, tags and whatever else no rule may touch, and what they stand for.

    There are 65,536 stand-ins; what comes after them in a text stays as it is, and is typeset.
    """
    untouched: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        if len(untouched) == _MAX_STAND_INS:
            return match[0]
        untouched.append(match[0])
        is_opening = match[0].startswith("<") and not match[0].startswith("</")
        return chr((_OPENING if is_opening else _OTHER) + len(untouched) - 1)

    return _UNTOUCHED.sub(stand_in, text), untouched


def put_back(text: str, untouched: list[str]) -> str:
    return _STAND_IN.sub(lambda match: untouched[ord(match[0]) & 0xFFFF], text)
