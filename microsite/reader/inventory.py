"""Every public page there is, by address: what the sitemap names and the export writes."""

from collections.abc import Iterator

from microsite import addresses
from microsite.content.library import Content, Entry

PER_PAGE = 12
"""Articles on a page of a list."""
MAX_SITEMAP_ADDRESSES = 50_000
"""In one sitemap (sitemaps.org)."""

Alternates = dict[str, str]
"""One page's addresses, by the tags of its languages."""


def count_pages(entries: list[Entry]) -> int:
    """How many pages a list has."""
    return max(1, -(-len(entries) // PER_PAGE))


def lists(content: Content) -> list[Alternates]:
    """The pages that lead to others: home, the list of all articles, each category; each list's first page."""
    locales = content.site.locales
    return [
        {tag: addresses.home(locale) for tag, locale in locales.items()},
        {tag: addresses.blog(locale) for tag, locale in locales.items()},
        *(
            {tag: addresses.category(content, key, locale) for tag, locale in locales.items()}
            for key in content.site.categories
        ),
    ]


def texts(content: Content) -> Iterator[Alternates]:
    """Texts in the languages that they are written in; without those that show a reader's request."""
    for entry in content.entries():
        if not any(document.is_personal for document in entry.documents.values()):
            yield {locale.tag: addresses.text(content, entry, locale) for locale in content.locales_of(entry)}


def sitemap_pages(content: Content) -> list[tuple[str, Alternates]]:
    """Each address with the alternates of its page, itself among them."""
    return [(address, group) for group in (*lists(content), *texts(content)) for address in group.values()]


def all_pages(content: Content) -> Iterator[str]:
    """The address of every page in every language that readers can ask for it in, further pages of lists included."""
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
    yield "/robots.txt"
    yield "/.well-known/gpc.json"
    yield addresses.sitemap()
    pages = len(sitemap_pages(content))
    if pages > MAX_SITEMAP_ADDRESSES:
        yield from (addresses.sitemap(number) for number in range(1, -(-pages // MAX_SITEMAP_ADDRESSES) + 1))


def moved(content: Content) -> Iterator[tuple[str, str]]:
    """Former addresses, each with the present one."""
    for locale in content.site.locales.values():
        for entry in content.entries():
            present, document = addresses.text(content, entry, locale), content.document(entry, locale)
            prefix = present.removesuffix(f"{document.slug}/")
            for alias in document.matter.aliases:
                if alias != document.slug:
                    yield f"{prefix}{alias}/", present
