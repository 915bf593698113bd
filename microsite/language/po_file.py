"""A `.po` file, read strictly: what msgfmt would refuse is refused here, with its line."""

import codecs
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

from microsite.faults import Fault, Faults
from microsite.language import N_
from microsite.language.locales import Locale
from microsite.language.placeholders import has_placeholders, is_data
from microsite.regular_files import read_regular_file
from microsite.text import CONFLICT, CONFLICT_MESSAGE, normalized

LARGEST = 2 * 1024 * 1024
"""Bytes. Ten times a catalog of 5 000 messages would be no catalog of ours."""

TWICE = N_("This message stands here twice. Keep one.")
_NOT_A_LINE = N_("This is not a line of a message catalog. Is the file whole?")
_OUT_OF_PLACE = N_("This line is out of place. Is the file whole?")

Key = tuple[str | None, str]
"""Context and msgid: what a message is asked by."""

_WIDE, _PACKED = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), (b"\x1f\x8b", b"PK\x03\x04")
"""How files in UTF-16 begin; how those of gzip and zip do."""

# polib and Babel take a file that was cut off in the middle of a string: every line must be one of these.
_LINE = re.compile(r'^(?:#.*|(?:(msgctxt|msgid_plural|msgid|msgstr\[\d+\]|msgstr)\s+)?"(?:[^"\\]|\\.)*"|)\s*$')
_FOLLOWS = {
    "": ("msgctxt", "msgid"),
    "msgctxt": ("msgid",),
    "msgid": ("msgid_plural", "msgstr"),
    "msgid_plural": ("msgstr[]",),
    "msgstr": ("msgctxt", "msgid"),
    "msgstr[]": ("msgstr[]", "msgctxt", "msgid"),
}
"""Which keyword may come after which."""
_ESCAPE, _ESCAPES = re.compile(r"\\(.)"), '\\"nrtbfv'
"""What a backslash may stand before: all that polib reads. Others, as `\\303` for a byte, are of times before UTF-8."""
MAX_STRING = 20_000
"""Characters of one string over all its lines. polib takes the time of the square for joining them."""
MAX_PLURAL_RULE = 1000
"""Characters of the header “Plural-Forms”: as many as `gettext.c2py` takes. The longest of a language has 200."""
_PLURAL_FORMS = re.compile(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+);?\s*")


@dataclass(frozen=True)
class Message:
    """One message, as the template asks it or as a catalog says it."""

    context: str | None
    msgid: str
    plural: str | None
    """The msgid for several, where the message counts something."""
    forms: tuple[str, ...]
    """What it says, a string for each plural form; all empty where nothing is said."""
    comment: str
    """What the makers tell translators."""
    places: tuple[str, ...]
    """The files that it comes from."""
    fuzzy: bool
    previous: str | None
    """The msgid that a fuzzy translation was made for, where the source has changed since."""
    line: int

    @property
    def key(self) -> Key:
        return self.context, self.msgid

    @property
    def is_data(self) -> bool:
        """Whether these are words from a file, in which nothing is a placeholder."""
        return is_data(self.context)

    @property
    def is_format_string(self) -> bool:
        """Whether pages put values into it; else a per cent sign in it is a letter."""
        return not self.is_data and has_placeholders(self.msgid, self.plural)

    @property
    def said(self) -> tuple[str, ...]:
        """The forms that may be served: none of a message that is fuzzy or not wholly translated."""
        return self.forms if all(self.forms) and not self.fuzzy else ()

    @property
    def is_for_readers(self) -> bool:
        """Whether the public pages say it; the studio has words of its own. Of a message from nowhere, we assume it."""
        return not self.places or any(not place.startswith(STUDIO) for place in self.places)


STUDIO = ("microsite/studio/", "microsite/language/", "microsite/promotions/", "site/templates/studio/")
"""Where the messages come from that only those who are signed in see."""


@dataclass(frozen=True)
class PoFile:
    """The messages of a file in its order, and its plural rule."""

    messages: dict[Key, Message]
    twice: list[Message]
    """Messages whose key an earlier one has."""
    plural: Callable[[int], int]


def catalog_path(folder: Path, locale_id: str) -> Path:
    return folder / locale_id / "LC_MESSAGES" / "messages.po"


def template_path(folder: Path) -> Path:
    return folder / "messages.pot"


def plural_count(locale: Locale) -> int:
    """How many plural forms a language has."""
    return int(get_plural(locale.babel).num_plurals)


def read_file(path: Path, locale: Locale | None) -> PoFile:
    """The catalog of `locale`, or the template. Raises Faults."""
    return read_bytes(path, read_regular_file(path, LARGEST), locale)


def read_bytes(path: Path, data: bytes, locale: Locale | None) -> PoFile:
    """As `read_file`; `path` is what faults name. Raises Faults."""
    text = _text(path, data)
    if fault := next(_broken_lines(path, text), None):
        raise Faults([fault])
    file = _parsed(path, text)
    lines = text.split("\n")
    plural = _plural_rule(path, lines, file, locale)
    messages: dict[Key, Message] = {}
    twice = []
    for entry in file:
        if entry.obsolete:
            continue
        message = _message(entry, lines)
        if messages.setdefault(message.key, message) is not message:
            twice.append(message)
    return PoFile(messages, twice, plural)


def parsed(path: Path) -> polib.POFile:
    """The file for rewriting: polib gives every byte of it back. Raises Faults."""
    if not os.path.lexists(path):
        raise Faults([Fault(path, 1, "there is no such file. Run `make catalogs`.")])
    return parsed_bytes(path, read_regular_file(path, LARGEST))


def parsed_bytes(path: Path, data: bytes) -> polib.POFile:
    """As `parsed`; `path` is what faults name. Raises Faults."""
    text = _text(path, data)
    if fault := next(_broken_lines(path, text), None):
        raise Faults([fault])
    return _parsed(path, text)


def _text(path: Path, data: bytes) -> str:
    if len(data) > LARGEST:
        raise Faults([Fault(path, 1, N_("This is larger than any message catalog of this site."))])
    if data.startswith(_WIDE):
        raise Faults([Fault(path, 1, N_("This is UTF-16. Save the file as UTF-8."))])
    if data.startswith(_PACKED) or b"\0" in data:
        raise Faults([Fault(path, 1, N_("This is not a text but made from one, as .mo or .zip. Take the .po itself."))])
    try:
        return normalized(data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Faults([Fault(path, line, N_("This is not UTF-8. Save the file in that encoding."))]) from error


def _parsed(path: Path, text: str) -> polib.POFile:
    try:
        return polib.pofile(text, wrapwidth=0)
    except Exception as error:  # whatever polib raises: it is this file that it cannot read
        at = re.search(r"line (\d+)", str(error))
        raise Faults([Fault(path, int(at[1]) if at else 1, _NOT_A_LINE)]) from error


def _broken_lines(path: Path, text: str) -> Iterator[Fault]:
    last, last_line, length = "", 1, 0
    for number, line in enumerate(text.split("\n"), 1):
        if CONFLICT.match(line):
            yield Fault(path, number, CONFLICT_MESSAGE)
        line = line.strip(" \t")  # msgcat --indent
        found = _LINE.match(line)
        length = len(line) + (length if line.startswith('"') else 0)
        if not found:
            yield Fault(path, number, _NOT_A_LINE)
        elif fault := _unreadable(path, number, line, length):
            yield fault
        elif keyword := re.sub(r"\d+", "", found[1] or ""):
            if keyword not in _FOLLOWS[last]:
                yield Fault(path, number, _OUT_OF_PLACE)
            last, last_line = keyword, number
        elif line.startswith('"') and not last:
            yield Fault(path, number, _OUT_OF_PLACE)
    if not last.startswith("msgstr"):
        yield Fault(path, last_line, N_("This message has no translation, not even an empty one. Is the file whole?"))


def _unreadable(path: Path, number: int, line: str, length: int) -> Fault | None:
    """Why a line cannot be read though it has the form of one; `length` is that of its string up to here."""
    if len(line.splitlines()) > 1:
        return Fault(path, number, N_("There is a character here that ends a line for some programs. Type it again."))
    if line.startswith("#"):
        return None
    if length > MAX_STRING:
        return Fault(path, number, N_("This text is longer than any message. Is a quotation mark missing before it?"))
    if unknown := next((escape for escape in _ESCAPE.findall(line) if escape not in _ESCAPES), ""):
        return Fault(path, number, f"the escape \\{unknown} is none of a catalog in UTF-8. Type the letter itself.")
    return None


def _header_line(lines: list[str], name: str) -> int:
    """The line of the file that a field of the header stands in; it may be one line with all the others."""
    starts = f'"{name}:', f'msgstr "{name}:'
    fields = (n for n, line in enumerate(lines, 1) if line.lstrip().startswith(starts) or f"\\n{name}:" in line)
    return next(fields, 1)


def _plural_rule(path: Path, lines: list[str], file: polib.POFile, locale: Locale | None) -> Callable[[int], int]:
    """The header's plural rule, once the header is one for `locale`. Raises Faults."""
    header = file.metadata

    def refusal(field: str, what: str) -> Faults:
        return Faults([Fault(path, _header_line(lines, field), what)])

    if not header:
        raise Faults([Fault(path, 1, N_("The header is missing. Copy it from the present catalog."))])
    charset = header.get("Content-Type", "").lower().replace(" ", "").partition("charset=")[2]
    if charset not in ("utf-8", "utf8"):
        raise refusal("Content-Type", N_("The header does not say “charset=utf-8”. Mend it."))
    if not locale:
        return lambda number: int(number != 1)
    language = header.get("Language", "").strip()
    if language and re.split("[-_@]", language)[0] != locale.language:
        raise refusal("Language", N_("The header names another language. Is it the right file?"))
    count = plural_count(locale)
    found = _PLURAL_FORMS.fullmatch(header.get("Plural-Forms", "")[: MAX_PLURAL_RULE + 1])
    if not found or len(found[0]) > MAX_PLURAL_RULE or int(found[1]) != count:
        what = N_("“Plural-Forms” in the header is not that of this language. Copy it from the present catalog.")
        raise refusal("Plural-Forms", what)
    try:
        rule = c2py(found[2])
        if all(0 <= rule(number) < count for number in range(200)):
            return rule
    except (ValueError, ArithmeticError):
        pass
    raise refusal("Plural-Forms", N_("The plural rule in the header cannot be understood, or counts too far."))


def _message(entry: polib.POEntry, lines: list[str]) -> Message:
    first = entry.linenum or 1
    line = next((at for at in range(first, len(lines) + 1) if lines[at - 1].lstrip().startswith("msgstr")), first)
    forms = tuple(entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)) or (entry.msgstr,)
    return Message(
        entry.msgctxt,
        entry.msgid,
        entry.msgid_plural or None,
        tuple(normalized(form) for form in forms),
        " ".join(entry.comment.split("\n")),
        tuple(place for place, _ in entry.occurrences),
        "fuzzy" in entry.flags,
        entry.previous_msgid or None,
        line,
    )
