"""Which public page says a message: found by rendering pages, since a template does not know which pages use it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from microsite import addresses
from microsite.content.library import Content
from microsite.editions.edition import Edition
from microsite.language.catalog import Catalog
from microsite.language.locales import Locale
from microsite.language.message import Key
from microsite.promotions.wording import message_keys
from microsite.reader.inventory import PER_PAGE
from microsite.studio.promotions.preview_pages import render_as

MAX_ARTICLES = 200
"""The newest articles, of which one of each sort is rendered."""


@dataclass
class RecordingCatalog(Catalog):
    """Records the messages that it is asked for."""

    requested: set[Key] = field(default_factory=set)

    def pgettext(self, context: str | None, message: str) -> str:
        self.requested.add((context, message))
        return super().pgettext(context, message)

    def npgettext(self, context: str | None, singular: str, plural: str, number: int) -> str:
        self.requested.add((context, singular))
        return super().npgettext(context, singular, plural, number)


_cache: dict[str, tuple[Content, dict[Key, str]]] = {}
"""By locale id, the addresses found in one state of the content: changed words are said on the same pages."""


def page_that_says(key: Key, edition: Edition, locale: Locale) -> str | None:
    """The address of a page in `locale` that says the message, the home page if it does; None for no page."""
    content, pages = _cache.get(locale.id, (None, {}))
    if content is not edition.all_content:
        pages = _pages_by_message(edition, locale)
        _cache[locale.id] = edition.all_content, pages
    return pages.get(key)


def _pages_by_message(edition: Edition, locale: Locale) -> dict[Key, str]:
    """For every message that a page of `_sample` says, the address of the first that does."""
    catalog = RecordingCatalog(**vars(edition.catalogs[locale.id]))
    edition = edition._replace(content=edition.all_content, catalogs={**edition.catalogs, locale.id: catalog})
    pages: dict[Key, str] = {}
    for address in _sample(edition.content, locale):
        html = render_as(edition, address).get_data(as_text=True)
        for promotion_key in re.findall(rf'href="/{locale.tag}/go/([^/"]+)/', html):
            catalog.requested |= set(message_keys(edition.promotions[promotion_key]).values())
        pages = {**dict.fromkeys(catalog.requested, address), **pages}
    return pages


def _sample(content: Content, locale: Locale) -> Iterator[str]:
    """The addresses of one page of each sort."""
    yield addresses.home(locale)
    yield addresses.blog(locale)
    yield from _articles(content, locale)
    yield from (addresses.text(content, entry, locale) for entry in content.entries() if entry.kind != "article")
    yield from (addresses.category(content, category, locale) for category in content.site.categories)
    if len(content.articles) > PER_PAGE:
        yield addresses.blog(locale, 2)
    yield addresses.feed(locale)
    yield f"{addresses.home(locale)}-/"  # the error page of a wrong address


def _articles(content: Content, locale: Locale) -> Iterator[str]:
    """Articles that differ in their sorts of blocks, their language, or their fields."""
    known = set()
    for entry in content.listing(locale)[:MAX_ARTICLES]:
        document = content.document(entry, locale)
        blocks = frozenset(type(block) for block in document.blocks)
        article = document.article
        fields = bool(article.events), bool(article.since), article.updated is None, article.reviewed is None
        sort = blocks, entry.speaks(locale), fields, article.promotion
        if sort not in known:
            known.add(sort)
            yield addresses.text(content, entry, locale)
