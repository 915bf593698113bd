"""Whose request bodies are read, and how many at a time: slow senders must never keep readers waiting."""

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2
"""Bodies that are read at the same time; the server has more threads than that, and the others are for readers."""
BUSY = """\
Too much is being sent at the moment. Nothing was saved: go back and try again in a few seconds.

Trop d’envois en ce moment. Rien n’a été enregistré\u00a0: revenez en arrière et réessayez dans quelques secondes.
"""


class BodyGate:
    """WSGI: the studio's forms are read by a part of the threads; nothing else sees a body at all.

    A form is a POST. With any other method it would be acted upon without having been asked for its token.

    A thread that waits for a body can do nothing else, and whoever sends one decides how long that takes.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH") in (None, "", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._inner(environ, start_response)
        if environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].startswith("/studio/"):
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ.update({"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"})
            return self._inner(environ, start_response)
        if not self._free.acquire(blocking=False):
            headers = [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Retry-After", "5"),
                ("Cache-Control", "no-store"),
            ]
            start_response("503 SERVICE UNAVAILABLE", headers)
            return [BUSY.encode()]
        try:
            return self._inner(environ, start_response)
        finally:
            self._free.release()


def init_bodies(app: Flask) -> None:
    app.wsgi_app = BodyGate(app.wsgi_app)  # type: ignore[method-assign]  # as Flask says to
