"""Asking one site as a visitor does: bounded in bytes and time, that host alone, no redirect followed unseen."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_BYTES = 4 * 1024 * 1024
"""Of one answer."""
TIMEOUT_SECONDS = 15
USER_AGENT = "Mozilla/5.0 (compatible; Planet Privacy, flask verify)"
NOT_COUNTED = {"User-Agent": USER_AGENT, "Sec-GPC": "1", "Accept": "*/*"}
"""Of each request that says nothing else: a visitor whom no total of the site counts."""


class Unreachable(Exception):
    """Why there is no answer, in a sentence."""


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
        while True:
            is_old, connection = (True, self._idle.pop()) if self._idle else (False, self._connect())
            try:
                return self._get(connection, path, headers)
            except (OSError, HTTPException, ValueError) as error:
                connection.close()
                if not is_old:  # an old one may have been ended by the server while it was idle
                    message = f"{self.origin}{path} gives no answer ({type(error).__name__}: {error})"
                    raise Unreachable(message) from error

    def _get(self, connection: HTTPConnection, path: str, headers: Mapping[str, str] | None) -> Answer:
        connection.request("GET", path, headers={**NOT_COUNTED, **(headers or {})})
        response = connection.getresponse()
        body = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES // 1024**2} MiB")
        self._idle.append(connection)
        return Answer(response.status, tuple((name.lower(), value) for name, value in response.getheaders()), body)

    def _connect(self) -> HTTPConnection:
        parts = urlsplit(self.origin)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
