"""Message catalogs: `.po` files read straight into plain look-ups. The one place that loads them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from gettext import c2py
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from microsite.content.faults import Fault, Faults
from microsite.content.typography import typeset
from microsite.language.locales import Locale

SOURCE = "en"
"""The language that messages are written in; it needs no catalog."""
DOMAIN = "messages"

Key = tuple[str | None, str]

# Babel alone takes a file that was cut off in the middle of a string: every line must be one of these.
_LINE = re.compile(r'^(?:#.*|(?:#~ )?(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*"|)\s*$')


@dataclass
class Catalog:
    """The messages of one locale, typeset. What has no translation is said in the source language."""

    language: str = SOURCE
    messages: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = lambda number: int(number != 1)
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

    # Flask-Babel asks by the names of Babel's own class.
    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext
    unpgettext = npgettext


def catalog_path(folder: Path, locale_id: str) -> Path:
    return folder / locale_id / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogs(folder: Path, locales: Iterable[Locale]) -> dict[str, Catalog]:
    """The catalog of each locale by id; a regional one (`fr_CA`) stands on its language's. Raises Faults."""
    catalogs: dict[str, Catalog] = {}
    faults: list[Fault] = []
    for locale in locales:
        catalog = Catalog(locale.language)
        for identifier in dict.fromkeys((locale.language, locale.id)):
            path = catalog_path(folder, identifier)
            if path.is_file():
                try:
                    _add(catalog, path, locale)
                except Faults as found:
                    faults += found.faults
        catalogs[locale.id] = catalog
    if faults:
        raise Faults(faults)
    return catalogs


def _add(catalog: Catalog, path: Path, locale: Locale) -> None:
    """Put the messages of a file into the catalog: fuzzy and empty ones stay out. Raises Faults."""
    try:
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.split("\n"), 1):
            if not _LINE.match(line):
                raise Faults([Fault(path, number, "not a line of a message catalog. Is the file whole?")])
        with path.open("rb") as file:
            read = read_po(file, locale=locale.id, domain=DOMAIN, abort_invalid=True)
        plural = c2py(read.plural_expr)
    except (UnicodeDecodeError, PoFileError, ValueError) as error:
        at: int = getattr(error, "lineno", None) or 1
        raise Faults([Fault(path, at, f"not a message catalog: {error}. Mend this line.")]) from error
    catalog.plural = plural
    for message in read:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        if msgid and forms and all(forms) and not message.fuzzy:
            catalog.messages[message.context, msgid] = tuple(typeset(form, locale.language) for form in forms)
