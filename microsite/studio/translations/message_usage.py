"""What public pages say: found by rendering them, since a template does not know which pages use it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from microsite import addresses
from microsite.content.library import Content
from microsite.editions.edition import Edition
from microsite.language.catalog import Catalog
from microsite.language.locales import Locale
from microsite.language.message import Key
from microsite.promotions.wording import all_words
from microsite.reader.inventory import count_pages
from microsite.studio.promotions.preview_pages import render_as

MAX_ARTICLES = 200
"""The newest articles, of which one of each sort is rendered."""


_MARK = re.compile(r"[\ue000-\uf8ff]|\\u(?:e[0-9a-f]{3}|f[0-8][0-9a-f]{2})")
"""A character for private use, itself or as JSON has it: one stands before each message on a page that is looked at."""
FIRST_MARK, MAX_MARKS = 0xE000, 6400
MAX_PAGES = 50
"""Remembered at a time."""


@dataclass
class MarkingCatalog(Catalog):
    """Puts a mark before every message: where it stands on a page, that page says the message."""

    marked: dict[Key, str] = field(default_factory=dict)

    def pgettext(self, context: str | None, message: str) -> str:
        return self._mark((context, message)) + super().pgettext(context, message)

    def npgettext(self, context: str | None, singular: str, plural: str, number: int) -> str:
        return self._mark((context, singular)) + super().npgettext(context, singular, plural, number)

    def translation(self, context: str | None, message: str) -> str | None:
        words = super().translation(context, message)
        return words and self._mark((context, message)) + words

    def _mark(self, key: Key) -> str:
        number = len(self.marked)
        return self.marked.setdefault(key, chr(FIRST_MARK + number) if number < MAX_MARKS else "")


class _PageMessages(NamedTuple):
    """The messages that pages of an edition say."""

    edition: Edition
    keys: dict[tuple[str, str], list[Key]]
    """By locale id and address, in the order of the page."""


_page_messages: _PageMessages | None = None


class _SayingPages(NamedTuple):
    """Which page says a message, in one state of the content: changed words are said on the same pages."""

    content: Content
    addresses: dict[str, dict[Key, str]]
    """By locale id."""


_saying_pages: _SayingPages | None = None
_looking = Lock()
"""Of several who ask at once, one renders the pages."""


def messages_on(address: str, edition: Edition, locale: Locale) -> list[Key]:
    """The messages that a page of readers says, in its order; none where the address is no page in `locale`."""
    global _page_messages
    if not re.match(rf"/{locale.tag}/(?!go/|share/)", address):
        return []
    if _page_messages is None or _page_messages.edition is not edition or len(_page_messages.keys) >= MAX_PAGES:
        _page_messages = _PageMessages(edition, {})
    keys_by_page, page = _page_messages.keys, (locale.id, address)
    if page not in keys_by_page:
        keys_by_page[page] = _messages_on(address, edition, locale)
    return keys_by_page[page]


def _messages_on(address: str, edition: Edition, locale: Locale) -> list[Key]:
    catalog = MarkingCatalog(**vars(edition.catalogs[locale.id]))
    words = all_words(edition.promotions, {locale.id: catalog}, edition.revisions, edition.moment)
    marked = edition._replace(
        content=edition.all_content,
        catalogs={**edition.catalogs, locale.id: catalog},
        words={**edition.words, **words},
    )
    html = render_as(marked, address).get_data(as_text=True)
    numbers = (int(mark[2:], 16) if mark.startswith("\\") else ord(mark) for mark in _MARK.findall(html))
    keys = {ord(mark): key for key, mark in catalog.marked.items() if mark}
    return list(dict.fromkeys(keys[number] for number in numbers if number in keys))


def page_that_says(key: Key, edition: Edition, locale: Locale) -> str | None:
    """The address of a page in `locale` that says the message, the home page if it does; None for no page."""
    global _saying_pages
    with _looking:
        if _saying_pages is None or _saying_pages.content is not edition.all_content:
            _saying_pages = _SayingPages(edition.all_content, {})
        by_locale = _saying_pages.addresses
        if locale.id not in by_locale:
            pages: dict[Key, str] = {}
            for address in _sample(edition.all_content, locale):
                pages = {**dict.fromkeys(_messages_on(address, edition, locale), address), **pages}
            by_locale[locale.id] = pages
    return by_locale[locale.id].get(key)


def _sample(content: Content, locale: Locale) -> Iterator[str]:
    """The addresses of one page of each sort."""
    yield addresses.home(locale)
    yield addresses.blog(locale)
    yield from _articles(content, locale)
    yield from (addresses.text(content, entry, locale) for entry in content.entries() if entry.kind != "article")
    yield from (addresses.category(content, category, locale) for category in content.site.categories)
    if count_pages(content.listing(locale)) > 1:
        yield addresses.blog(locale, 2)
    yield addresses.feed(locale)
    yield f"{addresses.home(locale)}-/"  # the error page of a wrong address


def _articles(content: Content, locale: Locale) -> Iterator[str]:
    """Articles that differ in their sorts of blocks, their language, or their fields."""
    known = set()
    for entry in content.listing(locale)[:MAX_ARTICLES]:
        document = content.document(entry, locale)
        blocks = frozenset(type(block) for block in document.blocks)
        article = document.article_matter
        fields = bool(article.events), bool(article.since), article.updated is None, article.reviewed is None
        sort = blocks, entry.speaks(locale), fields, article.promotion
        if sort not in known:
            known.add(sort)
            yield addresses.text(content, entry, locale)
