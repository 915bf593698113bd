"""Errors in the language of the address: what happened, where to go from here."""

import logging
import re
from collections import Counter
from difflib import get_close_matches

from flask import Flask, Response, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from microsite.content.library import Content, Entry
from microsite.content.markdown import anchor
from microsite.edition import current_edition, current_locale
from microsite.language.locales import Locale
from microsite.reader.page import Page, home_addresses, render

log = logging.getLogger(__name__)
CLOSEST = 3
LAST_RESORT = """\
Something failed on our side. Try again in a moment.

Une erreur s’est produite de notre côté. Réessayez dans un instant.
"""


def init_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(InternalServerError, show_failure)


def show_error(error: HTTPException) -> Response:
    """Any refusal, as a page."""
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    heading, sentence = _words(code)
    about = Page(heading, sentence, home_addresses(), indexed=False)
    found = closest(current_edition().content, request.path, current_locale()) if code == 404 else []
    return Response(render("error.html", about, heading=heading, sentence=sentence, closest=found), code, headers)


def show_failure(error: InternalServerError) -> Response:
    """A fault of ours, already logged. If even the error page fails, two plain sentences."""
    try:
        return show_error(error)
    except Exception:
        log.exception("the error page failed as well")
        return Response(LAST_RESORT, 500, mimetype="text/plain")


def _words(code: int) -> tuple[str, str]:
    """Heading and sentence for a status code (RFC 9110, 15)."""
    match code:
        case 404:
            return gettext("There is no page at this address"), gettext(
                "The address may be mistyped, or the page has been withdrawn."
            )
        case 405:
            return gettext("This address cannot do that"), gettext("It can be read, nothing else.")
        case 413 | 414 | 431:
            return gettext("That is more than this site takes"), gettext("It asks for nothing but an address.")
        case 500 | 503:
            return gettext("Something failed on our side"), gettext(
                "The fault has been noted, without anything about you. Try again in a moment."
            )
        case _:
            return gettext("This request cannot be answered"), gettext("It was not understood.")


def closest(content: Content, path: str, locale: Locale) -> list[Entry]:
    """The articles whose addresses look most like a wrong one: shared words first, then similar spelling."""
    asked = anchor(path.rstrip("/").rpartition("/")[2])
    words = {word for word in asked.split("-") if len(word) > 2}
    by_slug = {content.document(entry, locale).slug: entry for entry in content.articles.values()}
    shared = Counter({slug: len(words & set(re.split("-", slug))) for slug in by_slug})
    slugs = [slug for slug, number in shared.most_common(CLOSEST) if number]
    slugs += get_close_matches(asked, by_slug, n=CLOSEST, cutoff=0.5)
    return [by_slug[slug] for slug in dict.fromkeys(slugs)][:CLOSEST]
