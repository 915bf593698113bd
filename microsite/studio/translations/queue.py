"""The translators' desk: how far each language is, and the queue of what there is to say in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from flask import abort, request, url_for
from flask_babel import gettext, pgettext

from microsite import addresses
from microsite.catalog_tools.progress import STATES, Progress, Translation, progress, text_state, translations
from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.editions.edition import Edition
from microsite.language.locales import PSEUDO, Locale
from microsite.language.message import Key
from microsite.language.po_file import catalog_path
from microsite.language.studio_translations import subject_of
from microsite.promotions.wording import message_keys
from microsite.runtime import current_edition, current_locale, current_runtime
from microsite.storage.revisions import MESSAGE, PROMOTION, Action, Topic
from microsite.storage.tables import Revision
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, studio
from microsite.studio.fields import number_in_query
from microsite.studio.layout import render
from microsite.studio.promotions.preview import Preview, own_token
from microsite.studio.search import MAX_SEARCH, asked_for, matching

PER_PAGE = 50


@dataclass(frozen=True)
class MessageItem(Translation):
    """A message of the interface, or a part of a promotion's catalog words."""

    revision: Revision | None
    """In force; None where nobody has saved the message in the studio."""
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

    @property
    def searched(self) -> str:
        return f"{self.document.title}\n{self.document.summary}\n{self.document.key}"


QueueItem = MessageItem | TextItem


class QueueFilter(NamedTuple):
    """Which items of a queue are shown. Its fields are parameters of the query."""

    show: str
    """One of `STATES`; empty: all."""
    q: str
    """Words that the source or the translation has."""

    @property
    def query(self) -> dict[str, str]:
        """For addresses that lead back to the same part of the queue."""
        return {name: value for name, value in self._asdict().items() if value}

    def applied_to(self, items: Sequence[QueueItem]) -> list[QueueItem]:
        in_state = (item for item in items if not self.show or self.show in item.states)
        return matching(in_state, self.q, lambda item: item.searched)


@studio.get("/translations/")
@needs(Role.TRANSLATOR)
def languages() -> str:
    edition = newest_edition()
    locales = [locale for locale in edition.all_content.site.locales.values() if locale.id != PSEUDO]
    return render(
        "translations/languages.html",
        # TRANSLATORS: In the studio's navigation: the page on which languages and their messages are listed.
        pgettext("studio", "Translations"),
        languages=[queue_progress(edition, locale, queue(edition, locale)) for locale in locales],
        states=STATES,
        faulty={locale.id for locale in locales if edition.catalogs[locale.id].faults},
    )


@studio.get("/translations/<tag>/")
@needs(Role.TRANSLATOR)
def translation_queue(tag: str) -> str:
    edition, locale, queue_filter = newest_edition(), locale_or_404(tag), filter_from_query()
    items = queue(edition, locale)
    filtered = queue_filter.applied_to(items)
    pages = max(1, -(-len(filtered) // PER_PAGE))
    number = min(max(number_in_query("page", 1), 1), pages)
    return render(
        "translations/queue.html",
        # TRANSLATORS: Over the list of what there is to say in a language. %(language)s is its name in your language.
        gettext("Translations into %(language)s", language=language_name(locale)),
        language=locale,
        progress=queue_progress(edition, locale, items),
        items=items,
        queue_filter=queue_filter,
        max_search=MAX_SEARCH,
        states=STATES,
        matches=len(filtered),
        rows=filtered[(number - 1) * PER_PAGE : number * PER_PAGE],
        number=number,
        pages=pages,
        public=edition.content.site.locales,
        site_preview=None if tag in edition.content.site.locales else hidden_address(f"/{tag}/"),
        faults=edition.catalogs[locale.id].faults,
        has_file=catalog_path(current_runtime().editions.settings.translations, locale.id).is_file(),
    )


def filter_from_query() -> QueueFilter:
    show = request.args.get("show", "")
    return QueueFilter(show if show in STATES else "", asked_for())


def locale_or_404(tag: str) -> Locale:
    """Any language of the site, public or not."""
    return current_edition().all_content.site.locales.get(tag) or abort(404)


def language_name(locale: Locale) -> str:
    """In the account's language."""
    return locale.babel.get_display_name(current_locale().babel) or locale.name


def hidden_address(path: str) -> str:
    """The address of a preview of a page in a language that is not public yet."""
    return url_for("studio.preview", token=own_token(Preview(shows_all_languages=True)), path=path.lstrip("/"))


def queue(edition: Edition, locale: Locale) -> list[QueueItem]:
    """Messages of public pages, then those of the studio, then texts; without what marketing has overridden."""
    items = [item for item in messages(edition, locale) if not item.is_overridden]
    items.sort(key=lambda item: not item.message.is_for_readers)
    return [*items, *_texts(edition.all_content, locale)]


def queue_progress(edition: Edition, locale: Locale, items: Sequence[QueueItem]) -> Progress:
    return progress(edition.catalogs[locale.id], locale, edition.all_content, items, edition.public)


def messages(edition: Edition, locale: Locale) -> Iterator[MessageItem]:
    """Every message in a language, also what marketing has overridden."""
    saved = edition.revisions.in_force(edition.moment)
    overridden = _overridden(edition, locale, saved)
    for translation in translations(edition.catalogs[locale.id], locale, edition.all_content.glossary):
        key = translation.message.key
        revision = saved.get(Topic(MESSAGE, subject_of(key), locale.id))
        yield MessageItem(**vars(translation), revision=revision, is_overridden=key in overridden)


def _overridden(edition: Edition, locale: Locale, saved: Mapping[Topic, Revision]) -> set[Key]:
    """The catalog words of promotions that marketing has changed or paused."""
    keys: set[Key] = set()
    for promotion in edition.promotions.values():
        revision = saved.get(Topic(PROMOTION, promotion.key, locale.id))
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
