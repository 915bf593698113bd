"""Message catalogs: `.po` files and the studio's words, graded and made plain look-ups. The one place that loads them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from microsite.content.faults import Fault, Faults
from microsite.content.typography import typeset
from microsite.language.locales import Locale
from microsite.language.message_checks import Finding, refusals
from microsite.language.po_file import Key, Message, PoFile, catalog_path, read_file, template_path
from microsite.language.studio_words import Words

SOURCE = "en"
"""The language that messages are written in; it needs no catalog."""


class ReadFile(NamedTuple):
    signature: tuple[int, int] | None
    file: PoFile


UNKNOWN = (0, 0)
"""The signature of a file that is not as it was read."""


@dataclass
class Catalog:
    """The messages of one locale, typeset. What has no translation is said in the source language."""

    language: str = SOURCE
    messages: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = lambda number: int(number != 1)
    faults: list[Fault] = field(default_factory=list)
    """Why files, or messages in them, are not served as they stand."""
    share: int = 100
    """How much of what readers see is translated, in percent, rounded down."""
    files: dict[Path, ReadFile] = field(default_factory=dict)
    """The last good state of each file."""
    made_from: object = None
    """What it was made from: as long as that is the same, it need not be made again."""
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
            self._untranslated[message] = typeset(message, SOURCE)
        return self._untranslated[message]

    def asked(self) -> dict[Key, Message]:
        """Every message that the files know."""
        return {key: message for read in self.files.values() for key, message in read.file.messages.items()}

    # Flask-Babel asks by the names of Babel's own class.
    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext
    unpgettext = npgettext


def read_catalogs(
    folder: Path,
    locales: Iterable[Locale],
    last: Mapping[str, Catalog] | None = None,
    words: Mapping[str, Words] | None = None,
) -> dict[str, Catalog]:
    """The catalog of each locale by id, never worse than in `last`; a regional one (`fr_CA`) stands on its language's.

    `words` are the studio's, by locale id. What cannot be served is in each catalog's `faults`.
    """
    last, words = last or {}, words or {}
    return {locale.id: _catalog(folder, locale, last.get(locale.id), words.get(locale.id, {})) for locale in locales}


def _catalog(folder: Path, locale: Locale, last: Catalog | None, words: Words) -> Catalog:
    if locale.language == SOURCE:
        return last or Catalog()
    paths = [catalog_path(folder, identifier) for identifier in dict.fromkeys((locale.language, locale.id))]
    made_from = (*map(_signature, (*paths, template_path(folder))), words)
    if last and last.made_from == made_from:
        return last
    catalog = Catalog(locale.language, made_from=made_from)
    try:
        template = read_template(folder)
    except Faults as found:
        template = {}
        catalog.faults += found.faults
    kept = last.messages if last else {}
    for path in paths:
        if file := _file(catalog, path, locale, last.files.get(path) if last else None):
            _add_file(catalog, path, file, locale, template, kept)
    _add_words(catalog, paths[-1], locale, template, words)
    catalog.share = _share(template or catalog.asked(), catalog)
    return catalog


def read_template(folder: Path) -> dict[Key, Message]:
    """What there is to say; nothing is known where there is no template. Raises Faults."""
    path = template_path(folder)
    return read_file(path, None).messages if path.is_file() else {}


def _file(catalog: Catalog, path: Path, locale: Locale, last: ReadFile | None) -> PoFile | None:
    """The file, or the last good state of one that is broken or gone."""
    signature = _signature(path)
    if not signature and not last:
        return None
    if not last or last.signature != signature:
        try:
            last = ReadFile(signature, read_file(path, locale))
        except Faults as found:
            catalog.faults += found.faults
            last = last and ReadFile(UNKNOWN, last.file)
    if last:
        catalog.files[path] = last
    return last.file if last else None


def _add_file(
    catalog: Catalog,
    path: Path,
    file: PoFile,
    locale: Locale,
    template: Mapping[Key, Message],
    kept: Mapping[Key, tuple[str, ...]],
) -> None:
    """Say what the file says; of a message that is refused, what was said last."""
    catalog.plural = file.plural
    catalog.faults += [Fault(path, message.line, "this message stands here twice. Keep one.") for message in file.twice]
    for key, message in file.messages.items():
        refused = refusals(template.get(key, message), message.forms, locale)
        if not refused and message.said:
            _say(catalog, key, message.said)
        elif refused and not message.fuzzy:
            catalog.faults += [_fault(path, message, finding) for finding in refused]
            if key in kept:
                catalog.messages[key] = kept[key]


def _add_words(
    catalog: Catalog, path: Path, locale: Locale, template: Mapping[Key, Message], words: Words
) -> None:
    """Say the studio's words wherever the file says nothing newer."""
    file = catalog.files.get(path)
    in_file = file.file.messages if file else {}
    for key, newer in words.items():
        message = template.get(key) or in_file.get(key)
        if message and newer.hold(in_file.get(key)) and not refusals(message, newer.forms, locale):
            _say(catalog, key, newer.forms)


def _say(catalog: Catalog, key: Key, forms: tuple[str, ...]) -> None:
    catalog.messages[key] = tuple(typeset(form, catalog.language) for form in forms)


def _fault(path: Path, message: Message, finding: Finding) -> Fault:
    return Fault(path, message.line, f"“{shortened(message.msgid)}” is not served in these words. {finding}")


def shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _share(asked: Mapping[Key, Message], catalog: Catalog) -> int:
    for_readers = [key for key, message in asked.items() if message.is_for_readers]
    return 100 * sum(key in catalog.messages for key in for_readers) // (len(for_readers) or 1)


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
