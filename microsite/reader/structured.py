"""JSON-LD: what a page is, for machines (schema.org)."""

from typing import Any

from microsite.content.document import Document
from microsite.reader.page import Page, absolute
from microsite.runtime import current_edition, current_locale

CONTEXT = "https://schema.org"


def site_data() -> dict[str, Any]:
    name = current_edition().content.site.name
    tag = current_locale().tag
    return {"@context": CONTEXT, "@type": "WebSite", "name": name, "url": absolute(f"/{tag}/"), "inLanguage": tag}


def article_data(page: Page, document: Document) -> dict[str, Any]:
    """What search engines show of an article. One that tells of no events, such as a guide, is no news."""
    site, article = current_edition().content.site, document.article
    organisation = {"@type": "Organization", "name": site.publisher.filled("name") or site.name, "url": absolute("/")}
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "NewsArticle" if article.events else "Article",
        "headline": document.title,
        "description": document.summary,
        "inLanguage": document.locale_id.replace("_", "-"),
        "mainEntityOfPage": absolute(page.address),
        "datePublished": article.published.isoformat(),
        "dateModified": (article.updated or article.published).isoformat(),
        "author": organisation,
        "publisher": organisation,
    }
    if article.events:
        data["temporalCoverage"] = f"{article.events.start.first}/{article.events.end.last}"
    if page.image:
        data["image"] = absolute(page.image)
    return data


def breadcrumb_data(page: Page) -> dict[str, Any]:
    steps = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(address or page.address)}
        for position, (name, address) in enumerate(page.trail, 1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": steps}
