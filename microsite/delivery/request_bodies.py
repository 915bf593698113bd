"""Request bodies: which of them are read, into memory, and for how long."""

import threading
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BYTES = (2 * 1024 + 256) * 1024
"""The largest body that any form takes: a catalog of 2 MiB, and what a form has around it. Most take far less."""
MAX_SECONDS = 10.0
"""For all of a body to arrive: whoever sends it decides how long that takes, up to this."""
MAX_GIVEN_UP = 500
"""Bodies that were given up while their senders are still there: each has a thread until its connection ends."""


class _Reader(threading.Thread):
    """Reads a body in a thread of its own: the server's way to read knows no end to waiting."""

    def __init__(self, environ: "WSGIEnvironment", length: int) -> None:
        super().__init__(name="body", daemon=True)
        self._input = environ["wsgi.input"]
        self._length = length
        self.body: bytes | None = None

    def run(self) -> None:
        self.body = self._input.read(self._length)


_given_up: list[_Reader] = []
_giving_up = threading.Lock()


def has_body(environ: "WSGIEnvironment") -> bool:
    return environ.get("CONTENT_LENGTH") not in (None, "", "0") or "HTTP_TRANSFER_ENCODING" in environ


def take_away(environ: "WSGIEnvironment") -> None:
    """Leave a request without its body. The server throws away what was not read, and ends the connection."""
    _put(environ, b"")


def read(environ: "WSGIEnvironment") -> bool:
    """Put the body into memory: whether it arrived in all, within `MAX_SECONDS`. If not, the request has none.

    Only a body that says how long it is, as all forms of browsers do: of another one nobody knows whether it was cut
    off. One that says that it is too long is not read; its route refuses it by its length.
    """
    declared = environ.get("CONTENT_LENGTH") or ""
    length = int(declared) if declared.isdecimal() and len(declared) < 19 else 0
    if length > MAX_BYTES:
        environ["wsgi.input"] = BytesIO()
        return True
    body = b""
    if length and _may_start():
        reader = _Reader(environ, length)
        reader.start()
        reader.join(MAX_SECONDS)
        if reader.is_alive():
            with _giving_up:
                _given_up.append(reader)
        body = reader.body or b""
    has_arrived = bool(length) and len(body) == length
    _put(environ, body if has_arrived else b"")
    return has_arrived


def _may_start() -> bool:
    with _giving_up:
        _given_up[:] = [reader for reader in _given_up if reader.is_alive()]
        return len(_given_up) < MAX_GIVEN_UP


def _put(environ: "WSGIEnvironment", body: bytes) -> None:
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.update({"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))})
