"""What text from outside may be: one rule for files, catalogs, forms and uploads."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple


def N_(message: str) -> str:
    """Marks a message for extraction where it is written down; it is asked for where it is shown."""
    return message


class Sentence(str):
    """A sentence in English that remembers what it was made of: it can be said in another language later."""

    text: str
    """With placeholders, marked for translation by `N_`."""
    values: Mapping[str, object]

    def __new__(cls, text: str, **values: object) -> "Sentence":
        sentence = super().__new__(cls, text % values if values else text)
        sentence.text, sentence.values = text, values
        return sentence

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of `gettext`, and in it those among its values that are sentences too."""
        if not self.values:
            return gettext(self.text)
        values = {name: translate_value(value, gettext) for name, value in self.values.items()}
        try:
            return gettext(self.text) % values
        except (LookupError, TypeError, ValueError):  # it cannot be filled in, and the checks have missed it
            return str(self)


def translate_value(value: object, gettext: Callable[[str], str]) -> object:
    """A Sentence in the language of `gettext`; anything else as it is."""
    return value.translated(gettext) if isinstance(value, Sentence) else value


# What XML 1.0 forbids, C1 controls, characters that change the direction of what follows, noncharacters, and the two
# planes that are free for anybody's use: no font draws them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\ue000-\uf8ff\ufeff]")
_LOST = re.compile("\ufffd")
"""U+FFFD, which a program puts in the place of a byte that it could not decode."""
CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
"""Marks that git leaves in a file. `=======` is not among them: in Markdown it underlines a heading."""
CONFLICT_MESSAGE = N_("A mark of a git conflict stands here. Settle the conflict.")
# TRANSLATORS: %(code)s is a character's number, such as U+202E.
_FORBIDDEN_MESSAGE = N_("There is an invisible control character, %(code)s. Retype the text.")
_LOST_MESSAGE = N_("A letter was lost here: it could not be read in its encoding. Type it again.")
_MARKS_MESSAGE = N_("Too many accents or other marks stand on one letter. Retype the text.")
# TRANSLATORS: %(code)s is a character's number, such as U+200B.
_INVISIBLE_MESSAGE = N_("There is an invisible character, %(code)s. Is it meant?")


class TextProblem(NamedTuple):
    """What is wrong with a text."""

    line: int
    """From 1."""
    sentence: Sentence


class NotText(ValueError):
    """Bytes that are not UTF-8; `problem` says in which line, and what to do."""

    def __init__(self, line: int, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.problem = TextProblem(line, sentence)


_BYTE_ORDER_MARKS = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
"""Byte order marks; UTF-32 first, which begins as UTF-16 does."""


def decoded(data: bytes) -> str:
    """A file's bytes as normalized text. Raises NotText for what is not UTF-8."""
    if encoding := next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), _wide(data)):
        # TRANSLATORS: %(encoding)s is the name of an encoding of text, such as UTF-16.
        raise NotText(1, Sentence(N_("The file is in %(encoding)s. Save it as UTF-8."), encoding=encoding))
    try:
        return normalized(data.decode())
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        # TRANSLATORS: %(code)s is the number of a byte, such as E9.
        message = N_("The byte %(code)s is no text in UTF-8: was the file saved as Windows-1252? Save it as UTF-8.")
        sentence = Sentence(message, code=f"{data[error.start]:02X}")
        raise NotText(before.count(b"\n") + 1, sentence) from error


def _wide(data: bytes) -> str:
    """“UTF-16” if the bytes look like it without a mark, else empty: every other byte of Latin letters is then 0."""
    start = data[:200]
    is_wide = len(start) > 3 and (start[1::2].count(0) > len(start) / 4 or start[::2].count(0) > len(start) / 4)
    return "UTF-16" if is_wide else ""


MAX_COMBINING_MARKS = 30
"""Accents and other marks in a row, as Unicode's stream-safe text has it (UAX #15, 13); no language needs four."""


@cache
def _marks() -> frozenset[str]:
    return frozenset(mark for code in range(0x300, 0x1F000) if unicodedata.combining(mark := chr(code)))


@cache
def _too_many_marks() -> re.Pattern[str]:
    marks = "".join(_marks())
    return re.compile(f"(?<![{marks}])[{marks}]{{{MAX_COMBINING_MARKS + 1}}}")


def _has_marks(text: str) -> bool:
    """Whether there are any: 100,000 characters without take 1 ms, the search for too many of them takes 47."""
    return not text.isascii() and not _marks().isdisjoint(text)


def normalized(text: str) -> str:
    """The same text in normal form C, its lines ending with LF alone, without a byte order mark before it.

    Text with too many marks in a row only has its lines mended: to sort n of them takes the time of n² (80,000: 14 s).
    `text_problems` refuses it.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if _has_marks(text) and _too_many_marks().search(text) else unicodedata.normalize("NFC", text)


_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bb\u02bc\u2032\u0060\u00b4\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff"),
        **{"\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0111": "d", "\u0142": "l", "\u0131": "i"},
    }
)
"""Signs that nobody tells apart who types, signs that nobody sees, and letters that Unicode does not decompose."""


class _Folding(dict[int, str]):
    """What each character is folded to, for `str.translate`. Each by itself: so many marks in a row take no longer."""

    def __missing__(self, code: int) -> str:
        signs = unicodedata.normalize("NFKD", chr(code).translate(_ALIKE))
        plain = "".join(sign for sign in signs if not unicodedata.combining(sign))
        folded = plain.casefold().translate(_ALIKE)
        if code < 0x10000:  # at most so many are remembered, of a hundred bytes each
            self[code] = folded
        return folded


_FOLDING = _Folding()


def folded(text: str) -> str:
    """The text as somebody searches for it: without accents, case, kinds of space, apostrophe, quotation mark and dash.

    The same for all normal forms of a text. Takes linear time.
    """
    return text.translate(_FOLDING)


def is_blank(text: str) -> bool:
    """Whether nothing of it is visible: spaces of any kind, and characters without a shape."""
    return not _INVISIBLE.sub("", text).strip()


def text_problems(text: str, max_length: int | None = None) -> Iterator[TextProblem]:
    """What is wrong with a normalized text of at most `max_length` characters. Takes linear time."""
    if max_length is not None and len(text) > max_length:
        # TRANSLATORS: %(length)s and %(limit)s are numbers of characters.
        message = N_("That is %(length)s characters; there is room for %(limit)s. Say it shorter.")
        yield TextProblem(1, Sentence(message, length=len(text), limit=max_length))
        return  # what is too long is not searched for more
    patterns = [(CONFLICT, CONFLICT_MESSAGE), (_FORBIDDEN, _FORBIDDEN_MESSAGE), (_LOST, _LOST_MESSAGE)]
    if _has_marks(text):
        patterns.append((_too_many_marks(), _MARKS_MESSAGE))
    for pattern, message in patterns:
        yield from _first_per_line(pattern, text, message)


def text_warnings(text: str) -> Iterator[TextProblem]:
    """What a normalized text had better not hold, and is accepted with. Takes linear time."""
    return _first_per_line(_INVISIBLE, text, _INVISIBLE_MESSAGE)


def _first_per_line(pattern: re.Pattern[str], text: str, message: str) -> Iterator[TextProblem]:
    """At most 20 matches, one a line: a file in another encoding would have thousands."""
    start, count = 0, 0
    while count < 20 and (match := pattern.search(text, start)):
        values = {"code": f"U+{ord(match[0][0]):04X}"} if "%" in message else {}
        yield TextProblem(text.count("\n", 0, match.start()) + 1, Sentence(message, **values))
        count += 1
        start = text.find("\n", match.start()) + 1
        if start == 0:
            return
