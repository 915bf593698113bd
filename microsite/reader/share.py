"""The share image of an article, drawn when it is first asked for and kept."""

from functools import lru_cache

from flask import abort, send_file
from werkzeug.wrappers import Response

from microsite import addresses
from microsite.content.document import Document
from microsite.content.front_matter import ArticleMatter
from microsite.language.dates import months
from microsite.language.locales import Locale
from microsite.reader import share_image
from microsite.reader.blueprint import reader
from microsite.reader.body import written_in
from microsite.reader.page import category_name
from microsite.runtime import current_edition, current_locale, current_runtime

_name = lru_cache(4096)(share_image.image_name)


def share_address(document: Document, locale: Locale) -> str:
    """Where the image of an article is; another title makes another address."""
    return addresses.share_image(document, locale, _name(*_shows(document)))


@reader.get("/<locale:tag>/share/<key>-<name>.png")
def share(key: str, name: str) -> Response:
    content, locale = current_edition().content, current_locale()
    entry = content.by_key.get(key)
    document = entry and content.document(entry, locale)
    if not document or not isinstance(document.matter, ArticleMatter):
        abort(404)
    folder = current_runtime().settings.instance / "share"
    current_name = _name(*_shows(document))
    response = send_file(share_image.cached_image(folder, *_shows(document)), mimetype="image/png", etag=current_name)
    # Social networks show it on their own pages.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if name == current_name else "no-cache"
    return response


def _shows(document: Document) -> tuple[str, str, str, str]:
    content, locale = current_edition().content, current_locale()
    direction = written_in(content, content.texts[document.kind][document.key], locale).direction
    category, events = category_name(document.article.category), document.article.events
    # Shared years later, a story must not pass for news.
    subject = f"{category} · {months(events, locale)}" if events else category
    return document.title, subject, content.site.name, direction
