"""The public pages: no cookie, no script, no session; found, or 404, and rendered."""

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.routing import BaseConverter

from microsite.runtime import current_edition, g

reader = Blueprint("reader", __name__)


class LocaleTag(BaseConverter):
    """The shape of a BCP 47 tag; whether the site speaks it is the edition's to say."""

    regex = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"


def init_reader(app: Flask) -> None:
    from microsite.reader import click, errors, machine, share, templates, views  # noqa: F401 (routes of the blueprint)

    # No redirect by routing, which would name the host of the request: views lead to the one address themselves.
    app.url_map.strict_slashes = app.url_map.merge_slashes = app.url_map.redirect_defaults = False
    app.url_map.converters["locale"] = LocaleTag
    app.before_request(refuse_doubled_slashes)
    app.register_blueprint(reader)
    templates.init_templates(app)
    errors.init_errors(app)


@reader.url_value_preprocessor
def take_locale(endpoint: str | None, values: dict[str, str] | None) -> None:
    """The first part of an address says the language; one that the site does not speak is a wrong address."""
    if values and (tag := values.pop("tag", None)):
        locales = current_edition().content.site.locales
        if tag not in locales:
            abort(404)
        g.locale = locales[tag]


def refuse_doubled_slashes() -> None:
    """A page has one address: under any other it would be kept anew. Routing takes `//en/` for `/en/`."""
    if "//" in request.environ["PATH_INFO"]:  # `request.path` has lost those at its beginning
        abort(404)


@reader.after_request
def with_slash(response: Response) -> Response:
    """Pages end with a slash. Only one that exists is led there: /fr/nope is a 404 at once."""
    rule = request.url_rule
    if response.status_code == 200 and rule and rule.rule.endswith("/") and not request.path.endswith("/"):
        return Response("", 301, {"Location": request.path + "/"})
    return response
