"""Which articles to offer at the foot of another."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.language.locales import Locale

MOST = 4


def more_articles(content: Content, document: Document, locale: Locale) -> list[Entry]:
    """Up to four articles written in `locale`: same category first, then newest; none that the text links to."""
    linked = {reference.key for reference in document.references if reference.kind == "article"} | {document.key}
    nearest_first = chain(content.listing(locale, document.article.category), content.listing(locale))
    offered = (entry for entry in nearest_first if entry.key not in linked and entry.speaks(locale))
    return list(islice(unique(offered), MOST))


def unique(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each once, where it stands first."""
    seen: set[str] = set()
    for entry in entries:
        if entry.key not in seen:
            seen.add(entry.key)
            yield entry
