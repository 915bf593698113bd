"""Which page of the site says a message: asked of the pages themselves, since a template does not know who uses it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from microsite import addresses
from microsite.content.library import Content
from microsite.editions.edition import Edition
from microsite.language.catalog import Catalog
from microsite.language.locales import Locale
from microsite.language.message import Key
from microsite.promotions.wording import PARTS, context
from microsite.reader.inventory import A_PAGE
from microsite.studio.promotions.preview import render_as

LOOKED_AT = 200
"""Articles from which one of each kind is taken."""


@dataclass
class Listening(Catalog):
    """Remembers what it was asked."""

    heard: set[Key] = field(default_factory=set)

    def pgettext(self, context: str | None, message: str) -> str:
        self.heard.add((context, message))
        return super().pgettext(context, message)

    def npgettext(self, context: str | None, singular: str, plural: str, number: int) -> str:
        self.heard.add((context, singular))
        return super().npgettext(context, singular, plural, number)

    upgettext = pgettext
    unpgettext = npgettext


_known: dict[str, tuple[Content, dict[Key, str]]] = {}
"""By locale id: which page says what, of one state of the content. What somebody saves says it on the same pages."""


def page_that_says(key: Key, edition: Edition, locale: Locale) -> str | None:
    """The address of a public page in `locale` that says the message, the home page first."""
    content, pages = _known.get(locale.id, (None, {}))
    if content is not edition.all_content:
        pages = _pages_by_message(edition, locale)
        _known[locale.id] = edition.all_content, pages
    return pages.get(key)


def _pages_by_message(edition: Edition, locale: Locale) -> dict[Key, str]:
    listening = Listening(**vars(edition.catalogs[locale.id]))
    heard = edition._replace(content=edition.all_content, catalogs={**edition.catalogs, locale.id: listening})
    found: dict[Key, str] = {}
    for address in _pages(heard, locale):
        html = render_as(heard, address).get_data(as_text=True)
        for key in re.findall(rf'href="/{locale.tag}/go/([^/"]+)/', html):
            wording = edition.promotions[key].wording
            listening.heard |= {(context(key, part), getattr(wording, part)) for part in PARTS}
        found = {**dict.fromkeys(listening.heard, address), **found}
    return found


def _pages(edition: Edition, locale: Locale) -> Iterator[str]:
    """One of each kind."""
    content = edition.content
    yield addresses.home(locale)
    yield addresses.blog(locale)
    yield from _articles(edition, locale)
    yield from (addresses.text(content, entry, locale) for entry in content.entries() if entry.kind != "article")
    yield from (addresses.category(content, category, locale) for category in content.site.categories)
    if len(content.articles) > A_PAGE:
        yield addresses.blog(locale, 2)
    yield addresses.feed(locale)
    yield f"{addresses.home(locale)}-/"  # a wrong address has a page as well


def _articles(edition: Edition, locale: Locale) -> Iterator[str]:
    """Those that differ in their blocks, in their language, or in being old."""
    content: Content = edition.content
    known = set()
    for entry in content.listing(locale)[:LOOKED_AT]:
        document = content.document(entry, locale)
        blocks = frozenset(type(block) for block in document.blocks)
        events, article = document.article.events, document.article
        kind = blocks, entry.speaks(locale), bool(events), article.updated is None, article.promotion
        if kind not in known:
            known.add(kind)
            yield addresses.text(content, entry, locale)
