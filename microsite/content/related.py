"""Which articles to offer at the foot of another."""

from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.language.locales import Locale

MOST = 4


def more_articles(content: Content, document: Document, locale: Locale) -> list[Entry]:
    """Up to four articles written in `locale`: same category first, then newest; none that the text links to."""
    linked = {reference.key for reference in document.references if reference.kind == "article"} | {document.key}
    offered = [entry for entry in content.listing(locale) if entry.key not in linked and entry.speaks(locale)]
    category = document.article.category
    offered.sort(key=lambda entry: entry.documents[locale.id].article.category != category)
    return offered[:MOST]
