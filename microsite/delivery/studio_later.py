"""The studio of a served app: made when somebody first asks for it. Readers need none of its 13 MiB."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from flask import Flask

from microsite.config import Settings
from microsite.delivery.page_cache import PageStore
from microsite.delivery.studio_gate import StudioGate
from microsite.studio import is_studio

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class StudioLater:
    """WSGI: sends the studio's requests to a whole app beside that of the readers, and all others to `readers`."""

    def __init__(self, app: Flask, readers: "WSGIApplication", settings: Settings) -> None:
        self._app = app
        self._readers = readers
        self._settings = settings
        self._whole: Flask | None = None
        self._making = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if is_studio(environ["PATH_INFO"]):
            return self._whole_app()(environ, start_response)
        return self._readers(environ, start_response)

    def _whole_app(self) -> Flask:
        from app import create_app

        with self._making:
            self._whole = self._whole or create_app(self._settings, beside=self._app)
        return self._whole


def init_studio_later(app: Flask, settings: Settings) -> None:
    """Behind the page store, whose pages are answered before anybody asks what is the studio's, and behind the gate:

    of those who come while it is made, no more wait than may wait in it.
    """
    gate = cast(StudioGate, cast(PageStore, app.wsgi_app).inner)
    gate.inner = StudioLater(app, gate.inner, settings)
