"""**Slow clients**: four hundred at a time, for twenty seconds, straight at the node, which nginx would shield. They
send the head of a request one byte a second, or the body of a form of the studio, or ask for pages and take no
answer. Whoever the server leaves comes back. Those with forms can keep everybody else's out of the studio meanwhile,
unread, so that no refusal can give them back. Recovery counts from their end."""

import socket
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from tests.faults.people import people
from tests.faults.report import Row, measured
from tests.faults.site import HOST, run_site

TIMES = 400
SECONDS = 20.0
HEAD = f"Host: {HOST}\r\n".encode()
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
KINDS = {
    "heads": (b"GET /fr/ HTTP/1.1\r\n" + HEAD + b"X-Slow: ", b"a"),
    "bodies": (b"POST /studio/login HTTP/1.1\r\n" + HEAD + FORM, b"a"),
    "readers": (b"", b"GET /fr/ HTTP/1.1\r\n" + HEAD + b"\r\n"),
}
"""What is sent first, and then each second."""


def run(folder: Path, times: int, _: float) -> list[Row]:
    rows = []
    for kind, (first, then) in KINDS.items():
        with run_site(folder / kind) as site:
            with people(site) as crowd:
                left = dribble(site.nodes[0].port, times, first, then)
                crowd.recover()
            row = measured(f"Slow {kind}", times, site, crowd)
            row.besides.append(f"{left} were left by the server")
            rows.append(row)
    return rows


def dribble(port: int, number: int, first: bytes, then: bytes) -> int:
    """How many times the server has ended a connection."""
    clients: list[socket.socket | None] = [None] * number
    began, left = monotonic(), 0
    while monotonic() < began + SECONDS:
        for index, client in enumerate(clients):
            try:
                if client is None:
                    client = clients[index] = connected(port)
                    client.send(first)
                client.send(then)
            except BlockingIOError:
                pass
            except OSError:
                left += clients[index] is not None
                clients[index] = None
        sleep(1)
    for client in clients:
        if client:
            client.close()
    return left


def connected(port: int) -> socket.socket:
    """With little room for answers."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    with suppress(BlockingIOError):
        client.connect(("127.0.0.1", port))
    client.setblocking(False)
    return client
