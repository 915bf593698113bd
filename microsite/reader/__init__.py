"""The public pages: no cookie, no script, no session; found, or 404, and rendered."""

from flask import Flask, abort, request
from werkzeug.routing import BaseConverter


class LocaleTag(BaseConverter):
    """The shape of a BCP 47 tag; whether the site speaks it is the edition's to say."""

    regex = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"


def init_reader(app: Flask) -> None:
    """Add the routes, templates and error pages of readers."""
    # Here and not above: whoever imports one module of this package does not load all of them.
    from microsite.reader import advertisements, click, errors, feed, machine, share, templates, views  # noqa: F401 (routes of the blueprint)
    from microsite.reader.blueprint import reader

    # No redirect by routing, which would name the host of the request: views lead to the one address themselves.
    app.url_map.strict_slashes = app.url_map.merge_slashes = app.url_map.redirect_defaults = False
    app.url_map.converters["locale"] = LocaleTag
    app.before_request(refuse_doubled_slashes)
    app.register_blueprint(reader)
    templates.init_templates(app)
    errors.init_errors(app)


def refuse_doubled_slashes() -> None:
    """A page has one address: under any other it would be kept anew. Routing takes `//en/` for `/en/`."""
    if "//" in request.environ["PATH_INFO"]:  # `request.path` has lost those at its beginning
        abort(404)
