"""Errors in the language of the address: what happened, where to go from here."""

import logging
from collections import Counter
from collections.abc import Callable
from difflib import get_close_matches

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from microsite.content.fields import slugify
from microsite.content.library import Content, Entry
from microsite.faults import Faults
from microsite.reader.page import Page, home_addresses, render
from microsite.reader.redirects import redirect_target
from microsite.runtime import current_edition, current_locale

log = logging.getLogger(__name__)
MAX_SUGGESTIONS = 3
MAX_WORDS = 8
"""Of a wrong address, that articles are looked for by."""
MAX_ARTICLES_PER_WORD = 1000
"""A word that more articles have than that says nothing about any of them."""
LAST_RESORT = """\
Something failed on our side. Try again in a moment.

Une erreur s’est produite de notre côté. Réessayez dans un instant.
"""
NO_SITE = """\
This site cannot be shown at the moment. Try again in a few minutes.

Ce site ne peut pas être affiché pour le moment. Réessayez dans quelques minutes.
"""
SENTENCES = {
    404: (
        lazy_gettext("There is no page at this address"),
        lazy_gettext("The address may be mistyped, or the page has been withdrawn."),
    ),
    405: (lazy_gettext("This address cannot do that"), lazy_gettext("It can be read, nothing else.")),
    **dict.fromkeys(
        (413, 414, 431),
        (lazy_gettext("That is more than this site takes"), lazy_gettext("This site needs nothing but an address.")),
    ),
    500: (
        lazy_gettext("Something failed on our side"),
        lazy_gettext("The fault has been noted, without anything about you. Try again in a moment."),
    ),
    503: (
        # TRANSLATORS: At the address of an article whose file its writer has to mend first.
        lazy_gettext("This page cannot be shown at the moment"),
        lazy_gettext("Its text has to be mended first. The rest of the site is there."),
    ),
}
"""Heading and sentence by status code (RFC 9110, 15)."""
UNKNOWN = lazy_gettext("This request cannot be answered"), lazy_gettext("It was not understood.")


def init_errors(app: Flask) -> None:
    app.register_error_handler(Faults, show_no_site)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(InternalServerError, or_plain_text(show_error, LAST_RESORT))


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Any refusal, as a page; a redirect from a wrong address of which it is certain what it means."""
    code = error.code or 500
    if code == 404 and (target := _meant_address()):
        return redirect(target, 301)
    heading, sentence = (str(text) for text in SENTENCES.get(code, UNKNOWN))
    page = Page(heading, sentence, home_addresses(), indexed=False)
    suggestions = suggest(current_edition().content, request.path) if code == 404 else []
    html = render("error.html", page, heading=heading, sentence=sentence, suggestions=suggestions)
    response = error_response(error, html)
    if not request.path.startswith(f"/{current_locale().tag}/"):
        response.vary.add("Accept-Language")
    return response


def _meant_address() -> str | None:
    """Where this request is led, if anywhere; a doubled slash is a wrong address whatever is around it."""
    if request.method not in ("GET", "HEAD") or "//" in request.environ["PATH_INFO"]:
        return None
    target = redirect_target(current_edition(), request.path)
    return target if target != request.path else None


def error_response(error: HTTPException, html: str) -> Response:
    """A page under the error's status, with those of its headers that say what to do."""
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Response(html, error.code or 500, headers)


def show_no_site(error: Faults) -> Response:
    """There is no edition: the site has no usable site.toml, and never had one. A page would not know its language."""
    headers = {"Retry-After": "60", "Cache-Control": "no-store"}
    return Response(NO_SITE, 503, headers, mimetype="text/plain")


def or_plain_text(
    show: Callable[[HTTPException], ResponseReturnValue], text: str
) -> Callable[[InternalServerError], ResponseReturnValue]:
    """A handler for faults of ours, already logged: `show`, and if even that fails, plain text."""

    def show_failure(error: InternalServerError) -> ResponseReturnValue:
        try:
            return show(error)
        except Exception:
            log.exception("error-page-failed: the error page failed as well")
            return Response(text, 500, mimetype="text/plain")

    return show_failure


def suggest(content: Content, path: str) -> list[Entry]:
    """The articles whose slugs, in any language, look most like a wrong one; rare words say more than common ones."""
    words = [word for word in slugify(path.rstrip("/").rpartition("/")[2]).split("-") if len(word) > 2]
    scores: Counter[str] = Counter()
    for word in words[:MAX_WORDS]:
        candidates = [near for near in content.slug_words if near[:1] == word[:1] and abs(len(near) - len(word)) < 3]
        for match in get_close_matches(word, candidates, cutoff=0.75):
            if (number := len(content.slug_words[match])) <= MAX_ARTICLES_PER_WORD:
                keys = sorted(content.slug_words[match])  # of equals the same ones in every process
                scores.update(dict.fromkeys(keys, MAX_ARTICLES_PER_WORD // number))
    return [content.articles[key] for key, _ in scores.most_common(MAX_SUGGESTIONS)]
