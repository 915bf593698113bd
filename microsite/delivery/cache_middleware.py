"""The outermost layer: a page that is cached is answered from memory, before Flask is entered."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, request

from microsite.delivery.encodings import (
    BROTLI,
    GZIP,
    MIN_SIZE,
    Headers,
    accepted_encodings,
    etag_matches,
    gzip_body,
)
from microsite.delivery.headers import is_ours
from microsite.delivery.page_cache import CachedPage, PageCache, RenderedPage
from microsite.editions.edition import Edition
from microsite.faults import Faults
from microsite.promotions.audience import is_counted
from microsite.regular_files import MiB
from microsite.runtime import TRIAL_EDITION, current_edition, g, runtime_of
from microsite.static_files import STATIC

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TEXT_TYPES = ("text/", "application/atom+xml", "application/xml", "application/json", "image/svg+xml")
RENDERED = "microsite.page"
"""Where Flask leaves a `RenderedPage` in the request's environment for this layer to send."""
OF_EACH_ENCODING = {"Content-Length", "ETag", "Vary", "Last-Modified", "Accept-Ranges"}
"""Headers of the answer that those of a representation take the place of."""
MAX_WAITING_FOR_BROTLI = 100
"""Pages; one beyond that has its turn when it is asked for again."""


class PageCacheMiddleware:
    """WSGI: answers what is cached, asks `inner` for the rest, and caches what may be cached."""

    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        self._runtime = runtime_of(app)
        self.inner = inner
        # Whoever works on templates wants to see them anew each time.
        self._max_size = 0 if app.debug else self._runtime.settings.page_memory * MiB
        self._cache = self._next = self.new_cache(None)
        self._changing = threading.Lock()
        self._compressor = ThreadPoolExecutor(1, "brotli")
        self._compressing: set[CachedPage] = set()
        hosts = self._runtime.settings.reader_hosts
        self._is_ours = lru_cache(maxsize=64)(lambda host: is_ours(host, hosts))

    def new_cache(self, edition: Edition | None) -> PageCache:
        return PageCache(edition, self._max_size)

    @property
    def cache(self) -> PageCache:
        """Of the current edition, which begins with the pages that it was tried with. Raises Faults without any."""
        editions = self._runtime.editions
        cache = self._cache
        if cache.edition is not editions.current:
            with self._changing:
                if self._cache.edition is not (current := editions.current):
                    self._cache = self._next if self._next.edition is current else self.new_cache(current)
                cache = self._cache
        return cache

    def try_page(self, environ: "WSGIEnvironment", cache: PageCache) -> None:
        """Render a page of the cache's edition, which is not in force yet, and put it there."""
        answer = self.render({**environ, TRIAL_EDITION: cache.edition})
        if isinstance(answer, RenderedPage):
            cache.put_tried(self._address(environ), answer)
        else:
            _, _, body = answer
            if close := getattr(body, "close", None):
                close()

    def keep_for_later(self, cache: PageCache) -> None:
        """The cache of the edition that is in force next."""
        self._next = cache

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self._is_ours(environ.get("HTTP_HOST", "")):
            return self.inner(environ, start_response)
        address = self._address(environ)
        try:
            cache = self.cache
        except Faults:  # no edition at all: Flask says so
            return self.inner(environ, start_response)
        if page := cache.get(address):
            return self._send(page, environ, start_response)
        answer = self.render(environ)
        if isinstance(answer, RenderedPage):
            page = CachedPage(answer)
            self.cache.put(address, page)
            return self._send(page, environ, start_response)
        status, headers, body = answer
        start_response(status, headers)
        return body

    def _address(self, environ: "WSGIEnvironment") -> str:
        """What a page is cached by: names that the site itself gives, never a query string that somebody made up."""
        path: str = environ["PATH_INFO"]
        query = environ.get("QUERY_STRING", "")
        is_versioned = path.startswith(STATIC) and self._runtime.static_files.is_address(path, query)
        return f"{path}?{query}" if is_versioned else path

    def render(self, environ: "WSGIEnvironment") -> "RenderedPage | tuple[str, Headers, Iterable[bytes]]":
        """A public text as Flask makes it, or status, headers and body of whatever else it answers."""
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: object) -> None:
            started[:] = [(status, headers)]

        body = self.inner(environ, cast("StartResponse", start))
        if page := environ.pop(RENDERED, None):
            if close := getattr(body, "close", None):
                close()
            return cast(RenderedPage, page)
        return *started[0], body

    def _send(self, page: CachedPage, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        """The encoding that suits, or a 304. Either is an impression: the reader has the page before them."""
        if page.impressions and is_counted(environ):
            for key in page.impressions:
                self._runtime.counts.count_impression(key)
        encodings = accepted_encodings(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if encodings[0] == BROTLI and BROTLI not in page.representations:
            self._add_brotli_later(self._address(environ), page)
        if_none_match = environ.get("HTTP_IF_NONE_MATCH")
        chosen = None
        for encoding in encodings:
            if representation := page.representations.get(encoding):
                chosen = chosen or representation
                if not if_none_match:
                    break
                if etag_matches(if_none_match, representation.etag):
                    start_response("304 NOT MODIFIED", representation.not_modified_headers)
                    return []
        assert chosen  # identity is always there, and accepted by everybody
        start_response("200 OK", chosen.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [chosen.body if chosen.body is not None else page.plain]

    def _add_brotli_later(self, address: str, page: CachedPage) -> None:
        """Off the request path, one page at a time: the best level costs 20 ms a page."""
        cache = self._cache
        if GZIP not in page.representations or page in self._compressing or cache.pages.get(address) is not page:
            return
        if len(self._compressing) < MAX_WAITING_FOR_BROTLI:
            self._compressing.add(page)
            work = self._compressor.submit(cache.add_brotli, address, page)
            work.add_done_callback(lambda _: self._compressing.discard(page))


def init_page_cache(app: Flask) -> None:
    """Wrap `app`, and have it hand over its pages: see `create_app` for when this is to be called."""
    max_age = runtime_of(app).settings.shared_seconds

    @app.after_request
    def _hand_over(response: Response) -> Response:
        """Leave a public text for the middleware to send. Whatever else there is goes from here."""
        if not _is_public_text(response):
            return _compressed(response)
        response.direct_passthrough = False
        vary, cache_control = response.headers.get("Vary"), response.headers["Cache-Control"]
        headers = [(name, value) for name, value in response.headers if name not in OF_EACH_ENCODING]
        headers.append(("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"))
        if max_age and cache_control == "no-cache":
            # RFC 9213: for caches between here and browsers, which go on asking each time.
            headers.append(("CDN-Cache-Control", f"max-age={max_age}, stale-while-revalidate={6 * max_age}"))
        page = RenderedPage(response.get_data(), headers, g.impressions, _edition_of_page(cache_control))
        request.environ[RENDERED] = page
        return response

    app.wsgi_app = PageCacheMiddleware(app, app.wsgi_app)  # type: ignore[method-assign]


def _compressed(response: Response) -> Response:
    """Errors, and what is made for one reader, compressed where that helps: they too are to arrive in one flight.

    Not in the studio: its forms hold a secret, which the length of a compressed page may tell (BREACH).
    """
    is_whole = response.is_sequence and response.status_code != 206
    if not is_whole or not (response.mimetype or "").startswith(TEXT_TYPES) or request.path.startswith("/studio"):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= MIN_SIZE and GZIP in accepted_encodings(request.headers.get("Accept-Encoding", "")):
        response.set_data(gzip_body(body))
        response.headers["Content-Encoding"] = GZIP
    return response


def _is_public_text(response: Response) -> bool:
    """Whether everybody who asks for this address gets this same text: what alone may be cached."""
    return (
        response.status_code == 200
        and request.method in ("GET", "HEAD")
        and (request.blueprint == "reader" or request.endpoint == "static")
        and (response.mimetype or "").startswith(TEXT_TYPES)
        and "Set-Cookie" not in response.headers
        and not any(kind in response.headers["Cache-Control"] for kind in ("no-store", "private"))
    )


def _edition_of_page(cache_control: str) -> Edition | None:
    """The edition that a page was made from. A file belongs to every one, if its address changes with it."""
    if request.endpoint == "static":
        return current_edition() if "immutable" in cache_control else None
    return g.edition
