"""Every public page there is, by address: what the sitemap names and the export writes."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from microsite import addresses
from microsite.content.blocks import Widget
from microsite.content.document import Document
from microsite.content.front_matter import ArticleMatter
from microsite.content.kinds import KINDS
from microsite.content.library import Content, Entry
from microsite.editions.edition import Edition
from microsite.language.locales import Locale

ARTICLES_PER_PAGE = 12
"""Articles on a page of a list."""
ORPHANS = 2
"""So few articles are no page of their own: they stand on the one before."""
MAX_SITEMAP_ADDRESSES = 50_000
"""In one sitemap (sitemaps.org)."""
SECURITY_TXT = "/.well-known/security.txt"
TOUCH_ICON = "apple-touch-icon.png"
ICONS = ("favicon.ico", TOUCH_ICON)
"""Below `static/`; programs look for them at the root without being told. Drawn once, from `favicon.svg`."""

Alternates = dict[str, str]
"""One page's addresses, by the tags of its languages."""


def count_pages(entries: list[Entry]) -> int:
    """How many pages a list has."""
    return max(1, -(-(len(entries) - ORPHANS) // ARTICLES_PER_PAGE))


def on_page(entries: list[Entry], number: int) -> list[Entry]:
    """The entries of one page of a list, of which there are `count_pages`."""
    start = (number - 1) * ARTICLES_PER_PAGE
    return entries[start:] if number == count_pages(entries) else entries[start : start + ARTICLES_PER_PAGE]


class SitemapPage(NamedTuple):
    """One page in one language."""

    address: str
    alternates: Alternates
    """In every language that it is written in, this one among them."""
    default: str
    """The address for readers of any other language (hreflang x-default)."""
    modified: date | None
    """When its words last changed; None where nothing says so."""


def modified(document: Document) -> date | None:
    """The day on which the words of a text last changed; None for a page that does not say."""
    matter = document.matter
    return matter.updated or (matter.published if isinstance(matter, ArticleMatter) else None)


def sitemap_pages(content: Content) -> list[SitemapPage]:
    """Home, lists and texts in the languages that they are written in; no page that shows a reader's request."""
    return [*_lists(content), *_texts(content)]


def _lists(content: Content) -> Iterator[SitemapPage]:
    """The pages that lead to others: home, the list of all articles, each category; each list's first page."""
    locales = content.site.locales
    listings: list[tuple[Alternates, str, str | None]] = [
        ({tag: addresses.home(locale) for tag, locale in locales.items()}, "/", None),
        ({tag: addresses.blog(locale) for tag, locale in locales.items()}, "", None),
    ]
    for key in content.site.categories:
        listings.append(({tag: addresses.category(content, key, locale) for tag, locale in locales.items()}, "", key))
    for alternates, default, category in listings:
        for tag, address in alternates.items():
            changed = _newest(content, content.listing(locales[tag], category), locales[tag])
            yield SitemapPage(address, alternates, default or alternates[content.site.default.tag], changed)


def _newest(content: Content, entries: Iterable[Entry], locale: Locale) -> date | None:
    return max((day for entry in entries if (day := modified(content.document(entry, locale)))), default=None)


def _texts(content: Content) -> Iterator[SitemapPage]:
    for entry in content.entries():
        if any(document.is_personal for document in entry.documents.values()):
            continue
        locales = content.locales_of(entry)
        alternates = {locale.tag: addresses.text(content, entry, locale) for locale in locales}
        for locale in locales:
            address = alternates[locale.tag]
            default = alternates.get(content.site.default.tag, address)
            yield SitemapPage(address, alternates, default, _changed(content, entry, locale))


def _changed(content: Content, entry: Entry, locale: Locale) -> date | None:
    """As `modified`; a page that lists corrections changes with the newest of them."""
    document = entry.documents[locale.id]
    days = [modified(document)]
    if "corrections" not in KINDS[entry.kind].refused_blocks and Widget("corrections") in document.blocks:
        days += [change.date for _, change in content.corrections(locale)]
    return max(filter(None, days), default=None)


def all_pages(edition: Edition) -> Iterator[str]:
    """The address of every page in every language that readers can ask for it in, further pages of lists included."""
    content = edition.content
    for locale in content.site.locales.values():
        yield addresses.home(locale)
        yield addresses.feed(locale)
        for number in range(1, count_pages(content.listing(locale)) + 1):
            yield addresses.blog(locale, number)
        for key in content.site.categories:
            yield addresses.feed(locale, content, key)
            for number in range(1, count_pages(content.listing(locale, key)) + 1):
                yield addresses.category(content, key, locale, number)
        yield from (addresses.text(content, entry, locale) for entry in content.entries())
        if addresses.REGISTER in content.pages:
            yield addresses.register_feed(content, locale)
    if addresses.REGISTER in content.pages:
        yield addresses.REGISTER_JSON
    yield "/robots.txt"
    yield from (f"/{name}" for name in ICONS)
    if edition.files.security_txt.body is not None:
        yield SECURITY_TXT
    yield "/.well-known/gpc.json"
    yield addresses.sitemap()
    pages = len(sitemap_pages(content))
    if pages > MAX_SITEMAP_ADDRESSES:
        yield from (addresses.sitemap(number) for number in range(1, -(-pages // MAX_SITEMAP_ADDRESSES) + 1))


def moved(content: Content) -> Iterator[tuple[str, str]]:
    """Former addresses, and names that pages have in other languages alone; each with the present address."""
    site = content.site
    slugs = [category.slug[locale.id] for category in site.categories.values() for locale in site.locales.values()]
    for locale in site.locales.values():
        for slug in dict.fromkeys(slugs):
            if not site.category_by_slug(slug, locale) and (key := site.category_meant(slug, locale)):
                yield f"{addresses.blog(locale)}{slug}/", addresses.category(content, key, locale)
                yield f"{addresses.blog(locale)}{slug}/feed.atom", addresses.feed(locale, content, key)
        for entry in content.entries():
            present, document = addresses.text(content, entry, locale), content.document(entry, locale)
            prefix = present.removesuffix(f"{document.slug}/")
            own = content.slugs[entry.kind, locale.id]
            elsewhere = {other.slug for other in entry.documents.values()} - own.keys()
            for former in (*document.matter.aliases, *sorted(elsewhere)):
                if former != document.slug:
                    yield f"{prefix}{former}/", present
                    if entry.key == addresses.REGISTER:
                        yield f"{prefix}{former}/feed.atom", addresses.register_feed(content, locale)
