"""The server of `make run`: granian, set up as in production."""

import argparse
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from microsite.delivery import threads
from microsite.environment import PREFIX, settings_from_environment
from microsite.runtime import runtime_of

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)
ENDS_WITHIN = 10
"""Seconds after SIGTERM for what has begun: a form that is sent slowly would hold up the end for ever."""
CONNECTIONS = 4096
"""Open at a time, slow ones included: each costs the server some kilobytes and no thread."""
HEADERS = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=32 * 1024)
"""Ten seconds for the head of a request, and some 32 KiB: well beyond that, 431."""
MMAP_THRESHOLD = -3
"""glibc's number for it (mallopt(3))."""
PR_SET_PDEATHSIG = 1
"""Linux's number for it (prctl(2))."""


def create_served_app() -> "Flask":
    """The app as a server worker runs it: content read and kept true, counts written. No fault of a file ends it.

    The worker alone imports what the site is made of: the process that watches over it would hold 40 MB for nothing.
    """
    gc.disable()  # what a start makes is made to stay, and to look for garbage in it takes a tenth of the start
    from sqlalchemy.exc import SQLAlchemyError

    from app import create_app
    from microsite.config import load_settings
    from microsite.delivery.sockets import leave_who_takes_nothing
    from microsite.delivery.trial import init_trial
    from microsite.faults import Faults
    from microsite.studio.accounts.one_time_links import first_link

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    return_large_memory()
    settings = load_settings()
    print(f"Planet Privacy: {settings.base_url}/  (Ctrl+C ends it)", flush=True)
    app = create_app(settings)
    init_trial(app)
    gc.freeze()  # nor is it looked through again while readers wait; content, which will be replaced, is
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # granian lays the environment under that of each request: no place for secrets
    try:
        runtime_of(app).store.upgrade()
        if link := first_link(app):
            print(f"The studio has no account yet. This link makes the first one, once: {link}", flush=True)
    except SQLAlchemyError as error:
        log.error("the database cannot be used; readers are served without it: %s", type(error).__name__)
    runtime_of(app).editions.poll_revisions()
    with suppress(Faults):  # logged; the watch goes on looking, and until then we say that there is no site
        runtime_of(app).editions.refresh()
    runtime_of(app).editions.watch()
    runtime_of(app).counts.start()
    leave_who_takes_nothing()
    gc.enable()
    return app


def return_large_memory() -> None:
    """What is free goes back. Else glibc keeps argon2's 19 MiB for every thread that has ever checked a password."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, 1024 * 1024)


def end_with_parent() -> None:
    """For the worker. Granian listens to SIGTERM once all is read: until then one would be lost, and nothing end.

    A worker whose parent was killed would serve on for ever, unseen.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(AttributeError):  # another system than Linux
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def prefer_throughput() -> None:
    """Let no thread be put aside because another one woke up: between network and Python, each request wakes two.

    Linux's sched(7) has this policy for whoever computes; it is inherited. A tenth more requests, a calmer 99th
    percentile.
    """
    with suppress(AttributeError, OSError):  # another system, or one that forbids it
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


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
    given = parser.parse_args()
    if "base_url" not in settings_from_environment():
        os.environ[f"{PREFIX}BASE_URL"] = f"http://{given.host}:{given.port}"
    refuse_taken_port(given.host, given.port)
    prefer_throughput()
    # Most of our threads wait for a turn, and there are none before somebody does: its warning of many says nothing.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    os.register_at_fork(after_in_child=end_with_parent)
    Granian(
        "microsite.delivery.server:create_served_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=given.host,
        port=given.port,
        blocking_threads=threads.READERS + threads.STUDIO,
        workers_kill_timeout=ENDS_WITHIN,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,  # what browsers, and servers in front, speak without TLS
        http1_settings=HEADERS,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]  # granian takes the name as well as its enumeration
    ).serve()


if __name__ == "__main__":
    main()
