"""The share image of a page, drawn when it is first asked for and kept."""

from functools import lru_cache
from typing import NamedTuple

from flask import abort, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from microsite import addresses
from microsite.content.front_matter import ArticleMatter
from microsite.content.kinds import HOME
from microsite.language.dates import months
from microsite.messages import translate_content
from microsite.reader import share_image
from microsite.reader.blueprint import reader
from microsite.reader.body import written_in
from microsite.reader.page import category_name
from microsite.runtime import current_edition, current_locale, current_runtime

BLOG, CATEGORY = "list.all", "category."
"""Keys of lists: no key of a text has a dot."""

_name = lru_cache(4096)(share_image.image_name)


class ImageWords(NamedTuple):
    """What an image shows, in the order that `share_image` takes it in."""

    title: str
    kicker: str
    """A line above the title; empty for pages that need none."""
    site_name: str
    direction: str


def share_image_address(key: str) -> str:
    """Where the image of a page is: a text's, `home`, or a list's, see `BLOG`. Another title makes another address."""
    words = _image_words(key)
    assert words
    return addresses.share_image(key, current_locale(), _name(*words))


@reader.get("/<locale:tag>/share/<key>-<name>.png")
def share(key: str, name: str) -> Response:
    if not (words := _image_words(key)):
        abort(404)
    current_name = _name(*words)
    folder = current_runtime().settings.instance / "share"
    response = send_file(share_image.cached_image(folder, *words), mimetype="image/png", etag=current_name)
    # Social networks show it on their own pages.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if name == current_name else "no-cache"
    return response


def _image_words(key: str) -> ImageWords | None:
    """None where there is no page of this key. A page's image has its title; that of home, what the site is about."""
    content, locale = current_edition().content, current_locale()
    site = content.site
    title, kicker, direction = "", "", locale.direction
    if key == HOME:
        title = translate_content("site", site.motto)
    elif key == BLOG:
        title = gettext("All articles")
    elif (category := key.removeprefix(CATEGORY)) != key and category in site.categories:
        title = category_name(category)
    elif entry := content.by_key.get(key):
        matter, direction = content.document(entry, locale).matter, written_in(content, entry, locale).direction
        title = matter.title
        if isinstance(matter, ArticleMatter):
            # Shared years later, a story must not pass for news: the line above its title has room for its date.
            date = matter.events and months(matter.events, locale)
            kicker = gettext("Events: %(date)s", date=date) if date else category_name(matter.category)
    return ImageWords(title, kicker, site.name, direction) if title else None
