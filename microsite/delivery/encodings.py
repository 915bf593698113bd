"""The forms in which a text is sent: as it is, or compressed, with an entity tag for the very bytes of each."""

import gzip
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

BROTLI, GZIP, IDENTITY = "br", "gzip", "identity"
BEST_FIRST = BROTLI, GZIP, IDENTITY
WORTH_IT = 500
"""Bytes below which compression gains nothing."""
LONGEST = 200
"""Characters of an Accept-Encoding header that are looked at."""

Headers = list[tuple[str, str]]


class Sent(NamedTuple):
    """One encoding of a page, ready to leave."""

    etag: str
    headers: Headers
    unchanged: Headers
    """What a 304 says: all that does not describe the body it spares (RFC 9110, 15.4.5). The policy is in it."""
    body: bytes | None
    """None for the plain text of a page that is kept compressed: few ask for it, and it takes three times the room."""


def squeeze(body: bytes) -> bytes:
    """gzip at its best level, without a time: equal input gives equal bytes."""
    return gzip.compress(body, 9, mtime=0)


def squeeze_hard(body: bytes) -> bytes:
    """A sixth less than `squeeze`, for fifty times the work."""
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=11))


def sent(body: bytes, encoding: str, headers: Headers, keep_body: bool = True) -> Sent:
    """`body` in its encoding, under the headers of the page and those that only this encoding has."""
    etag = f'"{urlsafe_b64encode(blake2b(body, digest_size=6).digest()).decode()}"'
    own = [("Content-Length", str(len(body))), ("ETag", etag)]
    if encoding != IDENTITY:
        own.append(("Content-Encoding", encoding))
    unchanged = [(name, value) for name, value in headers if name.lower() != "content-type"]
    return Sent(etag, [*headers, *own], [*unchanged, ("ETag", etag)], body if keep_body else None)


@lru_cache(maxsize=512)
def accepted(header: str) -> tuple[str, ...]:
    """The encodings that an Accept-Encoding header takes, best first. Plain text is what is left for who takes none."""
    taken = parse_accept_header(header, Accept)
    return tuple(name for name in BEST_FIRST if name == IDENTITY or taken.quality(name) > 0)


def holds(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match (RFC 9110, 13.1.2) names this page; it compares weakly."""
    if if_none_match == etag:
        return True
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in if_none_match.split(","))
