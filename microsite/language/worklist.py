"""Everything there is to say in a language: each message of the template with what file and studio say to it."""

from collections.abc import Collection
from dataclasses import dataclass

from microsite.language.catalogs import Catalog
from microsite.language.locales import Locale
from microsite.language.message_checks import Finding, check, limit
from microsite.language.po_file import Key, Message, plural_count
from microsite.language.studio_words import StudioWords, Words


@dataclass(frozen=True)
class Item:
    """One message, for whoever translates it."""

    message: Message
    """As the template asks it: context, msgid, plural, comment, the files that it comes from."""
    in_file: Message | None
    """As the catalog has it: its forms, fuzzy or not, its previous msgid, its line."""
    studio: StudioWords | None
    """What somebody saved in the studio, in force or superseded."""
    words: tuple[str, ...]
    """What stands for the translator to work on: the studio's words, or else the file's, fuzzy ones too."""
    findings: tuple[Finding, ...]
    """What is wrong with `words`."""

    @property
    def key(self) -> Key:
        return self.message.key

    @property
    def room(self) -> int | None:
        """How many characters there are for it."""
        return limit(self.message)

    @property
    def is_missing(self) -> bool:
        return not any(self.words)

    @property
    def is_fuzzy(self) -> bool:
        return not self._is_studios and self.in_file is not None and self.in_file.fuzzy

    @property
    def source_changed(self) -> bool:
        """Whether the words were made for another source: `in_file.previous`."""
        return self.is_fuzzy and self.in_file is not None and self.in_file.previous is not None

    @property
    def is_superseded(self) -> bool:
        """Whether the file has said something new since somebody saved in the studio."""
        return self.studio is not None and not self._is_studios

    @property
    def _is_studios(self) -> bool:
        return self.studio is not None and self.words == self.studio.forms


def worklist(catalog: Catalog, locale: Locale, words: Words, taken_over: Collection[str] = ()) -> list[Item]:
    """In the template's order. `taken_over` are contexts that marketing speaks for by now."""
    in_file = catalog.asked()
    asked = (catalog.template or in_file).values()
    return [
        _item(message, in_file.get(message.key), words.get(message.key), message.key in catalog.refused, locale)
        for message in asked
        if message.context not in taken_over
    ]


def forms_wanted(message: Message, locale: Locale) -> int:
    """How many fields a translator fills in."""
    return plural_count(locale) if message.plural else 1


def _item(
    message: Message, in_file: Message | None, studio: StudioWords | None, is_refused: bool, locale: Locale
) -> Item:
    if studio and (is_refused or studio.hold(in_file)):
        words = studio.forms
    else:
        words = in_file.forms if in_file else ("",) * forms_wanted(message, locale)
    return Item(message, in_file, studio, words, tuple(check(message, words, locale)))
