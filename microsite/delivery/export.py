"""The whole public site as files, for any server or CDN: the pages that the app serves, byte for byte."""

import ctypes
import multiprocessing
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from microsite.delivery import export_rules
from microsite.delivery.cache_middleware import PageCacheMiddleware
from microsite.delivery.encodings import MIN_SIZE, Headers, gzip_body
from microsite.faults import Faults
from microsite.reader import inventory
from microsite.runtime import runtime_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TEXT_FILES = (".html", ".xml", ".atom", ".txt", ".json", ".svg", ".css")
FILES = re.compile(rb'"(/static/[^"]+)"')
BATCH_SIZE = 200
"""Pages that a process takes at a time."""
NOT_FOUND = "404.html"
AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Linux's numbers for them (renameat2(2))."""

Batch = tuple[Path, list[str]]
"""A folder to write into, and the addresses of pages."""


def usable_processors() -> int:
    """Those that this process may run on: in a container, or under `taskset`, fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ExportError(Exception):
    """Why there is no export, and what to do, in a sentence."""


class Answer(NamedTuple):
    """What the app says to a request."""

    status: int
    headers: Headers
    body: bytes


@dataclass
class Export:
    """Writes into `target`: made beside it, then put in its place at once. What did not change is not written again."""

    app: Flask
    target: Path
    share_images: bool = True
    processes: int = field(default_factory=usable_processors)

    samples: dict[str, str] = field(default_factory=dict, init=False)
    """An address of each kind that there is, by its `place` in the rules; files as pages name them."""

    def __post_init__(self) -> None:
        self.target = self.target.resolve()  # a link goes on leading there
        self._runtime = runtime_of(self.app)

    def write(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """How many files there are now. `progress` is told how many pages are done, and of how many."""
        if self.target.exists() and any(self.target.iterdir()) and not (self.target / export_rules.NGINX).exists():
            raise ExportError(f"{self.target} holds something else than an export. Name an empty or a new folder.")
        editions = self._runtime.editions
        edition = editions.current
        if faults := [*editions.faults.get("content", ()), *editions.faults.get("edition", ())]:
            raise Faults(faults)  # an export is whole
        addresses = list(inventory.all_pages(edition))
        self.samples.clear()
        self.target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{self.target.name}.", dir=self.target.parent))
        folder.chmod(0o755)
        try:
            for done in accumulate(self._pages(folder, addresses)):
                progress(done, len(addresses))
            self._static_files(folder)
            self._errors(folder)
            self._rules(folder, list(inventory.moved(edition.content)))
            exchange(folder, self.target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return sum(1 for path in self.target.rglob("*") if path.is_file())

    def _pages(self, folder: Path, addresses: list[str]) -> Iterator[int]:
        """Write pages in as many processes as there are processors; yields how many were done since."""
        batches = [(folder, addresses[start : start + BATCH_SIZE]) for start in range(0, len(addresses), BATCH_SIZE)]
        if self.processes == 1 or len(batches) == 1:
            yield from map(self._batch, batches)
            return
        # Forked, so that neither the app nor its content has to be sent.
        fork, processes = multiprocessing.get_context("fork"), min(self.processes, len(batches))
        with ProcessPoolExecutor(processes, fork, initializer=_use, initargs=(self,)) as pool:
            for count, samples in pool.map(_write_batch, batches):
                self.samples |= samples
                yield count

    def _batch(self, batch: Batch) -> int:
        folder, addresses = batch
        for address in addresses:
            page = self._file(address)
            self._put(folder, address, page)
            self._sample(address, *(name.decode() for name in FILES.findall(page)))
            if self.share_images and address.endswith("/"):
                self._share_image(folder, page)
        return len(addresses)

    def _sample(self, *addresses: str) -> None:
        self.samples.update((export_rules.place_of(address), address) for address in addresses)

    def _file(self, address: str) -> bytes:
        answer = self.ask(address)
        if answer.status != 200:
            raise ExportError(f"{address} answers {answer.status} instead of what should be there.")
        return answer.body

    def ask(self, address: str) -> Answer:
        """Asked below the page cache, which would compress every page to keep it."""
        path, _, query = address.partition("?")
        environ = {**self._environ, "PATH_INFO": path, "QUERY_STRING": query}
        body, status, headers = run_wsgi_app(cast(PageCacheMiddleware, self.app.wsgi_app).inner, environ, buffered=True)
        return Answer(int(status[:3]), list(headers), b"".join(body))

    @cached_property
    def _environ(self) -> "WSGIEnvironment":
        """What all requests share: made anew for each, it would take a thirtieth of the time of a page."""
        return create_environ(base_url=self._runtime.settings.base_url)

    def _put(self, folder: Path, address: str, body: bytes) -> None:
        """The file of an address, with its `.gz`; linked to the former export's where that is the same."""
        name = (address + "index.html" if address.endswith("/") else address).lstrip("/")
        has_twin = name.endswith(TEXT_FILES) and len(body) >= MIN_SIZE
        new, former = f"{folder}/{name}", f"{self.target}/{name}"
        if _content(former) == body and (not has_twin or _is_twin(_content(f"{former}.gz"), body)):
            os.makedirs(os.path.dirname(new), exist_ok=True)
            os.link(former, new)
            if has_twin:
                os.link(f"{former}.gz", f"{new}.gz")
            return
        _write(new, body)
        if has_twin:
            _write(f"{new}.gz", gzip_body(body))

    def _share_image(self, folder: Path, page: bytes) -> None:
        """The picture that a page names, if it names one."""
        opening = f'<meta property="og:image" content="{self._runtime.settings.base_url}'.encode()
        _, is_there, rest = page.partition(opening)
        if is_there:
            address = rest[: rest.index(b'"')].decode()
            self._put(folder, address, self._file(address))
            self._sample(address)

    def _static_files(self, folder: Path) -> None:
        """Those that pages name: all others are the studio's, or within every page."""
        for name in sorted(sample for sample in self.samples.values() if sample.startswith("/static/")):
            path = name.partition("?")[0]
            self._put(folder, path, self._file(name))
            self._sample(path)

    def _errors(self, folder: Path) -> None:
        """The page for a wrong address, in each language; the default one's at the root, where some servers look."""
        site = self._runtime.editions.current.content.site
        for tag, locale in site.locales.items():
            body = self.ask(f"/{tag}/404").body
            self._put(folder, f"/{tag}/{NOT_FOUND}", body)
            if locale == site.default:
                self._put(folder, f"/{NOT_FOUND}", body)
                self._put(folder, "/", self._file(f"/{tag}/"))

    def _rules(self, folder: Path, moved: export_rules.Moved) -> None:
        """Headers, redirects and negotiation, for nginx and for hosts that read `_headers` and `_redirects`."""
        edition = self._runtime.editions.current
        site = edition.content.site
        coming = edition.all_content.site.locales.keys() - site.locales.keys()
        headers = {place: self.ask(address).headers for place, address in sorted({**self.samples, "/": "/"}.items())}
        for name, text in export_rules.files(site, coming, headers, moved).items():
            self._put(folder, f"/{name}", text.encode())


_export: Export


def _use(export: Export) -> None:
    """In each process of the pool: what `_write_batch` writes with."""
    global _export
    _export = export


def _write_batch(batch: Batch) -> tuple[int, dict[str, str]]:
    """How many pages were written, and samples of all that this process has written."""
    return _export._batch(batch), _export.samples


def _content(path: str) -> bytes | None:
    """Of a file; None where there is none that can be read."""
    with suppress(OSError), open(path, "rb") as file:
        return file.read()
    return None


def _is_twin(packed: bytes | None, body: bytes) -> bool:
    """By the checksum and size at the end of a gzip file (RFC 1952): unpacking it would take three times as long."""
    end = zlib.crc32(body).to_bytes(4, "little") + (len(body) & 0xFFFFFFFF).to_bytes(4, "little")
    return packed is not None and packed.endswith(end)


def _write(path: str, body: bytes) -> None:
    """Paths are plain text here: `pathlib` would take as long as the system takes to write the file."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)  # another process may make the one above
    with open(path, "wb", buffering=0) as file:
        file.write(body)


def exchange(new: Path, old: Path) -> None:
    """`new` stands where `old` stood, and the other way round; nobody sees neither or half. `old` need not exist.

    Python has no name for Linux's exchange of two names; where there is none, a moment passes between two renames.
    """
    if not old.exists():
        new.rename(old)
        return
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        done = rename(AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(old), RENAME_EXCHANGE) == 0
    except AttributeError:
        done = False
    if not done:
        former = new.with_name(f"{new.name}.former")
        old.rename(former)
        new.rename(old)
        former.rename(new)
