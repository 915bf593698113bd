"""The blueprint of the public pages, and what holds for all of its addresses."""

from flask import Blueprint, Response, abort, request

from microsite.runtime import current_edition, g

reader = Blueprint("reader", __name__)


@reader.url_value_preprocessor
def take_locale(endpoint: str | None, values: dict[str, str] | None) -> None:
    """The first part of an address says the language; one that the site does not speak is a wrong address."""
    if values and (tag := values.pop("tag", None)):
        locales = current_edition().content.site.locales
        if tag not in locales:
            abort(404)
        g.locale = locales[tag]


@reader.after_request
def with_slash(response: Response) -> Response:
    """Pages end with a slash. Only one that exists is led there: /fr/nope is a 404 at once."""
    rule = request.url_rule
    if response.status_code == 200 and rule and rule.rule.endswith("/") and not request.path.endswith("/"):
        return Response("", 301, {"Location": request.path + "/"})
    return response
