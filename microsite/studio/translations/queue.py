"""What there is to say in a language, and how each thing stands: the translators' queue."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from microsite import addresses
from microsite.catalog_tools.catalog_report import is_older
from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.editions.edition import Edition
from microsite.language.catalogs import SOURCE, is_newer
from microsite.language.locales import Locale
from microsite.language.message_checks import Finding, check
from microsite.language.po_file import Key, Message
from microsite.language.studio_words import studio_words, subject
from microsite.promotions.wording import PARTS, context
from microsite.storage.revisions import MESSAGE, PROMOTION, Topic, in_force
from microsite.storage.tables import Revision

Address = Callable[[Content, Entry, Locale], str]
STATES = ("missing", "fuzzy", "failing", "changed", "superseded")


@dataclass(frozen=True)
class Said:
    """A message of the interface, or a promotion's default words."""

    message: Message
    """As the template asks it."""
    in_file: Message | None
    """As the catalog says it."""
    revision: Revision | None
    """The studio's words in force, if there are any."""
    forms: tuple[str, ...]
    """The newest words, as somebody typed them; empty where there are none."""
    is_served: bool
    findings: Sequence[Finding]
    states: frozenset[str]
    is_taken_over: bool
    """Once marketing has spoken, the catalog's words of a promotion leave the queue."""

    @property
    def id(self) -> str:
        """Names the message in addresses."""
        return sha256(subject(self.message.key).encode()).hexdigest()[:16]

    @property
    def about(self) -> str:
        return subject(self.message.key)

    @property
    def source(self) -> str:
        return self.message.msgid

    @property
    def searched(self) -> str:
        return "\n".join((self.message.msgid, self.message.plural or "", *self.forms))

    @property
    def said_in_file(self) -> tuple[str, ...]:
        return self.in_file.said if self.in_file else ()


@dataclass(frozen=True)
class Prose:
    """An article or page that lacks a language, or is older in it: its words are a file."""

    document: Document
    """In another language."""
    locale: Locale
    """Of that document."""
    address: str
    file: str
    """To write, or to go through."""
    states: frozenset[str]

    @property
    def source(self) -> str:
        return self.document.title

    @property
    def searched(self) -> str:
        return f"{self.document.title}\n{self.document.summary}\n{self.document.key}"


Item = Said | Prose


class Count(NamedTuple):
    """How far a language is."""

    locale: Locale
    share: int
    """Of what readers see, in percent."""
    public_from: int
    is_public: bool
    translated: int
    messages: int
    states: dict[str, int]
    """How many things are in each of `STATES`."""


def queue(edition: Edition, locale: Locale) -> list[Item]:
    """What readers see before what the studio says; then the texts that lack a counterpart."""
    said = [one for one in messages(edition, locale) if not one.is_taken_over]
    said.sort(key=lambda one: not one.message.is_for_readers)
    return [*said, *_prose(edition.everything, locale)]


def count(edition: Edition, locale: Locale, items: Sequence[Item]) -> Count:
    said = [item for item in items if isinstance(item, Said)]
    return Count(
        locale,
        edition.catalogs[locale.id].share(),
        edition.everything.site.public_from.get(locale.id, 0),
        locale.tag in edition.content.site.locales,
        sum(item.is_served for item in said),
        len(said),
        {state: sum(state in item.states for item in items) for state in STATES},
    )


def chosen(items: Sequence[Item], state: str, words: str) -> list[Item]:
    """Those in a state, or all; and of them those whose source or translation has the words."""
    wanted = words.casefold().split()
    in_state = (item for item in items if not state or state in item.states)
    searched = ((item, item.searched.casefold()) for item in in_state)
    return [item for item, text in searched if all(word in text for word in wanted)]


def neighbours(items: Sequence[Item], item: Said, among: Sequence[Item]) -> tuple[Said | None, Said | None]:
    """The message before and the one after it of those `among`; it need not be one of them any more."""
    wanted = {one.id for one in among if isinstance(one, Said)}
    said = [one for one in items if isinstance(one, Said)]
    at = next((index for index, one in enumerate(said) if one.id == item.id), -1)
    before = next((one for one in reversed(said[: max(at, 0)]) if one.id in wanted), None)
    return before, next((one for one in said[at + 1 :] if one.id in wanted), None)


def messages(edition: Edition, locale: Locale) -> Iterator[Said]:
    if locale.language == SOURCE:
        return
    catalog, saved = edition.catalogs[locale.id], in_force(edition.revisions, edition.moment)
    in_files, taken_over = catalog.asked(), _taken_over(edition, locale, saved)
    for key, message in (catalog.template or in_files).items():
        in_file = in_files.get(key)
        revision = saved.get(Topic(MESSAGE, subject(key), locale.id))
        newer = studio_words(revision.words, revision.source) if revision and revision.action == "words" else None
        wins = newer is not None and is_newer(newer, catalog, key, in_file)
        forms = newer.forms if newer and wins else in_file.forms if in_file and any(in_file.forms) else ()
        findings = _findings(message, forms, locale)
        is_fuzzy = in_file is not None and in_file.fuzzy and not wins
        states = {
            "missing": not forms,
            "fuzzy": is_fuzzy,
            "failing": bool(findings),
            "changed": is_fuzzy and in_file is not None and in_file.previous is not None,
            "superseded": newer is not None and not wins,
        }
        found = frozenset(state for state, holds in states.items() if holds)
        yield Said(message, in_file, revision, forms, key in catalog.messages, findings, found, key in taken_over)


@lru_cache(20_000)
def _findings(message: Message, forms: tuple[str, ...], locale: Locale) -> tuple[Finding, ...]:
    """Kept: every look at a queue asks for those of all its messages."""
    return tuple(check(message, forms, locale))


def _taken_over(edition: Edition, locale: Locale, saved: Mapping[Topic, Revision]) -> set[Key]:
    """The words of promotions that marketing has changed or paused."""
    spoken = [
        key
        for key in edition.promotions
        if (revision := saved.get(Topic(PROMOTION, key, locale.id))) and revision.action != "catalog"
    ]
    return {(context(key, part), getattr(edition.promotions[key].wording, part)) for key in spoken for part in PARTS}


def _prose(content: Content, locale: Locale) -> Iterator[Prose]:
    for entry in content.articles.values():
        if not entry.speaks(locale):
            yield _prose_item(content, entry, locale, "missing", addresses.article)
        elif is_older(entry, locale):
            yield _prose_item(content, entry, locale, "changed", addresses.article)
    for entry in content.pages.values():
        if not entry.speaks(locale):
            yield _prose_item(content, entry, locale, "missing", addresses.page)


def _prose_item(content: Content, entry: Entry, locale: Locale, state: str, address: Address) -> Prose:
    document, written = _counterpart(content, entry, locale)
    file = "/".join(document.path.with_name(f"{locale.id}.md").parts[-4:])
    return Prose(document, written, address(content, entry, written), file, frozenset({state}))


def _counterpart(content: Content, entry: Entry, locale: Locale) -> tuple[Document, Locale]:
    """The text to translate: in the site's default language where it has that, else in the first that it has."""
    others = [found for found in content.locales_of(entry) if found != locale]
    written = content.site.default if content.site.default in others else others[0]
    return entry.documents[written.id], written
