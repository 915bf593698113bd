"""Addresses that nobody gave, of which it is certain what they mean: led in one step to the one address of the page."""

from contextlib import suppress

from microsite import addresses
from microsite.content.library import Content, Entry
from microsite.editions.edition import Edition
from microsite.language.locales import MAX_RANGE_LENGTH, Locale, lookup
from microsite.numbers import read_number
from microsite.reader.inventory import count_pages

FEED = "feed.atom"


def redirect_target(edition: Edition, path: str) -> str | None:
    """The address of the page that a wrong one means, made of our own parts alone; None where that is not certain.

    Known are capitals (`/FR/`, `/fr/A-Propos/`), a region that the site does not tell apart (`/fr-FR/`), and what has
    another name in this language: `/fr/about/`, the slug of a category or an article.
    """
    content = edition.content
    tag, *rest = path.strip("/").lower().split("/")
    locale = _locale(edition, tag)
    if locale is None:
        return None
    match rest:
        case []:
            return addresses.home(locale)
        case ["feed.atom"]:
            return addresses.feed(locale)
        case ["blog", *list_or_article]:
            return _in_blog(content, locale, list_or_article)
        case [slug]:
            return _text(content, "page", slug, locale)
        case [slug, "feed.atom"] if addresses.REGISTER in content.pages:
            feed = addresses.register_feed(content, locale)
            return feed if feed == f"{_text(content, 'page', slug, locale)}{FEED}" else None
    return None


def _in_blog(content: Content, locale: Locale, rest: list[str]) -> str | None:
    match rest:
        case []:
            return addresses.blog(locale)
        case ["page", number]:
            page = _page(number, content.listing(locale))
            return addresses.blog(locale, page) if page else None
        case [_, slug] if slug != FEED:
            return _text(content, "article", slug, locale)
    if key := content.site.category_meant(rest[0], locale):
        match rest[1:]:
            case []:
                return addresses.category(content, key, locale)
            case ["feed.atom"]:
                return addresses.feed(locale, content, key)
            case ["page", number] if page := _page(number, content.listing(locale, key)):
                return addresses.category(content, key, locale, page)
    return None


def _locale(edition: Edition, tag: str) -> Locale | None:
    """The locale that the first part of an address means, unless that is one that readers do not see so far."""
    tag = tag.replace("_", "-")
    if len(tag) > MAX_RANGE_LENGTH or not tag.replace("-", "").isalnum():
        return None
    public = edition.content.site.locales
    coming = {other.lower() for other in edition.all_content.site.locales.keys() - public.keys()}
    return None if tag in coming else lookup(tag, list(public.values()))


def _page(number: str, entries: list[Entry]) -> int | None:
    """The number of a further page of a list, if it has one of this number."""
    with suppress(ValueError):
        if 1 <= (page := read_number(number)) <= count_pages(entries):
            return page
    return None


def _text(content: Content, kind: str, slug: str, locale: Locale) -> str | None:
    """The address of the text of this slug, in this language or else in any: of two, nobody knows which is meant."""
    keys = {content.slugs[kind, other.id].get(slug) for other in content.site.locales.values()} - {None}
    key = content.slugs[kind, locale.id].get(slug) or (keys.pop() if len(keys) == 1 else None)
    return addresses.text(content, content.texts[kind][key], locale) if key else None
