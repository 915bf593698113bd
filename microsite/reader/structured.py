"""JSON-LD: what a page is, for machines (schema.org)."""

from typing import Any

from microsite.content.document import Document
from microsite.edition import current_edition, current_locale
from microsite.reader.page import Page, absolute

CONTEXT = "https://schema.org"


def site_data() -> dict[str, Any]:
    name = current_edition().content.site.name
    tag = current_locale().tag
    return {"@context": CONTEXT, "@type": "WebSite", "name": name, "url": absolute(f"/{tag}/"), "inLanguage": tag}


def article_data(page: Page, document: Document) -> dict[str, Any]:
    """What search engines show of an article. Its summary, language and address stand in the page's head already."""
    site = current_edition().content.site
    organisation = {"@type": "Organization", "name": site.publisher.filled("name") or site.name}
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "NewsArticle",
        "headline": document.title,
        "datePublished": document.article.published.isoformat(),
        "author": organisation,
        "publisher": organisation,
    }
    if document.article.updated:
        data["dateModified"] = document.article.updated.isoformat()
    if page.image:
        data["image"] = absolute(page.image)
    return data


def breadcrumb_data(page: Page) -> dict[str, Any]:
    steps = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(address or page.address)}
        for position, (name, address) in enumerate(page.trail, 1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": steps}
