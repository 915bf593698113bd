"""Asking one site as a visitor does: bounded in bytes and time, that host alone, no redirect followed unseen."""

from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import IPPROTO_TCP, SHUT_RDWR, TCP_NODELAY, create_connection, socket
from ssl import SSLCertVerificationError, SSLSocket, create_default_context
from threading import Event, Timer
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_BYTES = 4 * 1024 * 1024
"""Of one answer."""
MAX_TAGS = 20_000
"""Of one page: ours have a few hundred, and the parser's time grows faster than the depth of what it reads."""
TIMEOUT_SECONDS = 15
"""Between two signs of life."""
MAX_SECONDS = 30
"""Of one answer, however lively."""
USER_AGENT = "Mozilla/5.0 (compatible; Planet Privacy, flask verify)"
NOT_COUNTED = {"User-Agent": USER_AGENT, "Sec-GPC": "1", "Accept": "*/*"}
"""Of each request that says nothing else: a visitor whom no total of the site counts."""


class Unreachable(Exception):
    """Why there is no answer that can be looked at, in a sentence."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} {reason}")
        self.reason = reason


class Answer(NamedTuple):
    """What came back, with the names of headers in small letters."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """All values of a header, joined as RFC 9110 (5.3) says; empty: none."""
        return ", ".join(value for known, value in self.headers if known == name)

    @property
    def media_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()


class Visitor:
    """Asks `origin`, a scheme and a host, from several threads; its connections stay open until `with` ends."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._idle: list[HTTPConnection] = []

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *error: object) -> None:
        for connection in self._idle:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One answer, as it is. Raises Unreachable."""
        try:
            try:
                answer, fault = self._get(self._idle.pop(), path, headers)
            except (IndexError, ConnectionError):  # there is none, or the server has ended it while it was idle
                answer, fault = self._get(self._connect(), path, headers)
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(self.origin + path, _reason(error)) from error
        if fault:
            raise Unreachable(self.origin + path, f"has an answer {fault}")
        return answer

    def _get(self, connection: HTTPConnection, path: str, headers: Mapping[str, str] | None) -> tuple[Answer, str]:
        """An answer, and what is wrong with it."""
        is_late = Event()
        guard = Timer(MAX_SECONDS, _cut, [connection.sock, is_late])
        guard.daemon = True
        guard.start()
        is_sound = False
        try:
            if isinstance(connection.sock, SSLSocket):
                connection.sock.do_handshake()
            connection.request("GET", path, headers={**NOT_COUNTED, **(headers or {})})
            response = connection.getresponse()
            answer, fault = _read(response)
            is_sound = not fault and connection.sock is not None
        except (OSError, HTTPException, ValueError) as error:
            if not is_late.is_set():
                raise
            raise TimeoutError(f"no end within {MAX_SECONDS} seconds") from error
        finally:
            guard.cancel()
            if is_sound and not is_late.is_set():
                self._idle.append(connection)
            else:
                connection.close()
        return answer, f"that takes more than {MAX_SECONDS} seconds" if is_late.is_set() else fault

    def _connect(self) -> HTTPConnection:
        """Here and not by http.client: what a handshake may take is bounded with the answer."""
        parts = urlsplit(self.origin)
        is_secure = parts.scheme == "https"
        connection = (HTTPSConnection if is_secure else HTTPConnection)(parts.hostname or "", parts.port)
        connection.sock = create_connection((connection.host, connection.port), TIMEOUT_SECONDS)
        connection.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        if is_secure:
            connection.sock = create_default_context().wrap_socket(
                connection.sock, server_hostname=connection.host, do_handshake_on_connect=False
            )
        return connection


def _read(response: HTTPResponse) -> tuple[Answer, str]:
    """The whole answer, and what is wrong with it."""
    body = response.read(MAX_BYTES + 1)
    answer = Answer(response.status, tuple((name.lower(), value) for name, value in response.getheaders()), body)
    faults = {
        f"of more than {MAX_BYTES // 1024**2} MiB": len(body) > MAX_BYTES,
        "that breaks off": bool(response.length),
        "in an encoding that nobody asked for": answer.header("content-encoding") not in ("", "identity"),
        f"of more than {MAX_TAGS} tags": answer.media_type == "text/html" and body.count(b"<") > MAX_TAGS,
    }
    return answer, next((fault for fault, holds in faults.items() if holds), "")


def _cut(connected: socket, is_late: Event) -> None:
    """Whoever waits for more gets no more, and is told why first."""
    is_late.set()
    with suppress(OSError):
        connected.shutdown(SHUT_RDWR)


def _reason(error: Exception) -> str:
    if isinstance(error, SSLCertVerificationError):
        return f"has a certificate that is not trusted here ({error.verify_message}; SSL_CERT_FILE names others)"
    return f"gives no answer ({type(error).__name__}: {error})"
