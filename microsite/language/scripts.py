"""Letters of other alphabets than a language's, and emoji: what slips into a translation and is not seen there."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import filterfalse

import babel
from babel import localedata

from microsite.language.locales import Locale, script

_HAN = ("CJK", "IDEOGRAPHIC", "HALFWIDTH", "FULLWIDTH")
_NAMES = {
    **dict.fromkeys(("Hans", "Hant"), (*_HAN, "BOPOMOFO")),
    "Jpan": (*_HAN, "HIRAGANA", "KATAKANA"),
    "Kore": (*_HAN, "HANGUL"),
    "Beng": ("BENGALI",),
    "Cans": ("CANADIAN",),
    "Mtei": ("MEETEI",),
    "Nkoo": ("NKO",),
    "Orya": ("ORIYA",),
}
"""How Unicode's names of a script's letters begin, where they do not with CLDR's English name of the script."""
_LOOK_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"}
"""Scripts with letters that look like another's. No word has letters of two of them."""
_IN_NO_SCRIPT = "ªºµ"
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile("[A-Za-z]{2,}")
_ALONE = re.compile(r"(?<![\w’'.-])[a-z](?![\w’').-])")
_PICTURES = (range(0x2600, 0x27C0), range(0x2B00, 0x2C00), range(0x1F000, 0x1FB00))
"""The blocks of Unicode whose symbols are pictures."""
_DRAWN = "\ufe0f\u20e3"
"""What makes a picture of the sign before it: a variation selector, and a key around it."""


@cache
def _scripts(locale: Locale) -> frozenset[str]:
    """The scripts that a language is written in, or the one that the locale names, as `_script_of` names them."""
    codes = {script(locale.id)}
    if not any(len(part) == 4 for part in locale.id.split("_")):
        variants = (name for name in localedata.locale_identifiers() if name.startswith(f"{locale.language}_"))
        codes.update(map(script, variants))
    english = babel.Locale("en").scripts
    return frozenset(
        name for code in codes for name in _NAMES.get(code) or (english.get(code, code).upper().partition(" ")[0],)
    )


@lru_cache(10_000)
def _script_of(sign: str) -> str:
    """How Unicode's name of a letter begins: `LATIN`. Empty for what is no letter of a script, as ª, ½ and ʼ."""
    is_letter = unicodedata.category(sign) in ("Lu", "Ll", "Lt", "Lo") and sign not in _IN_NO_SCRIPT
    return re.split("[ -]", unicodedata.name(sign, ""))[0] if is_letter else ""


def foreign_letter(text: str, source: str, locale: Locale) -> tuple[str, str] | None:
    """The first letter of another alphabet than the language's, and its word; None without one.

    Latin words are none in any language, but for a Latin letter that stands alone or in a word of another alphabet.
    Nor is what the source has. Takes linear time.
    """
    scripts = _scripts(locale)
    if scripts == {"LATIN"} and text.isascii():
        return None
    known, words = frozenset(source), frozenset(_ASCII_WORD.findall(source))
    for word in filterfalse(str.isascii, _WORD.findall(text)):
        first = {name: sign for sign in reversed(word) if (name := _script_of(sign))}
        if others := [first[name] for name in first if name not in (*scripts, "LATIN") and first[name] not in known]:
            return others[0], word
        if len(mixed := first.keys() & _LOOK_ALIKE) > 1 and words.isdisjoint(_ASCII_WORD.findall(word)):
            rarest = min(sorted(mixed), key=[*map(_script_of, word)].count)
            if rarest == "LATIN" or first[rarest] not in known:
                return first[rarest], word
    if "LATIN" in scripts or scripts.isdisjoint(_LOOK_ALIKE):
        return None
    alone = {*_ALONE.findall(text)} - ({*_ALONE.findall(source)} - {"a"})  # an English word
    return next(((sign, sign) for sign in sorted(alone)), None)


def picture(text: str, source: str) -> str:
    """The first emoji, or symbol like one, that the source has not; empty without one. Takes linear time."""
    if text.isascii():
        return ""
    known = frozenset(source)
    for before, sign in zip(f" {text}", text, strict=False):
        if sign in known:
            continue
        if sign in _DRAWN:
            return f"{before}{sign}"
        if _is_picture(sign):
            return sign
    return ""


def _is_picture(sign: str) -> bool:
    """Clocks, playing cards and whatever is drawn in colour: those before the blocks of pictures are wide ones."""
    if ord(sign) < 0x2300 or unicodedata.category(sign) not in ("So", "Sk", "Cn"):
        return False
    is_wide = ord(sign) < 0x2E80 and unicodedata.east_asian_width(sign) == "W"
    return is_wide or any(ord(sign) in block for block in _PICTURES)
