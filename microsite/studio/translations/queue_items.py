"""What there is to say in a language: messages and texts. Whoever says how many there are asks here."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import sha256
from threading import Lock

from microsite import addresses
from microsite.catalog_tools.progress import Progress, Translation, progress, text_state, translations
from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.language.message import Key, without_placeholders
from microsite.language.studio_translations import key_of, subject_of
from microsite.promotions.wording import message_keys
from microsite.storage.revisions import MESSAGE, PROMOTION, Action, Topic
from microsite.storage.tables import Revision
from microsite.text import folded


@dataclass(frozen=True)
class MessageItem(Translation):
    """A message of the interface, or a part of a promotion's catalog words."""

    revision: Revision | None
    """In force; None where nobody has saved the message in the studio."""
    is_overridden: bool
    """Whether marketing has changed or paused the promotion: then its catalog words are not in the queue."""

    @cached_property
    def id(self) -> str:
        """Names the message in addresses."""
        return sha256(self.subject.encode()).hexdigest()[:16]

    @property
    def subject(self) -> str:
        """Names the message in revisions."""
        return subject_of(self.message.key)

    @cached_property
    def searched(self) -> str:
        """What a search looks at, folded: source, words of studio and file, context, comment, place."""
        message, in_file = self.message, self.in_file.forms if self.in_file else ()
        texts = (message.msgid, message.msgid_plural, message.context, message.comment, *message.references)
        return folded("\n".join(filter(None, (*texts, *self.forms, *in_file))))

    @cached_property
    def compared(self) -> str:
        """What is compared with other messages: the source without its placeholders, whose names are no words."""
        return without_placeholders(self.message.msgid).strip()


@dataclass(frozen=True)
class TextItem:
    """An article or page that lacks the language, or is older in it. It is translated in a file, not in the studio."""

    document: Document
    """In another language."""
    locale: Locale
    """Of `document`."""
    address: str
    """Of `document`, for readers."""
    file: str
    """The file to write, or to go through."""
    states: frozenset[str]

    @cached_property
    def searched(self) -> str:
        return folded(f"{self.document.title}\n{self.document.summary}\n{self.document.key}\n{self.file}")


QueueItem = MessageItem | TextItem


@dataclass(frozen=True)
class Queue:
    """Everything there is to say in a language, in one edition. A snapshot."""

    edition: Edition
    locale: Locale
    by_key: dict[Key, MessageItem]
    """Every message, also what marketing has overridden."""
    messages: list[MessageItem]
    """Those of public pages, then those of the studio, without what marketing has overridden."""
    texts: list[TextItem]
    progress: Progress
    """Its numbers are those of `messages` and `texts`."""

    @cached_property
    def by_id(self) -> dict[str, MessageItem]:
        return {item.id: item for item in self.by_key.values()}


@dataclass
class _QueueCache:
    """The queues of one edition, and what the next ones take over from them: of 5,000 messages, all but a few."""

    edition: Edition | None = None
    queues: dict[str, Queue] = field(default_factory=dict)
    """By locale id."""
    items: dict[str, dict[Key, MessageItem]] = field(default_factory=dict)
    """By locale id; of languages of the site, and of a glossary, as they were last."""


_cache = _QueueCache()
_making = Lock()
"""Of several who ask for a queue at once, one makes it."""


def queue_of(edition: Edition, locale: Locale) -> Queue:
    """What there is to say in a language."""
    with _making:
        if _cache.edition is not edition:
            _forget_others(edition)
        if locale.id not in _cache.queues:
            known = _cache.items.get(locale.id, {})
            _cache.queues[locale.id] = queue = _made_queue(edition, locale, known)
            _cache.items[locale.id] = queue.by_key
        return _cache.queues[locale.id]


def _forget_others(edition: Edition) -> None:
    """Hold on to nothing of former editions but the messages of languages that this one has."""
    last, content = _cache.edition, edition.all_content
    locales = {locale.id: locale for locale in content.site.locales.values()}
    if last and last.all_content.glossary == content.glossary:
        _cache.items = {locale_id: items for locale_id, items in _cache.items.items() if locale_id in locales}
    else:
        _cache.items = {}
    _cache.edition, _cache.queues = edition, {}


def _made_queue(edition: Edition, locale: Locale, known: dict[Key, MessageItem]) -> Queue:
    content = edition.all_content
    by_key = {item.message.key: item for item in _messages(edition, locale, known)}
    shown = [item for item in by_key.values() if not item.is_overridden]
    shown.sort(key=lambda item: not item.message.is_for_readers)
    counted = progress(edition.catalogs[locale.id], locale, content, shown, edition.public)
    return Queue(edition, locale, by_key, shown, list(_texts(content, locale)), counted)


_TRANSLATION_FIELDS = [known.name for known in fields(Translation)]


def _messages(edition: Edition, locale: Locale, known: dict[Key, MessageItem]) -> Iterator[MessageItem]:
    """Every message, those of `known` that are as they were."""
    saved = {
        key_of(topic.subject): row
        for topic, revisions in edition.revisions.by_topic.items()
        if topic.kind == MESSAGE and topic.locale == locale.id and (row := revisions.in_force(edition.moment))
    }
    overridden = _overridden(edition, locale)
    for translation in translations(edition.catalogs[locale.id], locale, edition.all_content.glossary, known):
        key = translation.message.key
        revision, is_overridden = saved.get(key), key in overridden
        if (
            isinstance(translation, MessageItem)
            and translation.revision is revision
            and translation.is_overridden == is_overridden
        ):
            yield translation
        else:
            values = {name: getattr(translation, name) for name in _TRANSLATION_FIELDS}
            yield MessageItem(**values, revision=revision, is_overridden=is_overridden)


def _overridden(edition: Edition, locale: Locale) -> set[Key]:
    """The catalog words of promotions that marketing has changed or paused."""
    keys: set[Key] = set()
    for promotion in edition.promotions.values():
        revision = edition.revisions.of(Topic(PROMOTION, promotion.key, locale.id)).in_force(edition.moment)
        if revision and revision.action != Action.CATALOG:
            keys |= set(message_keys(promotion).values())
    return keys


def _texts(content: Content, locale: Locale) -> Iterator[TextItem]:
    for entry in content.entries():
        if state := text_state(entry, locale):
            document, written = _source(content, entry, locale)
            file = "/".join(document.path.with_name(f"{locale.id}.md").parts[-4:])
            yield TextItem(document, written, addresses.text(content, entry, written), file, frozenset({state}))


def _source(content: Content, entry: Entry, locale: Locale) -> tuple[Document, Locale]:
    """The text to translate: in the site's default language where it has that, else in the first that it has."""
    candidates = [written for written in content.locales_of(entry) if written != locale]
    written = content.site.default if content.site.default in candidates else candidates[0]
    return entry.documents[written.id], written
