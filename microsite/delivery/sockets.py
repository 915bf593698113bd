"""Connections whose other side acknowledges nothing: the system ends them; the server would keep them for ever."""

import os
import socket
import threading
from contextlib import suppress

MAX_UNACKNOWLEDGED_SECONDS = 20
"""For what was sent to be acknowledged, or taken by a client that has no room left (tcp(7): TCP_USER_TIMEOUT)."""
MAX_START_SECONDS = 60
TRIES_PER_SECOND = 20


def limit_unacknowledged_time() -> None:
    """Set the limit on the socket at which this process will listen, as soon as it does: accepted sockets inherit it.

    Granian makes that socket by itself, after the app, and takes no options for it.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        threading.Thread(target=_wait_and_set, name="sockets", daemon=True).start()


def _wait_and_set() -> None:
    ticks = threading.Event()
    for _ in range(MAX_START_SECONDS * TRIES_PER_SECOND):
        if _set():
            return
        ticks.wait(1 / TRIES_PER_SECOND)


def _set() -> bool:
    """Whether there was a listening socket to set it on. Connections that it had accepted by then get it as well."""
    ports: set[int] = set()
    for is_listening in (True, False):
        for name in os.listdir("/dev/fd"):
            with suppress(OSError):  # what is no socket
                candidate = socket.socket(fileno=int(name))
                try:
                    if candidate.family in (socket.AF_INET, socket.AF_INET6):
                        port = candidate.getsockname()[1]
                        if is_listening and candidate.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                            ports.add(port)
                        if port in ports:
                            candidate.setsockopt(
                                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, MAX_UNACKNOWLEDGED_SECONDS * 1000
                            )
                finally:
                    candidate.detach()
    return bool(ports)
