"""Planet Privacy: what the site is made of."""

import gc
import logging
import os
from contextlib import suppress
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from microsite.cli import init_commands
from microsite.clock import bounded
from microsite.config import ROOT, Settings, load_settings
from microsite.delivery.cache_middleware import init_page_cache
from microsite.delivery.headers import init_headers, init_hosts
from microsite.delivery.site_request import SiteRequest
from microsite.delivery.trial import init_trial
from microsite.disk import Disk
from microsite.editions.notices import notices
from microsite.editions.publishing import Editions
from microsite.environment import PREFIX
from microsite.faults import Faults
from microsite.logs import set_up_logging
from microsite.messages import init_messages
from microsite.numbers import NumberConverter
from microsite.promotions.counts import Counts
from microsite.promotions.register_rows import RegisterWriter
from microsite.reader import init_reader
from microsite.runtime import TRIAL_EDITION, RequestGlobals, Runtime, init_runtime, runtime_of
from microsite.static_files import StaticFiles, init_static_files
from microsite.storage.last_backup import LastBackup
from microsite.storage.store import Store
from microsite.studio import init_studio
from microsite.studio.accounts.one_time_links import first_link
from microsite.studio.admission import init_admission

log = logging.getLogger(__name__)
MAX_FORM_BYTES = 256 * 1024
"""Of a form. Uploads of catalogs may be longer."""


class SiteApp(Flask):
    request_class = SiteRequest
    app_ctx_globals_class = RequestGlobals

    def handle_exception(self, e: Exception) -> Response:
        """Nobody asked for a page of an edition that is being tried: what fails there is for whoever tries it."""
        if TRIAL_EDITION in request.environ:
            raise e
        return super().handle_exception(e)

    def log_exception(self, exc_info: Any) -> None:
        """Without the address: it may hold the secret of a link, or what a reader looked at."""
        self.logger.error("request-failed: exception in %s [%s]", request.endpoint, request.method, exc_info=exc_info)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole site. Content is read when first asked for; `Editions.watch` keeps it current from then on.

    Raises ConfigurationError.

    The order of the `init_*` matters. Of two that wrap `wsgi_app` the later one is outside; what they do before a
    request runs in their order, what they do after one in the opposite order.

    - `init_runtime`: all others ask for the runtime.
    - `init_admission`, then `init_page_cache`: a cached page is answered before anything else looks at the request.
      And the page cache is the first to register what it does after a request: it sees the headers when complete.
    - `init_hosts`: the Host header is checked before anything else is done for a request.
    - `init_static_files`, then `init_headers`, then `init_studio`: headers.py only adds what the studio has not set,
      and files replace the `no-cache` that it sets.
    - `init_reader` before `init_studio`: it says how the routes that come after it treat slashes.
    """
    settings = settings or load_settings()
    # Files under static/ are served by a route of ours: Flask's takes any path, and checks it for some methods only.
    app = SiteApp(__name__, root_path=str(ROOT), template_folder=str(settings.site / "templates"), static_folder=None)
    app.config.update(SECRET_KEY=settings.load_secret_key(), MAX_CONTENT_LENGTH=MAX_FORM_BYTES)
    if settings.proxies:
        # The scheme is the base URL's: nobody in front has to say it, and nobody beyond may.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]

    runtime = make_runtime(settings)
    init_runtime(app, runtime)
    app.url_map.converters["int"] = NumberConverter
    init_admission(app)
    init_page_cache(app)
    init_hosts(app)
    init_static_files(app, runtime.static_files)
    init_messages(app)
    init_reader(app)
    init_headers(app)
    init_studio(app)
    init_commands(app, create_app)
    return app


def make_runtime(settings: Settings) -> Runtime:
    """The parts of an app. Two ask for the editions later: tests put others in their place."""
    store = Store(settings.database)
    register = RegisterWriter(store, lambda: runtime.editions.current_or_none)
    runtime = Runtime(
        settings,
        store,
        Editions(settings, store),
        Counts(store, keep_shown=register.write),
        StaticFiles(ROOT / "static"),
        Disk(settings.instance),
        LastBackup(store, settings.backup_days, lambda: bounded(runtime.editions.clock)),
    )
    return runtime


def log_notices(runtime: Runtime) -> None:
    """Name what the publisher alone can put right. Raises Faults without an edition."""
    edition, now = runtime.editions.current, bounded(runtime.editions.clock)
    for faults in notices(edition.content.site, edition.files.security_txt, now).values():
        for fault in faults:
            log.warning("notice: %s", fault)


def create_served_app() -> Flask:
    """The app as a worker of the server runs it: content is kept current, clicks are counted. No faulty file ends it.

    Raises ConfigurationError.
    """
    settings = load_settings()
    set_up_logging(settings.log)
    log.setLevel(logging.INFO)
    log.info("starting: Planet Privacy: %s/  (Ctrl+C ends it)", settings.base_url)
    app = create_app(settings)
    runtime = runtime_of(app)
    init_trial(app)
    gc.freeze()  # all that there is so far stays: no need to look through it while readers wait
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # granian lays the environment under that of each request: no place for secrets
    try:
        runtime.store.upgrade()
        if link := first_link(app):
            log.info("no-account: the studio has none yet. This link makes the first one, once: %s", link)
    except SQLAlchemyError as error:
        log.error("started-without-database: readers are served all the same: %s", type(error).__name__)
    runtime.editions.poll_database()
    with suppress(Faults):  # logged; the watch goes on looking, and until then we say that there is no site
        runtime.editions.refresh()
        log_notices(runtime)
    runtime.editions.watch()
    runtime.counts.start()
    gc.enable()  # disabled by delivery/worker.py
    return app
