"""Chromium before two live sites: the real one, and the small one of tests/site with what the real one lacks."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition, Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from microsite import addresses
from microsite.config import ROOT, Settings
from microsite.content.library import Content
from microsite.editions.publishing import Editions
from microsite.language.locales import Locale
from microsite.runtime import runtime_of
from tests.conftest import NOW, small_site

REAL, SAMPLE = "real", "sample"
PHONE, TABLET, DESKTOP = 320, 768, 1280
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""One engine twice: a hundred pages cost 8 s of processor time in the one without windows and bars, 43 in the other."""


@dataclass(frozen=True)
class View:
    """One page in one language, on one of the two sites; its address follows from what the site says today."""

    site: str
    kind: str
    tag: str
    find: Callable[[Content, Locale], str] = field(repr=False)
    status: int = 200

    def __str__(self) -> str:
        return f"{self.kind}-{self.tag}"


def _article(key: str) -> Callable[[Content, Locale], str]:
    return lambda content, locale: addresses.text(content, content.articles[key], locale)


def _page(key: str) -> Callable[[Content, Locale], str]:
    return lambda content, locale: addresses.text(content, content.pages[key], locale)


def _category(key: str) -> Callable[[Content, Locale], str]:
    return lambda content, locale: addresses.category(content, key, locale)


def _home(content: Content, locale: Locale) -> str:
    return addresses.home(locale)


def _blog(content: Content, locale: Locale) -> str:
    return addresses.blog(locale)


def _second(content: Content, locale: Locale) -> str:
    return addresses.blog(locale, 2)


def _wrong(content: Content, locale: Locale) -> str:
    """Near enough to the articles on WhatsApp and on the city for the page to name them."""
    return addresses.blog(locale) + "nowhere/whatsapp-hong-kong-nowhere/"


def _keys(kind: str) -> list[str]:
    return sorted({path.parent.name for path in (ROOT / "site" / kind).glob("*/*.md")})


ARTICLES = [View(REAL, key, tag, _article(key)) for key in _keys("articles") for tag in ("en", "fr")]
PAGES = [View(REAL, key, tag, _page(key)) for key in _keys("pages") for tag in ("en", "fr")]
LISTS = [
    View(REAL, kind, tag, find)
    for kind, find in {
        "home": _home,
        "blog": _blog,
        "news": _category("news"),
        "guides": _category("guides"),
    }.items()
    for tag in ("en", "fr")
]
WRONG = [View(REAL, "wrong", tag, _wrong, 404) for tag in ("en", "fr")]
RIGHT_TO_LEFT = [
    View(SAMPLE, "home", "ar", _home),
    View(SAMPLE, "blog", "ar", _blog),
    View(SAMPLE, "article", "ar", _article("guide")),
    View(SAMPLE, "untranslated", "ar", _article("both")),
    View(SAMPLE, "seen", "ar", _page("seen")),
    View(SAMPLE, "wrong", "ar", _wrong, 404),
]
RARE = [
    View(SAMPLE, "second", "en", _second),
    View(SAMPLE, "second", "fr", _second),
    View(SAMPLE, "untranslated", "en", _article("only-french")),
    View(SAMPLE, "untranslated", "fr", _article("only-english")),
    View(SAMPLE, "unpromoted", "fr", _article("only-french")),
    View(SAMPLE, "publisher", "en", _page("about")),
    View(SAMPLE, "publisher", "fr", _page("about")),
    View(SAMPLE, "everything", "en", _article("both")),
    View(SAMPLE, "everything", "fr", _article("both")),
]
EVERY = [*LISTS, *ARTICLES, *PAGES, *WRONG, *RIGHT_TO_LEFT, *RARE]
VARIED = {"undersea-cable", "whatsapp-hong-kong", "judging-a-privacy-product", "what-a-page-learns"}
"""Articles that have between them every kind of block: a story and a quotation, guides with and without a promotion."""
ONE_OF_EACH = [view for view in EVERY if view not in ARTICLES or view.kind in VARIED]
"""For what depends on the parts of a page and not on its words: thirteen articles in two languages take minutes."""


@dataclass
class Live:
    """A site that answers on this machine, and what it was asked for."""

    address: str
    app: Flask
    asked: list[str] = field(default_factory=list)
    """The path of each request that has been answered."""
    _answered: Condition = field(default_factory=Condition)

    def note(self, path: str) -> None:
        with self._answered:
            self.asked.append(path)
            self._answered.notify_all()

    def was_asked(self, path: str, within: float = 10) -> bool:
        """Browsers ask for a page's icon in their own time: wait for it."""
        with self._answered:
            return self._answered.wait_for(lambda: path in self.asked, timeout=within)

    @property
    def content(self) -> Content:
        editions: Editions = runtime_of(self.app).editions
        return editions.current.content


class Sites(dict[str, Live]):
    """Both sites, by name."""

    def path(self, view: View) -> str:
        content = self[view.site].content
        return view.find(content, content.site.locales[view.tag])

    def address(self, view: View) -> str:
        return self[view.site].address + self.path(view)

    def text(self, view: View) -> str:
        """What a reader's program gets to read."""
        answer = self[view.site].app.test_client().get(self.path(view))
        assert answer.status_code == view.status, f"{view}: {answer.status}"
        return answer.get_data(as_text=True)


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    real, sample = Settings(instance=tmp_path_factory.mktemp("real")), small_site(tmp_path_factory.mktemp("sample"))
    with serve(real, lambda: datetime.now(UTC)) as real_site, serve(sample, lambda: NOW) as sample_site:
        yield Sites({REAL: real_site, SAMPLE: sample_site})


@contextmanager
def serve(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Live]:
    """The site of these settings on a free port, under the base URL that the port gives it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        app = create_app(settings.model_copy(update={"base_url": address}))
        runtime_of(app).editions = Editions(settings, runtime_of(app).store, clock)
        runtime_of(app).store.upgrade()
        live = Live(address, app)

        class Handler(WSGIRequestHandler):
            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                live.note(self.path)

        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Handler, fd=listening.fileno())
        thread = Thread(target=server.serve_forever, name=address, daemon=True)
        thread.start()
        yield live
        server.shutdown()
        thread.join()
        server.server_close()
        runtime_of(app).store.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """This machine's Chromium, kept from asking anything of anybody but this machine."""
    if not CHROMIUM:
        pytest.skip("needs Chromium (Debian: chromium-headless-shell)")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    alone = ["--no-sandbox", "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*quiet, *alone]}
