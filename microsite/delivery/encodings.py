"""Representations of a text (RFC 9110, 3.2): as it is, or compressed, each with an entity tag for its very bytes."""

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
MIN_SIZE = 500
"""Bytes below which compression gains nothing."""
MAX_HEADER_CHARACTERS = 200
"""How much of an Accept-Encoding header is read."""

Headers = list[tuple[str, str]]


class Representation(NamedTuple):
    """One encoding of a page, ready to be sent."""

    etag: str
    headers: Headers
    not_modified_headers: Headers
    """Those of a 304: all that do not describe the missing body (RFC 9110, 15.4.5). The policy is among them."""
    body: bytes | None
    """None for the identity of a page that is cached compressed: few ask for it, and it takes three times the room."""


def gzip_body(body: bytes) -> bytes:
    """At the best level, without a time: equal bodies give equal bytes."""
    return gzip.compress(body, 9, mtime=0)


def brotli_body(body: bytes) -> bytes:
    """A sixth smaller than `gzip_body`, for fifty times the work: some 20 ms."""
    return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=11))


def represent(body: bytes, encoding: str, headers: Headers, keep_body: bool = True) -> Representation:
    """A body that is encoded already, under the headers of its page and those that only this encoding has."""
    etag = f'"{urlsafe_b64encode(blake2b(body, digest_size=6).digest()).decode()}"'
    own = [("Content-Length", str(len(body))), ("ETag", etag)]
    if encoding != IDENTITY:
        own.append(("Content-Encoding", encoding))
    not_modified = [(name, value) for name, value in headers if name.lower() != "content-type"]
    return Representation(etag, [*headers, *own], [*not_modified, ("ETag", etag)], body if keep_body else None)


@lru_cache(maxsize=512)
def accepted_encodings(header: str) -> tuple[str, ...]:
    """Ours that an Accept-Encoding header accepts, best first. Identity is always the last, whoever refuses it."""
    accepted = parse_accept_header(header[:MAX_HEADER_CHARACTERS], Accept)
    return tuple(name for name in BEST_FIRST if name == IDENTITY or accepted.quality(name) > 0)


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match (RFC 9110, 13.1.2) names this entity tag; it compares weakly."""
    if if_none_match == etag:
        return True
    return any(candidate.strip().removeprefix("W/") in (etag, "*") for candidate in if_none_match.split(","))
