"""The server of `make run`: granian, set up as in production.

It imports nothing of the site: this process only watches over the worker, and would hold 40 MB for nothing.
"""

import argparse
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
from contextlib import suppress

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from microsite import threads
from microsite.environment import PREFIX, settings_from_environment

MAX_END_SECONDS = 10
"""After SIGTERM, for what has begun: a form that is sent slowly would hold up the end for ever."""
MAX_CONNECTIONS = 4096
"""Open at a time, slow ones included: each costs the server some kilobytes and no thread."""
HEADERS = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=32 * 1024)
"""Ten seconds for the head of a request, and some 32 KiB: well beyond that, 431."""
PR_SET_PDEATHSIG = 1
"""Linux's number for it (prctl(2))."""


def prepare_worker() -> None:
    """Runs in the worker after the fork, before it imports the app.

    Granian listens to SIGTERM once the app is made: until then one would be lost, and nothing end. A worker whose
    parent was killed would serve on for ever, unseen. And no garbage is looked for until `create_served_app` is done:
    what a start makes is made to stay, and looking takes a tenth of the start.
    """
    gc.disable()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(AttributeError):  # another system than Linux
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def refuse_taken_port(host: str, port: int) -> None:
    """End with a sentence where another program listens already: granian would share the port with it in silence."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"{host}:{port}: {error.strerror}. Choose another one: make run PORT={port + 1}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    if "base_url" not in settings_from_environment():
        os.environ[f"{PREFIX}BASE_URL"] = f"http://{options.host}:{options.port}"
    refuse_taken_port(options.host, options.port)
    # Most of our threads wait for a turn, and there are none before somebody does: its warning of many says nothing.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    os.register_at_fork(after_in_child=prepare_worker)
    Granian(
        "app:create_served_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=options.host,
        port=options.port,
        blocking_threads=threads.READERS + threads.STUDIO,
        workers_kill_timeout=MAX_END_SECONDS,
        backlog=MAX_CONNECTIONS,
        backpressure=MAX_CONNECTIONS,
        http=HTTPModes.http1,  # what browsers, and servers in front, speak without TLS
        http1_settings=HEADERS,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]  # granian takes the name as well as its enumeration
    ).serve()


if __name__ == "__main__":
    main()
