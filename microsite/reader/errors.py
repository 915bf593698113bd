"""Errors in the language of the address: what happened, where to go from here."""

import logging
from collections import Counter
from difflib import get_close_matches

from flask import Flask, Response, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from microsite.content.fields import slugify
from microsite.content.library import Content, Entry
from microsite.faults import Faults
from microsite.reader.page import Page, home_addresses, render
from microsite.runtime import current_edition, current_locale

log = logging.getLogger(__name__)
CLOSEST = 3
MOST_WORDS = 8
MAX_ALIKE = 1000
"""A word that more articles have than that says nothing about any of them."""
LAST_RESORT = """\
Something failed on our side. Try again in a moment.

Une erreur s’est produite de notre côté. Réessayez dans un instant.
"""


NO_SITE = """\
This site cannot be shown at the moment. Try again in a few minutes.

Ce site ne peut pas être affiché pour le moment. Réessayez dans quelques minutes.
"""


def init_errors(app: Flask) -> None:
    app.register_error_handler(Faults, show_no_site)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(InternalServerError, show_failure)


def show_error(error: HTTPException) -> Response:
    """Any refusal, as a page."""
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    heading, sentence = _words(code)
    about = Page(heading, sentence, home_addresses(), indexed=False)
    found = closest(current_edition().content, request.path) if code == 404 else []
    answer = Response(render("error.html", about, heading=heading, sentence=sentence, closest=found), code, headers)
    if not request.path.startswith(f"/{current_locale().tag}/"):
        answer.vary.add("Accept-Language")
    return answer


def show_no_site(error: Faults) -> Response:
    """There is no edition: the site has no usable site.toml, and never had one. A page would not know its language."""
    headers = {"Retry-After": "60", "Cache-Control": "no-store"}
    return Response(NO_SITE, 503, headers, mimetype="text/plain")


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
        case 503:
            # TRANSLATORS: At the address of an article whose file its writer has to mend first.
            return gettext("This page cannot be shown at the moment"), gettext(
                "Its text has to be mended first. The rest of the site is there."
            )
        case 500:
            return gettext("Something failed on our side"), gettext(
                "The fault has been noted, without anything about you. Try again in a moment."
            )
        case _:
            return gettext("This request cannot be answered"), gettext("It was not understood.")


def closest(content: Content, path: str) -> list[Entry]:
    """The articles whose slugs, in any language, look most like a wrong one; rare words say more than common ones."""
    asked = [word for word in slugify(path.rstrip("/").rpartition("/")[2]).split("-") if len(word) > 2]
    likeness: Counter[str] = Counter()
    for word in asked[:MOST_WORDS]:
        alike = [one for one in content.slug_words if one[:1] == word[:1] and abs(len(one) - len(word)) < 3]
        for near in get_close_matches(word, alike, cutoff=0.75):
            if (number := len(content.slug_words[near])) <= MAX_ALIKE:
                keys = sorted(content.slug_words[near])  # of equals the same ones in every process
                likeness.update(dict.fromkeys(keys, MAX_ALIKE // number))
    return [content.articles[key] for key, _ in likeness.most_common(CLOSEST)]
