"""The outermost layer: a page that was rendered before is answered from memory, before Flask is entered."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from flask import Flask, Response, request

from microsite.delivery.encodings import (
    BROTLI,
    GZIP,
    IDENTITY,
    LONGEST,
    WORTH_IT,
    Headers,
    Sent,
    accepted,
    holds,
    sent,
    squeeze,
    squeeze_hard,
)
from microsite.delivery.headers import is_ours
from microsite.editions.edition import Edition
from microsite.faults import Faults
from microsite.promotions.audience import is_counted
from microsite.promotions.counts import CountKey
from microsite.regular_files import MiB
from microsite.runtime import TRIED, current_edition, g, runtime_of
from microsite.static_files import PREFIX as STATIC

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TEXT = ("text/", "application/atom+xml", "application/xml", "application/json", "image/svg+xml")
FINISHED = "microsite.page"
"""Where Flask leaves a `Finished` page in the request's environment for this layer to send."""
OF_EACH_ENCODING = {"Content-Length", "ETag", "Vary", "Last-Modified", "Accept-Ranges"}
"""Headers of the answer that those of what is sent take the place of."""
OVERHEAD = 6_000
"""Bytes that a kept page takes beside its bodies: its headers, its address, its place in the shelf."""
LARGEST_PART = 8
"""A page that alone would take more than this part of the room is not kept: it would put out all the others."""
MOST_SQUEEZING = 100
"""Pages that wait to be compressed harder; a page beyond that is asked for again."""


class Finished(NamedTuple):
    """A public text as Flask makes it."""

    body: bytes
    headers: Headers
    impressions: tuple[CountKey, ...]
    """Counted when it is sent: each promotion on it."""
    edition: Edition | None


class KeptPage:
    """A finished page in all its encodings."""

    __slots__ = ("edition", "headers", "impressions", "sent")

    def __init__(
        self, body: bytes, headers: Headers, impressions: tuple[CountKey, ...], edition: Edition | None
    ) -> None:
        self.headers = headers
        self.impressions = impressions
        self.edition = edition
        squeezes = len(body) >= WORTH_IT
        self.sent: dict[str, Sent] = {IDENTITY: sent(body, IDENTITY, headers, keep_body=not squeezes)}
        if squeezes:
            self.sent[GZIP] = sent(squeeze(body), GZIP, headers)

    @property
    def plain(self) -> bytes:
        body = self.sent[IDENTITY].body
        return body if body is not None else gzip.decompress(self.sent[GZIP].body or b"")

    @property
    def weight(self) -> int:
        return OVERHEAD + sum(len(one.body or b"") for one in self.sent.values())


class Shelf:
    """The pages of one edition. Least recently used goes first once they weigh more than `most` bytes."""

    def __init__(self, edition: Edition | None, most: int) -> None:
        self.edition = edition
        self.pages: OrderedDict[str, KeptPage] = OrderedDict()
        self.most = most
        self.weight = 0
        self._changing = threading.Lock()

    def get(self, address: str) -> KeptPage | None:
        page = self.pages.get(address)
        if page is not None:
            try:  # noqa: SIM105  # `suppress` would take a tenth of the whole answer
                self.pages.move_to_end(address)
            except KeyError:  # another thread put it out in between
                pass
        return page

    def put(self, address: str, page: KeptPage) -> None:
        if page.edition is not self.edition or page.weight > self.most / LARGEST_PART:
            return
        with self._changing:
            if (last := self.pages.pop(address, None)) is not None:
                self.weight -= last.weight
            self.pages[address] = page
            self.weight += page.weight
            self._make_room()

    def squeeze_hard(self, address: str, page: KeptPage) -> None:
        """Add brotli to a page that is kept."""
        small = sent(squeeze_hard(page.plain), BROTLI, page.headers)
        with self._changing:
            if self.pages.get(address) is page:
                self.weight += len(small.body or b"")
                page.sent[BROTLI] = small
                self._make_room()

    def _make_room(self) -> None:
        while self.weight > self.most and self.pages:
            self.weight -= self.pages.popitem(last=False)[1].weight


class PageStore:
    """WSGI: answers what it keeps, asks `inner` for the rest, and keeps what may be kept."""

    def __init__(self, app: Flask, inner: "WSGIApplication", most: int) -> None:
        self._runtime = runtime_of(app)
        self.inner = inner
        self._most = most
        self._shelf = self._tried = Shelf(None, most)
        self._changing = threading.Lock()
        self._squeezer = ThreadPoolExecutor(1, "brotli")
        self._squeezing: set[KeptPage] = set()
        hosts = self._runtime.settings.hosts
        self._is_ours = lru_cache(maxsize=64)(lambda host: is_ours(host, hosts))

    @property
    def shelf(self) -> Shelf:
        """The shelf of the current edition: a new edition begins with the pages that it was tried with."""
        editions = self._runtime.editions
        shelf = self._shelf
        if shelf.edition is not editions.current:
            with self._changing:
                if self._shelf.edition is not (current := editions.current):
                    tried = self._tried
                    self._shelf = tried if tried.edition is current else Shelf(current, self._most)
                shelf = self._shelf
        return shelf

    def try_page(self, environ: "WSGIEnvironment", shelf: Shelf) -> None:
        """Render a page of the shelf's edition, which is not in force yet, and put it there."""
        answer = self.render({**environ, TRIED: shelf.edition})
        if isinstance(answer, Finished):
            shelf.put(self._address(environ), KeptPage(*answer))
        else:
            _, _, body = answer
            if close := getattr(body, "close", None):
                close()

    def keep_for_later(self, shelf: Shelf) -> None:
        """The shelf of the edition that is in force next."""
        self._tried = shelf

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self._is_ours(environ.get("HTTP_HOST", "")):
            return self.inner(environ, start_response)
        address = self._address(environ)
        try:
            shelf = self.shelf
        except Faults:  # no edition at all: Flask says so
            return self.inner(environ, start_response)
        if page := shelf.get(address):
            return self._send(page, environ, start_response)
        answer = self.render(environ)
        if isinstance(answer, Finished):
            page = KeptPage(*answer)
            self.shelf.put(address, page)
            return self._send(page, environ, start_response)
        status, headers, body = answer
        start_response(status, headers)
        return body

    def _address(self, environ: "WSGIEnvironment") -> str:
        """What a page is kept by: names that the site itself gives, never a query string that somebody made up."""
        path: str = environ["PATH_INFO"]
        query = environ.get("QUERY_STRING", "")
        is_versioned = path.startswith(STATIC) and self._runtime.static_files.is_address(path, query)
        return f"{path}?{query}" if is_versioned else path

    def render(self, environ: "WSGIEnvironment") -> "Finished | tuple[str, Headers, Iterable[bytes]]":
        """A public text as Flask makes it, or whatever else it answers."""
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: object) -> None:
            started[:] = [(status, headers)]

        body = self.inner(environ, cast("StartResponse", start))
        if page := environ.pop(FINISHED, None):
            if close := getattr(body, "close", None):
                close()
            return cast(Finished, page)
        return *started[0], body

    def _send(self, page: KeptPage, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        """The encoding that suits, or a 304. Either is an impression: the reader has the page before them."""
        if page.impressions and is_counted(environ):
            for key in page.impressions:
                self._runtime.counts.count_impression(key)
        takes = accepted(environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST])
        if takes[0] == BROTLI and BROTLI not in page.sent:
            self._squeeze_later(self._address(environ), page)
        known = environ.get("HTTP_IF_NONE_MATCH")
        chosen = None
        for encoding in takes:
            if one := page.sent.get(encoding):
                chosen = chosen or one
                if not known:
                    break
                if holds(known, one.etag):
                    start_response("304 NOT MODIFIED", one.unchanged)
                    return []
        assert chosen  # plain text is always there, and taken by everybody
        start_response("200 OK", chosen.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [chosen.body if chosen.body is not None else page.plain]

    def _squeeze_later(self, address: str, page: KeptPage) -> None:
        """Brotli off the request path, one page at a time: its best level costs 20 ms a page."""
        shelf = self._shelf
        if GZIP not in page.sent or page in self._squeezing or shelf.pages.get(address) is not page:
            return
        if len(self._squeezing) < MOST_SQUEEZING:
            self._squeezing.add(page)
            work = self._squeezer.submit(shelf.squeeze_hard, address, page)
            work.add_done_callback(lambda _: self._squeezing.discard(page))


def init_page_store(app: Flask) -> None:
    """Wrap `app`; finish its pages. To be called first: what runs after a request runs in the opposite order."""
    settings = runtime_of(app).settings
    shared = settings.shared_seconds

    @app.after_request
    def _finish(response: Response) -> Response:
        """Leave a public text for the page store to send. Whatever else there is goes from here."""
        if not _is_public_text(response):
            return _squeezed(response)
        response.direct_passthrough = False
        vary, life = response.headers.get("Vary"), response.headers["Cache-Control"]
        headers = [one for one in response.headers if one[0] not in OF_EACH_ENCODING]
        headers.append(("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"))
        if shared and life == "no-cache":
            # RFC 9213: for caches between here and browsers, which go on asking each time.
            headers.append(("CDN-Cache-Control", f"max-age={shared}, stale-while-revalidate={6 * shared}"))
        request.environ[FINISHED] = Finished(response.get_data(), headers, g.impressions, _belongs_to(life))
        return response

    # Whoever works on templates wants to see them anew each time.
    most = 0 if app.debug else settings.page_memory * MiB
    app.wsgi_app = PageStore(app, app.wsgi_app, most)  # type: ignore[method-assign]


def _squeezed(response: Response) -> Response:
    """Errors, and what is made for one reader, compressed where that helps: they too are to arrive in one flight.

    Not in the studio: its forms hold a secret, which the length of a compressed page may tell (BREACH).
    """
    whole = response.is_sequence and response.status_code != 206
    if not whole or not (response.mimetype or "").startswith(TEXT) or request.path.startswith("/studio"):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= WORTH_IT and GZIP in accepted(request.headers.get("Accept-Encoding", "")[:LONGEST]):
        response.set_data(squeeze(body))
        response.headers["Content-Encoding"] = GZIP
    return response


def _is_public_text(response: Response) -> bool:
    """Whether everybody who asks for this address gets this same text: what alone may be kept."""
    return (
        response.status_code == 200
        and request.method in ("GET", "HEAD")
        and (request.blueprint == "reader" or request.endpoint == "static")
        and (response.mimetype or "").startswith(TEXT)
        and "Set-Cookie" not in response.headers
        and not any(kind in response.headers["Cache-Control"] for kind in ("no-store", "private"))
    )


def _belongs_to(life: str) -> Edition | None:
    """The edition that a page was made from. A file belongs to every one, if its address changes with it."""
    if request.endpoint == "static":
        return current_edition() if "immutable" in life else None
    return g.edition
