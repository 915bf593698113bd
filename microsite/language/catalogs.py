"""Message catalogs: `.po` files and the studio's words, graded, as plain look-ups. The one place that loads them."""

import logging
import os
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from microsite.faults import Fault, Faults
from microsite.language.locales import PSEUDO, Locale
from microsite.language.message_checks import Finding, refusals
from microsite.language.po_file import TWICE, Key, Message, PoFile, catalog_path, read_file, template_path
from microsite.language.studio_words import StudioWords, Words
from microsite.language.typeset import typeset_once

log = logging.getLogger(__name__)
LACKS = "lacks"
"""How the fault begins that names what a file was cut off before."""
SOURCE = "en"
"""The language that messages are written in; it needs no catalog."""


class ReadFile(NamedTuple):
    signature: tuple[int, ...] | None
    file: PoFile
    lost: Mapping[Key, Message]
    """What the template asks for and the file had once, and has no more: it was cut off, or a part was taken out."""


UNKNOWN = (0, 0)
"""The signature of a file that is not as it was read."""


@dataclass
class Catalog:
    """The messages of one locale, typeset. What has no translation is said in the source language."""

    language: str = SOURCE
    messages: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    """What it says, a string for each plural form."""
    plural: Callable[[int], int] = lambda number: int(number != 1)
    template: dict[Key, Message] = field(default_factory=dict)
    """What there is to say, where a template tells."""
    files: dict[Path, ReadFile] = field(default_factory=dict)
    """The last good state of each file."""
    in_files: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    """What it would say without the studio's words."""
    refused: set[Key] = field(default_factory=set)
    """Messages that are not served as the file has them."""
    faults: list[Fault] = field(default_factory=list)
    """Why files, or messages in them, are not served as they stand."""
    made_from: object = None
    """The files' signatures: as long as they are the same, it need not be read again."""
    reader_keys: frozenset[Key] = frozenset()
    """Of the messages that readers see."""
    words: Words = field(default_factory=dict)
    """The studio's words, as it was last given them."""
    _newest: list["Catalog"] = field(default_factory=list)
    """The last one that was made of these same files with the studio's words: the next is made from that."""
    _untranslated: dict[str, str] = field(default_factory=dict)

    def gettext(self, message: str) -> str:
        return self.pgettext(None, message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.npgettext(None, singular, plural, number)

    def pgettext(self, context: str | None, message: str) -> str:
        found = self.messages.get((context, message))
        return found[0] if found else self._source(message)

    def npgettext(self, context: str | None, singular: str, plural: str, number: int) -> str:
        found = self.messages.get((context, singular))
        if found:
            return found[min(self.plural(number), len(found) - 1)]
        return self._source(singular if number == 1 else plural)

    def translation(self, context: str | None, message: str) -> str | None:
        """What the catalog says for a message, or None where it says nothing. The source language says the message."""
        if self.language == SOURCE:
            return self._source(message)
        found = self.messages.get((context, message))
        return found[0] if found else None

    def _source(self, message: str) -> str:
        if message not in self._untranslated:
            self._untranslated[message] = typeset_once(message, SOURCE)
        return self._untranslated[message]

    def asked(self) -> dict[Key, Message]:
        """Every message that the files know, or knew while they were whole."""
        return {
            key: message
            for read in self.files.values()
            for key, message in (*read.lost.items(), *read.file.messages.items())
        }

    def share(self) -> int:
        """How much of what readers see is translated, in percent, rounded down."""
        if self.language == SOURCE:
            return 100
        return 100 * sum(key in self.messages for key in self.reader_keys) // (len(self.reader_keys) or 1)

    # Flask-Babel asks by the names of Babel's own class.
    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext
    unpgettext = npgettext


def read_catalogs(
    folder: Path,
    locales: Iterable[Locale],
    last: Mapping[str, Catalog] | None = None,
    waiting: Container[str] = (),
) -> dict[str, Catalog]:
    """The catalog of each locale by id, never worse than in `last`; a regional one (`fr_CA`) stands on its language's.

    What cannot be served is in each catalog's `faults`. Those of `waiting`, ids of languages, need no catalog yet.
    """
    last = last or {}
    return {locale.id: _whatever_happens(folder, locale, last.get(locale.id), waiting) for locale in locales}


def with_studio_words(catalog: Catalog, locale: Locale, words: Words) -> Catalog:
    """The catalog that says the studio's words wherever its file says nothing newer. Costs what changed in them."""
    former = next(iter(catalog._newest), catalog)
    changed = [key for key, newer in words.items() if former.words.get(key) is not newer]
    changed += former.words.keys() - words.keys()
    if catalog.language == SOURCE or not changed:
        return former
    messages, in_file = dict(former.messages), catalog.asked()
    for key in changed:
        forms = _served(catalog, locale, key, words[key], in_file) if key in words else ()
        if said := forms or catalog.in_files.get(key):
            messages[key] = said
        else:
            messages.pop(key, None)
    made = replace(former, messages=messages, words=dict(words))
    catalog._newest[:] = [made]
    return made


def _served(
    catalog: Catalog, locale: Locale, key: Key, words: StudioWords, in_file: Mapping[Key, Message]
) -> tuple[str, ...]:
    """The studio's words as they are shown; none where the file is newer, or nothing asks for them."""
    message = catalog.template.get(key) or in_file.get(key)
    if message and is_newer(words, catalog, key, in_file.get(key)) and not refusals(message, words.forms, locale):
        return _typeset(words.forms, locale)
    return ()


def is_newer(words: StudioWords, catalog: Catalog, key: Key, in_file: Message | None) -> bool:
    """Whether the studio's words win over what the file says now."""
    return key in catalog.refused or words.hold(in_file)


def _whatever_happens(folder: Path, locale: Locale, last: Catalog | None, waiting: Container[str]) -> Catalog:
    """The catalog. A file that this program does not get along with is a fault of that file, and of no other."""
    paths = [catalog_path(folder, identifier) for identifier in dict.fromkeys((locale.language, locale.id))]
    made_from = (*map(_signature, (*paths, template_path(folder))), locale.id in waiting)
    if last and last.made_from == made_from:
        return last
    try:
        return _catalog(folder, locale, last, replace(Catalog(locale.language), made_from=made_from), paths, waiting)
    except Exception as error:
        log.exception("%s", paths[-1])
        what = f"this program fails on it ({type(error).__name__}). Undo the last change to it, and report this."
        made = replace(last or Catalog(locale.language), made_from=made_from, faults=[Fault(paths[-1], 1, what)])
        return replace(made, messages=made.in_files, words={}, _newest=[])


def _catalog(
    folder: Path, locale: Locale, last: Catalog | None, catalog: Catalog, paths: list[Path], waiting: Container[str]
) -> Catalog:
    if locale.id == PSEUDO:
        from microsite.language.pseudo import PseudoCatalog  # which is a catalog itself

        return PseudoCatalog()
    if locale.language == SOURCE:
        return last or Catalog()
    try:
        catalog.template = read_template(folder)
    except Faults as found:
        catalog.faults += found.faults
        catalog.template = last.template if last else {}
    for path in paths:
        if read := _read(catalog, path, locale, last.files.get(path) if last else None):
            kept = last.in_files if last else {}
            _say_what_it_lacks(catalog, path, read, kept)
            catalog.files[path] = read
            _add(catalog, path, read.file, locale, kept)
    if not any(map(os.path.lexists, paths)) and not catalog.files and locale.id not in waiting:
        catalog.faults.append(no_catalog(paths[-1], locale))
    catalog.messages = catalog.in_files
    asked = catalog.template or catalog.asked()
    catalog.reader_keys = frozenset(key for key, message in asked.items() if message.is_for_readers)
    return catalog


def no_catalog(path: Path, locale: Locale, is_waiting: bool = False) -> Fault:
    """What to say of a language that has none; only a warning of one that waits for its share."""
    return Fault(path, 1, f"there is no catalog for {locale.name}. Run `make catalogs`.", warning=is_waiting)


def read_template(folder: Path) -> dict[Key, Message]:
    """What there is to say; nothing is known where there is no template. Raises Faults."""
    path = template_path(folder)
    return read_file(path, None).messages if os.path.lexists(path) else {}


def _read(catalog: Catalog, path: Path, locale: Locale, last: ReadFile | None) -> ReadFile | None:
    """The file, or the last good state of one that is broken or gone."""
    signature = _signature(path)
    if not last and not signature:
        return None
    if last and last.signature == signature:
        return last
    try:
        file = read_file(path, locale)
    except Faults as found:
        catalog.faults += found.faults
        return last and last._replace(signature=UNKNOWN)
    had = {**last.lost, **last.file.messages} if last else {}
    return ReadFile(
        signature, file, {key: had[key] for key in (catalog.template.keys() & had.keys()) - file.messages.keys()}
    )


def _say_what_it_lacks(catalog: Catalog, path: Path, read: ReadFile, kept: Mapping[Key, tuple[str, ...]]) -> None:
    """What is not in a file at all keeps its last words: to take them back, one leaves them empty. One fault tells.

    A regional catalog need not repeat its language's.
    """
    elsewhere = catalog.asked()
    lacking = [
        message
        for key, message in catalog.template.items()
        if key not in read.file.messages and (key in read.lost or key not in elsewhere)
    ]
    for message in lacking:
        former = read.lost.get(message.key)
        if former and former.said and message.key in kept:
            catalog.in_files[message.key] = kept[message.key]
    if lacking:
        last_line = max((message.line for message in read.file.messages.values()), default=1)
        catalog.faults.append(Fault(path, last_line, _lacks(lacking)))


def _lacks(messages: list[Message]) -> str:
    which = f"a message that the site asks for: “{shortened(messages[0].msgid)}”. Its last words stay"
    if len(messages) > 1:
        first = shortened(messages[0].msgid)
        which = f"{len(messages)} messages that the site asks for, the first being “{first}”. Their last words stay"
    return f"{LACKS} {which}. Put the rest of the file back, or, if they are new, run `make catalogs`."


def _add(catalog: Catalog, path: Path, file: PoFile, locale: Locale, kept: Mapping[Key, tuple[str, ...]]) -> None:
    """Say what the file says; of a message that is refused, what was said last."""
    catalog.plural = file.plural
    catalog.faults += [Fault(path, message.line, TWICE) for message in file.twice]
    for key, message in file.messages.items():
        refused = refusals(catalog.template.get(key, message), message.forms, locale)
        if not refused and message.said:
            catalog.in_files[key] = _typeset(message.said, locale)
        elif refused and not message.fuzzy:
            catalog.faults += [_fault(path, message, finding) for finding in refused]
            catalog.refused.add(key)
            if key in kept:
                catalog.in_files[key] = kept[key]


def _typeset(forms: Iterable[str], locale: Locale) -> tuple[str, ...]:
    return tuple(typeset_once(form, locale.language) for form in forms)


def _fault(path: Path, message: Message, finding: Finding) -> Fault:
    return Fault(path, message.line, f"“{shortened(message.msgid)}” is not served in these words. {finding}")


def shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _signature(path: Path) -> tuple[int, ...] | None:
    """What differs when a file does; None where there is nothing at all, not even a link that leads nowhere."""
    try:
        link = path.lstat()
    except OSError:
        return None
    try:
        status = path.stat()
    except OSError:
        return link.st_mtime_ns, link.st_ino
    return status.st_mtime_ns, status.st_size
