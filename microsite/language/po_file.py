"""Reads `.po` files strictly: what msgfmt would refuse is refused here, with its line."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import c2py
from hashlib import sha256
from pathlib import Path

import polib

from microsite.faults import Fault, Faults
from microsite.language.locales import Locale, plural_forms
from microsite.language.message import Key, Message
from microsite.language.po_lines import NOT_A_LINE, broken_lines, spaced_comments
from microsite.regular_files import read_regular_file
from microsite.text import N_, NotText, Sentence, decoded, normalized

MAX_CATALOG_BYTES = 2 * 1024 * 1024
"""Larger than a catalog of 5,000 messages, ten times over: no catalog of ours."""

_NOT_A_TEXT = Sentence(N_("This is not a text but made from one, as .mo or .zip. Take the .po itself."))
_PACKED = b"\x1f\x8b", b"PK\x03\x04", b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"
"""How files of gzip and zip begin, and `.mo` files of either byte order."""

HEADER: Key = (None, "")
"""The key of the header: polib has taken the first, a second one is a message that stands there twice."""
MAX_PLURAL_FORMS = 6
"""Of a language: Unicode's CLDR knows no more."""
MAX_PLURAL_RULE = 1000
"""Characters of the header “Plural-Forms”: as many as `gettext.c2py` takes. The longest of a language has 200."""
_PLURAL_FORMS = re.compile(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+);?\s*")


@dataclass(frozen=True)
class PoFile:
    """The messages of a file in its order, and its plural rule."""

    messages: dict[Key, Message]
    duplicates: list[Message]
    """Messages whose key an earlier one has."""
    plural_rule: Callable[[int], int]
    """The plural form for a number."""
    plural_line: int
    """Where the header says it."""
    digest: bytes
    """Of the bytes that it was read from."""
    header: Mapping[str, str]
    """The fields of its header."""


def digest(data: bytes) -> bytes:
    """Tells one state of a file from another."""
    return sha256(data).digest()


def catalog_path(folder: Path, locale_id: str) -> Path:
    return folder / locale_id / "LC_MESSAGES" / "messages.po"


def template_path(folder: Path) -> Path:
    return folder / "messages.pot"


def plural_count(locale: Locale) -> int:
    """The number of plural forms of a language."""
    return plural_forms(locale)[0]


def read_file(path: Path, locale: Locale | None) -> PoFile:
    """The catalog of `locale`, or the template. Raises Faults."""
    return read_bytes(path, read_regular_file(path, MAX_CATALOG_BYTES), locale)


def read_bytes(path: Path, data: bytes, locale: Locale | None, may_have_other_forms: bool = False) -> PoFile:
    """As `read_file`; `path` is what faults name. With any number of plural forms, where these are put in order later.
    Raises Faults.
    """
    text = _text(path, data)
    file = _parsed(path, text)
    lines = text.split("\n")
    plural_rule = _plural_rule(path, lines, file, locale, may_have_other_forms)
    messages: dict[Key, Message] = {}
    duplicates = []
    for entry in file:
        if entry.obsolete:
            continue
        message = _message(entry, lines)
        if message.key == HEADER or messages.setdefault(message.key, message) is not message:
            duplicates.append(message)
    plural_line = _header_line(lines, "Plural-Forms")
    return PoFile(messages, duplicates, plural_rule, plural_line, digest(data), file.metadata)


def parse_file(path: Path) -> polib.POFile:
    """The file for rewriting: polib gives every byte of it back. Raises Faults."""
    if not os.path.lexists(path):
        raise Faults([Fault(path, 1, Sentence(N_("there is no such file. Run `make catalogs`.")))])
    return parse_bytes(path, read_regular_file(path, MAX_CATALOG_BYTES))


def parse_bytes(path: Path, data: bytes) -> polib.POFile:
    """As `parse_file`; `path` is what faults name. Raises Faults."""
    return _parsed(path, _text(path, data))


def _text(path: Path, data: bytes) -> str:
    """What polib can read without harm. Raises Faults."""
    if len(data) > MAX_CATALOG_BYTES:
        raise Faults([Fault(path, 1, Sentence(N_("This is larger than any message catalog of this site.")))])
    if data.startswith(_PACKED):
        raise Faults([Fault(path, 1, _NOT_A_TEXT)])
    try:
        text = decoded(data)
    except NotText as error:
        raise Faults([Fault(path, error.problem.line, error.problem.sentence)]) from error
    if "\0" in text:
        raise Faults([Fault(path, 1, _NOT_A_TEXT)])
    text = spaced_comments(text)
    if fault := next(broken_lines(path, text), None):
        raise Faults([fault])
    return text


def _parsed(path: Path, text: str) -> polib.POFile:
    try:
        return polib.pofile(text, wrapwidth=0)
    except Exception as error:  # whatever polib raises: it is this file that it cannot read
        line = re.search(r"line (\d+)", str(error))
        raise Faults([Fault(path, int(line[1]) if line else 1, NOT_A_LINE)]) from error


def _header_line(lines: list[str], name: str) -> int:
    """The number of the line with a field of the header; that may be one line with all the others."""
    starts = f'"{name}:', f'msgstr "{name}:'
    fields = (n for n, line in enumerate(lines, 1) if line.lstrip().startswith(starts) or f"\\n{name}:" in line)
    return next(fields, 1)


def _plural_rule(
    path: Path, lines: list[str], file: polib.POFile, locale: Locale | None, may_have_other_forms: bool
) -> Callable[[int], int]:
    """The plural rule of the header. Raises Faults where the header is not one for `locale`, or for the template."""
    header = file.metadata

    def refusal(field: str, sentence: str) -> Faults:
        return Faults([Fault(path, _header_line(lines, field), Sentence(sentence))])

    if not header:
        raise Faults([Fault(path, 1, Sentence(N_("The header is missing. Copy it from the present catalog.")))])
    charset = header.get("Content-Type", "").lower().replace(" ", "").partition("charset=")[2]
    if charset not in ("utf-8", "utf8"):
        raise refusal("Content-Type", N_("The header does not say “charset=utf-8”. Mend it."))
    if not locale:
        return lambda number: int(number != 1)
    language = header.get("Language", "").strip()
    if language and re.split("[-_@]", language)[0].lower() != locale.language:
        raise refusal("Language", N_("The header names another language. Is it the right file?"))
    count = plural_count(locale)
    match = _PLURAL_FORMS.fullmatch(header.get("Plural-Forms", "")[: MAX_PLURAL_RULE + 1])
    if not match or len(match[0]) > MAX_PLURAL_RULE:
        reason = N_("“Plural-Forms” in the header is not that of this language. Copy it from the present catalog.")
        raise refusal("Plural-Forms", reason)
    if int(match[1]) != count and not may_have_other_forms:
        reason = N_(
            "“Plural-Forms” in the header is not that of this site. Upload the file in the studio, which puts plural "
            "forms in order, or work on the present catalog."
        )
        raise refusal("Plural-Forms", reason)
    count = min(int(match[1]), MAX_PLURAL_FORMS)
    try:
        rule = c2py(match[2])
        if all(0 <= rule(number) < count for number in range(200)):
            return lambda number: _form(rule, number, count)
    except (ValueError, ArithmeticError):
        pass
    raise refusal(
        "Plural-Forms", N_("The plural rule in the header cannot be understood, or names a form that does not exist.")
    )


def _form(rule: Callable[[int], int], number: int, count: int) -> int:
    """The form for a number; the last one where a rule that was right up to 200 fails beyond."""
    try:
        return min(max(rule(number), 0), count - 1)
    except ArithmeticError:
        return count - 1


def _message(entry: polib.POEntry, lines: list[str]) -> Message:
    first = entry.linenum or 1
    line = next(
        (number for number in range(first, len(lines) + 1) if lines[number - 1].lstrip().startswith("msgstr")), first
    )
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
