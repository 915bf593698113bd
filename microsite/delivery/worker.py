"""The process that answers: granian, set up as in production, at a socket that `server.py` holds."""

import ctypes
import gc
import logging
import os
import pkgutil
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]  # its stub knows it by another name

from microsite import threads
from microsite.delivery.server import MAX_CONNECTIONS
from microsite.environment import PREFIX, settings_from_environment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=32 * 1024)
"""Ten seconds for the head of a request, and some 32 KiB: well beyond that, 431."""
PR_SET_PDEATHSIG = 1
"""Linux's number for it (prctl(2))."""


def ending_connections(inner: "WSGIApplication") -> "WSGIApplication":
    """WSGI: each answer is the last one on its connection, so that the next request goes to the next worker."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            return start_response(status, [*headers, ("Connection", "close")], *rest)  # type: ignore[arg-type]

        return inner(environ, start)  # type: ignore[arg-type]

    return answer


def make_app(listener: socket.socket, ready: int) -> Flask:
    """The app; once there is one, listens and writes to the pipe `ready`."""
    # No garbage is looked for until `create_served_app` is done: what a start makes is made to stay, and looking takes
    # a tenth of the start.
    gc.disable()
    app: Flask = pkgutil.resolve_name("app:create_served_app")()  # by its name: it imports this package

    def leave(*_: object) -> None:
        # Granian stops accepting only as it ends, and a connection that came in that moment gets no answer. From here
        # on a socket to which nobody connects stands in the place of ours, and all that come are the next worker's.
        with socket.create_server(("127.0.0.1", 0)) as unknown:
            unknown.setblocking(
                False
            )  # granian accepts whenever something comes to the old one, which others have as well
            os.dup2(unknown.fileno(), listener.fileno())
        app.wsgi_app = ending_connections(app.wsgi_app)  # type: ignore[method-assign,assignment]

    granian = logging.getLogger("_granian")  # as all others, from here on
    granian.handlers, granian.propagate = [], True
    signal.signal(signal.SIGHUP, leave)
    listener.listen(MAX_CONNECTIONS)
    os.write(ready, b"1")
    os.close(ready)
    return app


def main() -> None:
    """Arguments: the number of the listening socket, and of a pipe that is told once there is an app to answer."""
    listener, ready = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    # A worker whose parent was killed would serve on for ever, unseen.
    with suppress(AttributeError):  # another system than Linux
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is sent to the parent as well, which ends this process
    if "base_url" not in settings_from_environment():
        host, port = listener.getsockname()[:2]
        os.environ[f"{PREFIX}BASE_URL"] = f"http://{host}:{port}"

    granian = Granian(
        "app",
        interface=Interfaces.WSGI,
        runtime_mode=RuntimeModes.mt,
        blocking_threads=threads.READER_THREADS + threads.STUDIO_THREADS + threads.MAX_ABANDONED_BODIES,
        backpressure=MAX_CONNECTIONS,
        http=HTTPModes.http1,  # what browsers, and servers in front, speak without TLS
        http1_settings=HEADERS,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]  # granian takes the name as well as its enumeration
    )
    # Granian's own parent would bind the port again for each worker (SO_REUSEPORT), and what waits in the queue of one
    # that ends would be refused. So there is none: the part of granian that runs in a worker runs here.
    held = SocketHolder(listener.fileno(), False, MAX_CONNECTIONS)  # type: ignore[call-arg]  # the same
    vars(granian).update(_ssp=None, _sso=None, _shd=held)
    granian._spawn_worker(0, granian._spawn_wsgi_worker, partial(make_app, listener, ready)).inner.run()


if __name__ == "__main__":
    main()
