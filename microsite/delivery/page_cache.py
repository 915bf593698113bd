"""The pages of an edition that were rendered before, each in all its encodings, in memory."""

import gzip
import threading
from collections import OrderedDict
from typing import NamedTuple

from microsite.delivery.encodings import (
    BROTLI,
    GZIP,
    IDENTITY,
    MIN_SIZE,
    Headers,
    Representation,
    brotli_body,
    gzip_body,
    represent,
)
from microsite.editions.edition import Edition
from microsite.promotions.counts import CountKey

OVERHEAD_BYTES = 6_000
"""What a cached page takes beside its bodies: its headers, its address, its entry."""
MAX_SHARE = 1 / 8
"""Of the memory: a page that takes more is not cached, since it would put out all the others."""


class RenderedPage(NamedTuple):
    """A public text as Flask makes it."""

    body: bytes
    headers: Headers
    impressions: tuple[CountKey, ...]
    """Counted when it is sent: each promotion on it."""
    edition: Edition | None
    """The edition that it was made from; None for a file whose address does not change with it, which is not cached."""


class CachedPage:
    """A rendered page in its encodings: identity, gzip where it is worth it, brotli once somebody has asked for it."""

    __slots__ = ("edition", "headers", "impressions", "representations")

    def __init__(self, page: RenderedPage) -> None:
        body, self.headers, self.impressions, self.edition = page
        is_compressed = len(body) >= MIN_SIZE
        identity = represent(body, IDENTITY, self.headers, keep_body=not is_compressed)
        self.representations: dict[str, Representation] = {IDENTITY: identity}
        if is_compressed:
            self.representations[GZIP] = represent(gzip_body(body), GZIP, self.headers)

    @property
    def plain(self) -> bytes:
        """The body of the identity."""
        body = self.representations[IDENTITY].body
        return body if body is not None else gzip.decompress(self.representations[GZIP].body or b"")

    @property
    def size(self) -> int:
        """Bytes."""
        return OVERHEAD_BYTES + sum(len(encoded.body or b"") for encoded in self.representations.values())


class PageCache:
    """The pages of one edition, by address; the least recently used go once they take more than `max_size` bytes."""

    def __init__(self, edition: Edition | None, max_size: int) -> None:
        self.edition = edition
        self.pages: OrderedDict[str, CachedPage] = OrderedDict()
        self.max_size = max_size
        self.size = 0
        self._tried: dict[str, RenderedPage] = {}
        self._changing = threading.Lock()

    def get(self, address: str) -> CachedPage | None:
        page = self.pages.get(address)
        if page is None:
            if tried := self._tried.pop(address, None):
                page = CachedPage(tried)
                self.put(address, page)
        else:
            try:  # noqa: SIM105  # `suppress` would take a tenth of the whole answer
                self.pages.move_to_end(address)
            except KeyError:  # another thread evicted it in between
                pass
        return page

    def put(self, address: str, page: CachedPage) -> None:
        """Not a page of another edition, nor one that is too large."""
        if page.edition is not self.edition or page.size > self.max_size * MAX_SHARE:
            return
        with self._changing:
            if (last := self.pages.pop(address, None)) is not None:
                self.size -= last.size
            self.pages[address] = page
            self.size += page.size
            self._evict()

    def put_tried(self, address: str, page: RenderedPage) -> None:
        """A page that was rendered before anybody asked for it: encoded when somebody does."""
        self._tried[address] = page

    def add_brotli(self, address: str, page: CachedPage) -> None:
        """Unless the page has been evicted or replaced meanwhile."""
        brotli = represent(brotli_body(page.plain), BROTLI, page.headers)
        with self._changing:
            if self.pages.get(address) is page:
                self.size += len(brotli.body or b"")
                page.representations[BROTLI] = brotli
                self._evict()

    def _evict(self) -> None:
        while self.size > self.max_size and self.pages:
            self.size -= self.pages.popitem(last=False)[1].size
