"""What the studio may take of the server: a part of its threads, so that nobody in it keeps a reader waiting."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask

from microsite.delivery import request_bodies
from microsite.delivery.threads import (
    AT_ONCE,
    BODIES_AT_ONCE,
    CHECKS_AT_ONCE,
    MAX_CHECKS_WAITING,
    MAX_WAITING,
    STUDIO,
)
from microsite.storage.timeouts import MAX_WAIT_SECONDS, limit_waits
from microsite.studio.blueprint import is_studio

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSED = "microsite.refused"
"""Why a request is refused, in its environment: `BUSY` or `INCOMPLETE`. The studio makes a page of it."""
BUSY, INCOMPLETE = "busy", "incomplete"
TOO_MANY = """\
Too much is being sent at the moment. Nothing was saved: go back and try again in a few seconds.

Trop d’envois en ce moment. Rien n’a été enregistré\u00a0: revenez en arrière et réessayez dans quelques secondes.
"""
"""For whoever comes when even those who wait are too many: a page of ours would cost what there is not."""


class Places:
    """So many at a time, and so many more that wait."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def room(self) -> Iterator[bool]:
        """To be at work or to wait: whether there is room for one more."""
        with _held(self._inside, 0) as has_room:
            yield has_room

    @contextmanager
    def place(self) -> Iterator[bool]:
        """To be at work, after a wait of `MAX_WAIT_SECONDS` at most: whether it came to that."""
        with _held(self._free, MAX_WAIT_SECONDS) as has_place:
            yield has_place


@contextmanager
def _held(semaphore: threading.Semaphore, max_seconds: float) -> Iterator[bool]:
    is_held = semaphore.acquire(timeout=max_seconds)
    try:
        yield is_held
    finally:
        if is_held:
            semaphore.release()


class StudioGate:
    """WSGI: the studio's requests wait for a place, the bodies of its forms in memory; nothing else sees a body at all.

    A form is a POST. With any other method it would be acted upon without having been asked for its token.
    """

    def __init__(self, inner: "WSGIApplication") -> None:
        self.inner = inner
        self._people = Places(AT_ONCE, MAX_WAITING)
        self._checks = Places(CHECKS_AT_ONCE, MAX_CHECKS_WAITING)
        self._bodies = Places(BODIES_AT_ONCE, STUDIO)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not is_studio(environ["PATH_INFO"]):
            if request_bodies.has_body(environ):
                request_bodies.take_away(environ)
            return self.inner(environ, start_response)
        places = self._checks if _is_check(environ) else self._people
        with places.room() as has_room:
            if has_room:
                return self._when_there_is_a_place(places, environ, start_response)
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Retry-After", "5"),
            ("Cache-Control", "no-store"),
        ]
        start_response("503 SERVICE UNAVAILABLE", headers)
        return [TOO_MANY.encode()]

    def _when_there_is_a_place(
        self, places: Places, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if refused := self._take_body(environ):
            environ[REFUSED] = refused
            return self.inner(environ, start_response)
        with places.place() as has_place:
            if has_place:
                with limit_waits(MAX_WAIT_SECONDS):
                    return self.inner(environ, start_response)
        environ[REFUSED] = BUSY
        return self.inner(environ, start_response)

    def _take_body(self, environ: "WSGIEnvironment") -> str | None:
        """Read the body of a form, holding a place for bodies no longer than that takes. Why not, where it was not."""
        if not request_bodies.has_body(environ):
            return None
        if environ["REQUEST_METHOD"] != "POST":
            request_bodies.take_away(environ)
            return None
        with self._bodies.place() as has_place:
            if has_place:
                return None if request_bodies.read(environ) else INCOMPLETE
        request_bodies.take_away(environ)
        return BUSY


def _is_check(environ: "WSGIEnvironment") -> bool:
    """Whether a script sends this, as browsers say (Fetch Metadata): a person's page or form is a `navigate`."""
    return environ["REQUEST_METHOD"] == "POST" and environ.get("HTTP_SEC_FETCH_MODE") in ("cors", "same-origin")


def init_studio_gate(app: Flask) -> None:
    app.wsgi_app = StudioGate(app.wsgi_app)  # type: ignore[method-assign]  # as Flask says to
