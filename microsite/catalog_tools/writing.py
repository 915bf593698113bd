"""What template and catalogs should hold: a file changes where words change, and nowhere else.

polib and msgcat read and write these files without changing a byte.
"""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import polib

from microsite.catalog_tools.extraction import extract
from microsite.faults import Faults
from microsite.language.locales import Locale, plural_forms
from microsite.language.message import Key, Message
from microsite.language.po_file import (
    MAX_CATALOG_BYTES,
    PoFile,
    catalog_path,
    digest,
    parse_bytes,
    parse_file,
    plural_count,
    read_bytes,
    template_path,
)
from microsite.language.studio_translations import StudioTranslations
from microsite.promotions.wording import is_wording
from microsite.regular_files import read_regular_file
from microsite.text import decoded

BUGS_ADDRESS = "https://freevpnplanet.com/"
DEFAULT_TRANSLATOR = "Planet Privacy <noreply@freevpnplanet.com>"
GIT_TIMEOUT_SECONDS = 10
FUZZY = "fuzzy"
"""The flag of a doubtful translation. gettext, Weblate and Poedit write it before all others."""
_LICENCE = """\
{title} of Planet Privacy.
Copyright (C) {year} the makers of Planet FreeVPN
This file is distributed under the same license as the Planet Privacy project."""


def extracted_template(root: Path, folder: Path, site_folder: Path | None = None) -> bytes:
    """What the template in `folder` should hold now: its own bytes where they say the same. Raises Faults."""
    path = template_path(folder)
    present = parse_file(path) if os.path.lexists(path) else _new("Translations template")
    return _unless_same(path, _written(present, extract(root, site_folder)))


def updated_catalog(folder: Path, locale: Locale) -> bytes:
    """The catalog of a locale with the template's messages; its own bytes where they say the same. Raises Faults.

    New messages are empty; those that the template has no more are dropped, obsolete ones (`#~`) too. Where the source
    of a message has changed, its translation stays as a fuzzy one, with the msgid that it was made for.
    """
    path = catalog_path(folder, locale.id)
    file = parse_file(path) if os.path.lexists(path) else _new_catalog(locale)
    known = {_key(entry): entry for entry in reversed(file) if not entry.obsolete}  # of two, the site reads the first
    template = parse_file(template_path(folder))
    template_keys = {_key(entry) for entry in template}
    gone = [entry for key, entry in known.items() if key not in template_keys and _forms(entry)]
    for entry in template:
        previous = None
        if former := known.get(_key(entry)):
            entry.tcomment = former.tcomment
            if former.fuzzy:
                previous = former.previous_msgctxt, former.previous_msgid, former.previous_msgid_plural
        elif former := _renamed(entry, gone):
            gone.remove(former)
            previous = former.msgctxt, former.msgid, former.msgid_plural
        _set_forms(entry, _forms(former) if former else (), plural_count(locale))
        if previous:
            entry.flags.insert(0, FUZZY)
            entry.previous_msgctxt, entry.previous_msgid, entry.previous_msgid_plural = (
                text or None for text in previous
            )
    return _unless_same(path, _written(file, template))


def lost_translations(path: Path, written: bytes) -> list[str]:
    """The msgids that the last commit has a translation of, the file does not have at all, and `written` has empty.

    A message that is in the file, empty, was emptied by somebody. Outside a git repository there are none.
    Raises Faults.
    """
    committed = {_key(entry): entry for entry in _committed(path) if not entry.obsolete and _forms(entry)}
    present = {_key(entry) for entry in parse_file(path)} if os.path.lexists(path) else set[Key]()
    empty = (entry for entry in parse_bytes(path, written) if not _forms(entry))
    return [entry.msgid for entry in empty if _key(entry) in committed.keys() - present]


def _committed(path: Path) -> polib.POFile | list[polib.POEntry]:
    """The file as git has it in the last commit; nothing where there is no such commit, or no git."""
    command = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    with suppress(OSError, subprocess.SubprocessError, Faults):
        shown = subprocess.run(command, check=True, capture_output=True, timeout=GIT_TIMEOUT_SECONDS)
        return parse_bytes(path, shown.stdout)
    return []


def merged_catalog(
    folder: Path, locale: Locale, translations: StudioTranslations, known: PoFile | None = None
) -> bytes:
    """The catalog of a locale with the studio's translations where they are newer. Raises Faults.

    Every line but theirs is as in the file. `known` is what was read from it last: unless it has changed since, it need
    not be parsed again, which takes half a second for 5,000 messages.
    """
    path = catalog_path(folder, locale.id)
    data = read_regular_file(path, MAX_CATALOG_BYTES)
    file = known if known and known.digest == digest(data) else read_bytes(path, data, locale)
    newer = [
        message
        for key, message in file.messages.items()
        if key in translations
        and translations[key].is_current(message)
        and translations[key].forms != message.usable_forms
    ]
    if not newer:
        return data
    lines = decoded(data).split("\n")
    for message in sorted(newer, key=lambda message: message.line, reverse=True):  # the lines above keep their numbers
        _replace_forms(lines, message, translations[message.key].forms, plural_count(locale))
    return "\n".join(lines).encode()


def _replace_forms(lines: list[str], message: Message, forms: Sequence[str], count: int) -> None:
    """Put `forms` in the place of a message's words in the lines of its file; it is fuzzy no more."""
    entry = polib.POEntry(msgid="_", msgid_plural=message.msgid_plural and "_")
    _set_forms(entry, forms, count)
    written = entry.__unicode__(wrapwidth=0).splitlines()[2 if message.msgid_plural else 1 :]
    first = end = message.line - 1
    while end < len(lines) and lines[end].lstrip().startswith(("msgstr", '"')):
        end += 1
    lines[first:end] = written
    above = _first_line(lines, first)
    while above and re.match(r"$|#(?!~)", lines[above - 1]):
        above -= 1
        flags = [flag for flag in re.findall(r"[^,\s]+", lines[above][2:]) if flag != FUZZY]
        if lines[above].startswith("#,") and flags:
            lines[above] = f"#, {', '.join(flags)}"
        elif lines[above].startswith(("#|", "#,")):
            del lines[above]


def _first_line(lines: Sequence[str], number: int) -> int:
    """The index of an entry's msgctxt, or of its msgid where it has none, from that of its msgstr."""
    while not re.match(r"\s*msgid\s", lines[number]):
        number -= 1
    above = number - 1
    while above > 0 and lines[above].lstrip().startswith('"'):
        above -= 1
    return above if above >= 0 and lines[above].lstrip().startswith("msgctxt") else number


def _renamed(entry: polib.POEntry, gone: Sequence[polib.POEntry]) -> polib.POEntry | None:
    """The message among those that are gone whose source became this one.

    Of a part of a promotion: the only one of its context. Else: one of the same context that is much like it.
    """
    candidates = [former for former in gone if former.msgctxt == entry.msgctxt]
    if is_wording(entry.msgctxt) and len(candidates) == 1:
        return candidates[0]
    nearest = get_close_matches(entry.msgid, [former.msgid for former in candidates], n=1, cutoff=0.7)
    return next((former for former in candidates if former.msgid in nearest), None)


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def _forms(entry: polib.POEntry) -> tuple[str, ...]:
    """The msgstr of each plural form; empty where all of them are."""
    forms = tuple(entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)) or (entry.msgstr,)
    return forms if any(forms) else ()


def _set_forms(entry: polib.POEntry, forms: Sequence[str], count: int) -> None:
    """Give an entry its plural forms, of which its language has `count`."""
    if entry.msgid_plural:
        last = forms[-1] if forms else ""
        entry.msgstr_plural = {number: forms[number] if number < len(forms) else last for number in range(count)}
        entry.msgstr = ""
    else:
        entry.msgstr_plural = {}
        entry.msgstr = forms[0] if forms else ""


def _new(title: str, header: Mapping[str, str] | None = None) -> polib.POFile:
    now = datetime.now().astimezone()
    file = polib.POFile(wrapwidth=0)
    file.header = _LICENCE.format(title=title, year=now.year)
    file.metadata = {
        "Project-Id-Version": "Planet Privacy 1",
        "Report-Msgid-Bugs-To": BUGS_ADDRESS,
        "POT-Creation-Date": f"{now:%Y-%m-%d %H:%M%z}",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **(header or {}),
    }
    return file


def _new_catalog(locale: Locale) -> polib.POFile:
    language = locale.babel.get_display_name("en") or locale.id
    count, rule = plural_forms(locale)
    now = datetime.now().astimezone()
    header = {
        "PO-Revision-Date": f"{now:%Y-%m-%d %H:%M%z}",
        "Last-Translator": DEFAULT_TRANSLATOR,
        "Language-Team": language,
        "Language": locale.id,
        "Plural-Forms": f"nplurals={count}; plural={rule};",
    }
    return _new(f"{language} translations", header)


def _unless_same(path: Path, written: bytes) -> bytes:
    """`written`, or what lies at `path` where that says the same: another program's layout and header are no change."""
    if not os.path.lexists(path):
        return written
    present = read_regular_file(path, MAX_CATALOG_BYTES)
    return present if _meaning(parse_bytes(path, present)) == _meaning(parse_bytes(path, written)) else written


def _meaning(file: polib.POFile) -> list[tuple[object, ...]]:
    """What the messages of a file say to translators and readers, in any order, wrapping and order of flags."""
    return sorted(
        (
            entry.msgctxt or "",
            entry.msgid,
            entry.msgid_plural,
            _forms(entry),
            entry.fuzzy,
            entry.previous_msgid or "",
            " ".join(entry.comment.split()),
            tuple(sorted({name for name, _ in entry.occurrences})),
        )
        for entry in file
        if not entry.obsolete
    )


def _written(file: polib.POFile, entries: Sequence[polib.POEntry]) -> bytes:
    """The file with these entries, and its own header."""
    written = polib.POFile(wrapwidth=0)
    written.header, written.metadata, written.metadata_is_fuzzy = file.header, file.metadata, file.metadata_is_fuzzy
    written.extend(entries)
    return str(written).encode()
