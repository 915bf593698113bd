"""Planet Privacy: what the site is made of."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from microsite.commands import init_commands
from microsite.config import ROOT, Settings, load_settings
from microsite.delivery.bodies import init_bodies
from microsite.delivery.headers import init_headers
from microsite.delivery.hosts import init_hosts
from microsite.delivery.page_store import init_page_store
from microsite.delivery.static_files import init_static_files
from microsite.delivery.stylesheet import Stylesheet
from microsite.edition import Editions
from microsite.language.messages import init_messages
from microsite.promotions.counts import Counts
from microsite.reader import init_reader
from microsite.store import Store
from microsite.studio import init_studio

LARGEST_BODY = 256 * 1024
SHARED = ("store", "editions", "counts", "stylesheet")


def create_app(settings: Settings | None = None, beside: Flask | None = None) -> Flask:
    """The whole site. Content is read when first asked for; `Editions.watch` keeps it true from then on.

    One that is made `beside` another shares its database, editions and counts.
    """
    app = create_readers_app(settings or load_settings(), beside)
    init_studio(app)
    init_commands(app)
    return app


def create_readers_app(settings: Settings, beside: Flask | None = None) -> Flask:
    """The site without its studio and its commands."""
    app = Flask(__name__, root_path=str(ROOT), template_folder=str(settings.site / "templates"))
    app.config.update(
        BASE_URL=settings.base_url,
        INSTANCE=settings.instance,
        HOSTS=settings.hosts,
        SECRET_KEY=settings.kept_secret_key(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PAGE_MEMORY=settings.page_memory * 1024 * 1024,
        SHARED_SECONDS=settings.shared_seconds,
        WAY_OUT=None,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]  # as Flask says to

    if beside:
        app.extensions.update({name: beside.extensions[name] for name in SHARED})
    else:
        app.extensions["store"] = Store(settings.database)
        app.extensions["editions"] = Editions(settings, app.extensions["store"])
        app.extensions["counts"] = Counts(app.extensions["store"])
        app.extensions["stylesheet"] = Stylesheet(ROOT / "static" / "site.css")

    init_bodies(app)
    init_page_store(app)
    init_hosts(app)
    init_static_files(app)
    init_messages(app)
    init_reader(app)
    init_headers(app)
    return app
