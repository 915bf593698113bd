"""What the studio may take of the server: a part of its threads, so that nobody in it keeps a reader waiting.

And which request bodies are read, into memory, and for how long: those of the studio's forms, no others.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wsgi import ClosingIterator

from microsite.runtime import runtime_of
from microsite.security_headers import policy, security_headers
from microsite.storage.timeouts import MAX_WAIT_SECONDS, limit_waits
from microsite.studio.blueprint import is_studio
from microsite.threads import (
    MAX_ABANDONED_BODIES,
    MAX_BODIES_READ,
    MAX_CHECKS_RUNNING,
    MAX_CHECKS_WAITING,
    MAX_RUNNING,
    MAX_WAITING,
    STUDIO_THREADS,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSED = "microsite.refused"
"""Why a request is refused, in its environment: `BUSY` or `INCOMPLETE`. The studio makes a page of it."""
BUSY, INCOMPLETE = "busy", "incomplete"
TOO_MANY = """\
Too much is being sent at the moment. Nothing was saved: go back and try again in a few seconds.

Trop d’envois en ce moment. Rien n’a été enregistré\u00a0: revenez en arrière et réessayez dans quelques secondes.
"""
"""The answer to a request that there is no room for: rendering a page would cost what there is not."""
MAX_UPLOAD_BYTES = (2 * 1024 + 256) * 1024
"""The largest body that any form takes: a catalog of 2 MiB, and what a form has around it. Most take far less."""
MAX_BODY_SECONDS = 10.0
"""For all of a body to arrive: whoever sends it decides how long that takes, up to this."""
READER = "microsite.body_reader"
"""In the environment of a request whose body was given up: the thread that still reads it."""


class Slots:
    """A number of requests that are worked on at the same time, and a number that may wait for that."""

    def __init__(self, running: int, waiting: int) -> None:
        self._free = threading.BoundedSemaphore(running)
        self._inside = threading.BoundedSemaphore(running + waiting)

    def room(self) -> AbstractContextManager[bool]:
        """Holds room for one request, to work or to wait. Gives False at once where there is none."""
        return _held(self._inside, 0)

    def slot(self) -> AbstractContextManager[bool]:
        """Holds a slot to work in. Gives False where none was free within `MAX_WAIT_SECONDS`."""
        return _held(self._free, MAX_WAIT_SECONDS)


@contextmanager
def _held(semaphore: threading.Semaphore, max_seconds: float) -> Iterator[bool]:
    is_held = semaphore.acquire(timeout=max_seconds)
    try:
        yield is_held
    finally:
        if is_held:
            semaphore.release()


class Admission:
    """WSGI: requests of the studio wait for a slot, with the body of their form in memory; no other sees a body at all.

    A form is a POST. With any other method it would be acted upon without having been asked for its token.
    """

    def __init__(self, inner: "WSGIApplication", is_secure: bool = False) -> None:
        self.inner = inner
        self._is_secure = is_secure
        self._people = Slots(MAX_RUNNING, MAX_WAITING)
        self._checks = Slots(MAX_CHECKS_RUNNING, MAX_CHECKS_WAITING)
        self._bodies = Slots(MAX_BODIES_READ, STUDIO_THREADS)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not is_studio(environ["PATH_INFO"]):
            if has_body(environ):
                discard_body(environ)
            return self.inner(environ, start_response)
        slots = self._checks if _is_check(environ) else self._people
        with slots.room() as has_room:
            if has_room:
                answer = self._when_a_slot_is_free(slots, environ, start_response)
                # At the end of a request granian takes its body back. It waits for one that is still read, holding
                # Python's lock, and everybody with it (2.8.6 to 2.8.9). So the request ends after the reading.
                return ClosingIterator(answer, environ[READER].join) if READER in environ else answer
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Retry-After", "5"),
            ("Cache-Control", "no-store"),
            *security_headers(policy(), self._is_secure),  # no app sees this answer
        ]
        start_response("503 SERVICE UNAVAILABLE", headers)
        return [TOO_MANY.encode()]

    def _when_a_slot_is_free(
        self, slots: Slots, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        refused = self._read_form(environ)
        if not refused:
            with slots.slot() as has_slot:
                if has_slot:
                    with limit_waits(MAX_WAIT_SECONDS):
                        return self.inner(environ, start_response)
        environ[REFUSED] = refused or BUSY
        return self.inner(environ, start_response)

    def _read_form(self, environ: "WSGIEnvironment") -> str | None:
        """Read the body of a form, holding a slot for that alone. Returns `BUSY`, `INCOMPLETE`, or None for success."""
        if not has_body(environ):
            return None
        if environ["REQUEST_METHOD"] == "POST":
            with self._bodies.slot() as has_slot:
                if has_slot:
                    return None if read_body(environ) else INCOMPLETE
        discard_body(environ)
        return BUSY if environ["REQUEST_METHOD"] == "POST" else None


def _is_check(environ: "WSGIEnvironment") -> bool:
    """Whether a script sends this, as browsers say (Fetch Metadata): a person's page or form is a `navigate`."""
    return environ["REQUEST_METHOD"] == "POST" and environ.get("HTTP_SEC_FETCH_MODE") in ("cors", "same-origin")


class _BodyReader(threading.Thread):
    """Reads a body in a thread of its own: the server's `read` has no timeout."""

    def __init__(self, environ: "WSGIEnvironment", length: int) -> None:
        super().__init__(name="body", daemon=True)
        self._input = environ["wsgi.input"]
        self._length = length
        self.body: bytes | None = None

    def run(self) -> None:
        self.body = self._input.read(self._length)


_abandoned: list[_BodyReader] = []
_abandoning = threading.Lock()


def has_body(environ: "WSGIEnvironment") -> bool:
    """Whether the request says that it has one."""
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ


def read_body(environ: "WSGIEnvironment") -> bool:
    """Read the body into memory. Returns whether all of it arrived within `MAX_BODY_SECONDS`; if not, it is discarded.

    Only a body that says how long it is, as all forms of browsers do: of another one nobody knows whether it was cut
    off. One that says that it is too long is not read; its route refuses it by its length.
    """
    declared = environ.get("CONTENT_LENGTH") or ""
    length = int(declared) if declared.isdecimal() and len(declared) < 19 else 0
    if length > MAX_UPLOAD_BYTES:
        environ["wsgi.input"] = BytesIO()
        return True
    body = b""
    if length and _may_start():
        reader = _BodyReader(environ, length)
        reader.start()
        reader.join(MAX_BODY_SECONDS)
        if reader.is_alive():
            environ[READER] = reader
            with _abandoning:
                _abandoned.append(reader)
        body = reader.body or b""
    has_arrived = bool(length) and len(body) == length
    _set_body(environ, body if has_arrived else b"")
    return has_arrived


def _may_start() -> bool:
    with _abandoning:
        _abandoned[:] = [reader for reader in _abandoned if reader.is_alive()]
        return len(_abandoned) < MAX_ABANDONED_BODIES


def discard_body(environ: "WSGIEnvironment") -> None:
    """Leave a request without its body. The server throws away what was not read, and ends the connection."""
    _set_body(environ, b"")


def _set_body(environ: "WSGIEnvironment", body: bytes) -> None:
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.update({"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))})


def init_admission(app: Flask) -> None:
    """Wrap `app`."""
    is_secure = runtime_of(app).settings.base_url.startswith("https://")
    app.wsgi_app = Admission(app.wsgi_app, is_secure)  # type: ignore[method-assign]  # as Flask says to
