"""What there is to say in a language, and how each thing stands: the translators' queue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from microsite import addresses
from microsite.catalog_tools.progress import Progress, Translation, progress, text_state, translations
from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.language.message import Key
from microsite.language.studio_translations import subject_of
from microsite.promotions.wording import PARTS, context
from microsite.storage.revisions import MESSAGE, PROMOTION, Topic
from microsite.storage.tables import Revision


@dataclass(frozen=True)
class MessageItem(Translation):
    """A message of the interface, or a promotion's default words."""

    revision: Revision | None
    """The studio's words in force, if there are any."""
    is_overridden: bool
    """Whether marketing has changed or paused the promotion: then its catalog words are not in the queue."""

    @property
    def id(self) -> str:
        """Names the message in addresses."""
        return sha256(self.subject.encode()).hexdigest()[:16]

    @property
    def subject(self) -> str:
        """Names the message in revisions."""
        return subject_of(self.message.key)

    @property
    def searched(self) -> str:
        return "\n".join((self.message.msgid, self.message.msgid_plural or "", *self.forms))


@dataclass(frozen=True)
class TextItem:
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
    def searched(self) -> str:
        return f"{self.document.title}\n{self.document.summary}\n{self.document.key}"


QueueItem = MessageItem | TextItem


def queue(edition: Edition, locale: Locale) -> list[QueueItem]:
    """What readers see before what the studio says; then the texts that lack a counterpart."""
    items = [item for item in messages(edition, locale) if not item.is_overridden]
    items.sort(key=lambda item: not item.message.is_for_readers)
    return [*items, *_texts(edition.all_content, locale)]


def queue_progress(edition: Edition, locale: Locale, items: Sequence[QueueItem]) -> Progress:
    return progress(edition.catalogs[locale.id], locale, edition.all_content.site, items, edition.public)


def chosen(items: Sequence[QueueItem], state: str, words: str) -> list[QueueItem]:
    """Those in a state, or all; and of them those whose source or translation has the words."""
    wanted = words.casefold().split()
    in_state = (item for item in items if not state or state in item.states)
    searched = ((item, item.searched.casefold()) for item in in_state)
    return [item for item, text in searched if all(word in text for word in wanted)]


def neighbours(
    items: Sequence[QueueItem], item: MessageItem, among: Sequence[QueueItem]
) -> tuple[MessageItem | None, MessageItem | None]:
    """The message before and the one after it of those `among`; it need not be one of them any more."""
    wanted = {candidate.id for candidate in among if isinstance(candidate, MessageItem)}
    message_items = [candidate for candidate in items if isinstance(candidate, MessageItem)]
    place = next((number for number, candidate in enumerate(message_items) if candidate.id == item.id), -1)
    before = (candidate for candidate in reversed(message_items[: max(place, 0)]) if candidate.id in wanted)
    after = (candidate for candidate in message_items[place + 1 :] if candidate.id in wanted)
    return next(before, None), next(after, None)


def messages(edition: Edition, locale: Locale) -> Iterator[MessageItem]:
    """Every message in a language, those as well that marketing has overridden."""
    saved = edition.revisions.in_force(edition.moment)
    overridden = _overridden(edition, locale, saved)
    for translation in translations(edition.catalogs[locale.id], locale):
        key = translation.message.key
        revision = saved.get(Topic(MESSAGE, subject_of(key), locale.id))
        yield MessageItem(**vars(translation), revision=revision, is_overridden=key in overridden)


def _overridden(edition: Edition, locale: Locale, saved: Mapping[Topic, Revision]) -> set[Key]:
    """The words of promotions that marketing has changed or paused."""
    spoken = [
        key
        for key in edition.promotions
        if (revision := saved.get(Topic(PROMOTION, key, locale.id))) and revision.action != "catalog"
    ]
    return {(context(key, part), getattr(edition.promotions[key].wording, part)) for key in spoken for part in PARTS}


def _texts(content: Content, locale: Locale) -> Iterator[TextItem]:
    for entry in content.entries():
        if state := text_state(entry, locale):
            yield _text_item(content, entry, locale, state)


def _text_item(content: Content, entry: Entry, locale: Locale, state: str) -> TextItem:
    document, written = _counterpart(content, entry, locale)
    file = "/".join(document.path.with_name(f"{locale.id}.md").parts[-4:])
    return TextItem(document, written, addresses.text(content, entry, written), file, frozenset({state}))


def _counterpart(content: Content, entry: Entry, locale: Locale) -> tuple[Document, Locale]:
    """The text to translate: in the site's default language where it has that, else in the first that it has."""
    candidates = [written for written in content.locales_of(entry) if written != locale]
    written = content.site.default if content.site.default in candidates else candidates[0]
    return entry.documents[written.id], written
