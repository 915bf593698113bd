"""Planet Privacy: what the site is made of."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Request, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from microsite.cli import init_commands
from microsite.config import ROOT, Settings, load_settings
from microsite.delivery.headers import init_headers, init_hosts
from microsite.delivery.page_cache import init_page_store
from microsite.delivery.studio_gate import init_studio_gate
from microsite.disk import Disk
from microsite.editions.edition import Editions
from microsite.messages import init_messages
from microsite.numbers import NumberConverter
from microsite.promotions.counts import Counts
from microsite.reader import init_reader
from microsite.runtime import TRIED, RequestGlobals, Runtime, init_runtime
from microsite.static_files import StaticFiles, init_static_files
from microsite.storage.store import Store
from microsite.studio import init_studio

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_BODY = 256 * 1024


class SiteRequest(Request):
    """Bytes beyond ASCII in a query, which no standard allows, are read as if they had been percent-encoded."""

    def __init__(self, environ: "WSGIEnvironment", *options: Any, **more: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():  # Werkzeug reads it as UTF-8, and fails where it is not
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe="%&=+;/?:@!$'()*,-._~")
        super().__init__(environ, *options, **more)


class Site(Flask):
    request_class = SiteRequest
    app_ctx_globals_class = RequestGlobals

    def handle_exception(self, e: Exception) -> Response:
        """Nobody asked for a page of an edition that is being tried: what fails there is for whoever tries it."""
        if TRIED in request.environ:
            raise e
        return super().handle_exception(e)

    def log_exception(self, exc_info: Any) -> None:
        """Without the address: it may hold the secret of a link, or what a reader looked at."""
        self.logger.error("exception in %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole site. Content is read when first asked for; `Editions.watch` keeps it true from then on."""
    settings = settings or load_settings()
    # Files under static/ are served by a route of ours: Flask's takes any path, and checks it for some methods only.
    app = Site(__name__, root_path=str(ROOT), template_folder=str(settings.site / "templates"), static_folder=None)
    app.config.update(SECRET_KEY=settings.load_secret_key(), MAX_CONTENT_LENGTH=LARGEST_BODY)
    if settings.proxies:
        # The scheme is the base URL's: nobody in front has to say it, and nobody beyond may.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]

    store = Store(settings.database)
    static_files = StaticFiles(ROOT / "static")
    runtime = Runtime(settings, store, Editions(settings, store), Counts(store), static_files, Disk(settings.instance))

    init_runtime(app, runtime)
    app.url_map.converters["int"] = NumberConverter
    init_studio_gate(app)
    init_page_store(app)
    init_hosts(app)
    init_static_files(app, static_files)
    init_messages(app)
    init_reader(app)
    init_headers(app)
    init_studio(app)
    init_commands(app, create_app)
    return app
