"""A catalog as look-ups: what the messages of one locale say, typeset."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from microsite.faults import Fault
from microsite.language.message import Key, Message
from microsite.language.po_file import PoFile
from microsite.language.studio_translations import StudioTranslations
from microsite.language.typography import typeset_once

SOURCE_LANGUAGE = "en"
"""The language of the msgids; it needs no catalog."""


class CatalogFile(NamedTuple):
    """The last good state of a `.po` file."""

    fingerprint: tuple[int, ...] | None
    """Changes with the file, see `reading.fingerprint`."""
    file: PoFile
    dropped: Mapping[Key, Message]
    """Messages of the template that an earlier state of the file had, and this one has not: it was cut off, or a part
    was taken out.
    """


@dataclass
class Catalog:
    """The messages of one locale. A message without a translation is said in the source language.

    Nothing changes it once it is in an edition, but for what it remembers of its own work.
    """

    language: str = SOURCE_LANGUAGE
    messages: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    """What is served: a typeset string for each plural form."""
    plural_rule: Callable[[int], int] = lambda number: int(number != 1)
    """The plural form for a number."""
    template: dict[Key, Message] = field(default_factory=dict)
    """The messages that the site asks for; empty where there is no template."""
    template_file: CatalogFile | None = None
    """What they were read from."""
    files: dict[Path, CatalogFile] = field(default_factory=dict)
    file_messages: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    """What would be served without the studio's translations."""
    refused: set[Key] = field(default_factory=set)
    """Messages that are not served as the file has them."""
    faults: list[Fault] = field(default_factory=list)
    """Why files, or messages in them, are not served as they stand."""
    incomplete: dict[Path, Fault] = field(default_factory=dict)
    """Those of the faults that say which messages a file does not have at all."""
    fingerprints: object = None
    """Of the files and the template: while they are the same, the catalog need not be read again."""
    reader_keys: frozenset[Key] = frozenset()
    """Of the messages that readers see."""
    studio: StudioTranslations = field(default_factory=dict)
    """The studio's translations, as the catalog was last given them."""
    newest_derived: list["Catalog"] = field(default_factory=list)
    """The newest catalog with the studio's translations that was derived from the same files: the next is made from it.
    A list of none or one, which all of these catalogs share.
    """
    _untranslated: dict[str, str] = field(default_factory=dict)

    def pgettext(self, context: str | None, message: str) -> str:
        forms = self.messages.get((context, message))
        return forms[0] if forms else self._source(message)

    def npgettext(self, context: str | None, singular: str, plural: str, number: int) -> str:
        forms = self.messages.get((context, singular))
        if forms:
            return forms[min(self.plural_rule(number), len(forms) - 1)]
        return self._source(singular if number == 1 else plural)

    def translation(self, context: str | None, message: str) -> str | None:
        """What `pgettext` returns, but None where there is no translation. In the source language there always is."""
        if self.language == SOURCE_LANGUAGE:
            return self._source(message)
        forms = self.messages.get((context, message))
        return forms[0] if forms else None

    def _source(self, message: str) -> str:
        if message not in self._untranslated:
            self._untranslated[message] = typeset_once(message, SOURCE_LANGUAGE)
        return self._untranslated[message]

    def entries(self) -> dict[Key, Message]:
        """Every message that the files have, or had while they were whole, as the file has it."""
        entries: dict[Key, Message] = {}
        for read in self.files.values():
            entries |= {**read.dropped, **read.file.messages}
        return entries

    def entry(self, key: Key) -> Message | None:
        """A message as the files have it, or had it while they were whole."""
        for read in reversed(self.files.values()):
            if message := read.file.messages.get(key) or read.dropped.get(key):
                return message
        return None

    def untranslated(self) -> int:
        """How many of the messages that readers see have no translation."""
        return 0 if self.language == SOURCE_LANGUAGE else sum(key not in self.messages for key in self.reader_keys)

    def percent_translated(self) -> int:
        """How much of what readers see is translated, in percent, rounded down."""
        if self.language == SOURCE_LANGUAGE:
            return 100
        count = len(self.reader_keys)
        return 100 * (count - self.untranslated()) // (count or 1)

    def with_file_messages(self, messages: dict[Key, tuple[str, ...]]) -> "Catalog":
        """The same with other words from the files, and without the studio's, which can be given to it anew."""
        return replace(self, messages=messages, file_messages=messages, studio={}, newest_derived=[])
