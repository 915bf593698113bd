"""What every test may ask for: a small site on disk, the app over it, and a reader who looks at pages."""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.language.locales import choose_locale
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from tests import remembered

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

MEMORY = Path("/dev/shm")
MIN_FREE_MEMORY = 2 * 1024**3
"""Bytes: many times what the tests have on the disk at a time."""
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MIN_FREE_MEMORY:
    # Each test has files and databases of its own: half of the time of many a test was the disk's.
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

pytest_plugins = ["tests.exports", "tests.postgresql"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With FORBID_SKIPS set, as in CI, a test that is skipped for want of a program has failed."""
    report = yield
    if report.skipped and os.environ.get("FORBID_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


Flask.jinja_options = {"bytecode_cache": remembered.CompiledTemplates()}


LONG_MODULES = {
    "tests/browser/studio/test_accessibility.py",
    "tests/browser/studio/test_desk.py",
    "tests/browser/studio/test_payloads.py",
    "tests/language/test_mutated_catalogs.py",
    "tests/linear/test_linear.py",
}
"""A minute or so each. They come first: else one process would be at the last of them when the others have ended."""


def pytest_collection_finish() -> None:
    """Looking through hundreds of thousands of objects for circles, again and again, was a sixth of all tests' time."""
    gc.set_threshold(50_000, 20, 50)
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in LONG_MODULES)


@pytest.fixture(scope="session", autouse=True)
def _same_work_is_done_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        remembered.remember(patch)
        yield


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new SQLite database, with all tables."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    new = Store(f"sqlite:///{path}")
    new.upgrade()
    new.close()
    return path


@dataclass
class Clock:
    """The time that the site lives in; a test may move it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def small_site(folder: Path) -> Settings:
    """A copy of the small site that a test may change, with the real templates, French catalog and promotion."""
    site, translations, instance = folder / "site", folder / "translations", folder / "instance"
    shutil.copytree(ROOT / "tests" / "site", site)
    (site / "templates").symlink_to(ROOT / "site" / "templates")
    shutil.copy(ROOT / "site" / "promotions" / "planet-freevpn.toml", site / "promotions")
    shutil.copytree(ROOT / "tests" / "translations", translations)
    shutil.copytree(ROOT / "translations" / "fr", translations / "fr")
    instance.mkdir()
    return Settings(site=site, translations=translations, instance=instance, base_url="http://localhost")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_site(tmp_path)


class Reader(FlaskClient):
    """Takes each answer whole and closes it, as servers do."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **kwargs)


StartNode = Callable[[], Flask]


@pytest.fixture
def start_node(settings: Settings, clock: Clock, empty_database: Path) -> Iterator[StartNode]:
    """Starts one more node each time: the app of another process, over the same files and the same database."""
    nodes: list[Flask] = []

    def start() -> Flask:
        app = create_app(settings)
        app.test_client_class = Reader
        database = runtime_of(app).store.url.database if not settings.database_url else None
        if database and not Path(database).exists():
            shutil.copy(empty_database, database)
        runtime_of(app).store.upgrade()
        runtime_of(app).editions = Editions(settings, runtime_of(app).store, clock)
        nodes.append(app)
        return app

    yield start
    for node in nodes:
        runtime_of(node).editions.stop()
        runtime_of(node).store.close()


@pytest.fixture
def app(start_node: StartNode) -> Flask:
    return start_node()


@pytest.fixture
def editions(app: Flask) -> Editions:
    editions: Editions = runtime_of(app).editions
    return editions


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass
class Seen:
    """A page as a reader gets it."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """All words on the page, in reading order, spaces folded (French ones kept)."""
        body = self.soup.body
        assert body
        return re.sub(r"[ \n]+", " ", body.get_text())

    def one(self, selector: str) -> Tag:
        elements = self.soup.select(selector)
        assert len(elements) == 1, f"{len(elements)} × {selector}"
        return elements[0]

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def words(self, selector: str) -> list[str]:
        """The text of each thing found, with its spaces folded to plain ones."""
        return [" ".join(tag.get_text().split()) for tag in self.soup.select(selector)]


@pytest.fixture
def look(client: FlaskClient) -> Callable[..., Seen]:
    """Opens a page as a reader does, and checks what holds on every page there is."""

    def open_page(path: str, status: int = 200, **headers: str) -> Seen:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = client.get(path, headers=named)
        assert response.status_code == status, f"{path}: {response.status}"
        seen = Seen(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))
        check_any_page(path, seen, client.application)
        return seen

    return open_page


def check_any_page(path: str, seen: Seen, app: Flask) -> None:
    """One first-level heading, its language, no id twice, nothing from elsewhere, no cookie, no script."""
    site = runtime_of(app).editions.current.content.site
    locale = choose_locale(path, None, site.locales, site.default)
    html = seen.one("html")
    ids = [tag["id"] for tag in seen.all("[id]")]
    sources = [
        str(tag.get("src") or tag.get("href")) for tag in seen.all("[src], link[rel=stylesheet], link[rel=icon]")
    ]

    if path.startswith(f"/{locale.tag}/"):
        assert (html["lang"], html["dir"]) == (locale.tag, locale.direction)
    assert len(seen.all("h1")) == 1
    assert seen.one("head > title").get_text(strip=True)
    assert len(ids) == len(set(ids))
    assert all(source.startswith("/") for source in sources)
    assert not seen.all("script:not([type='application/ld+json'])")
    assert "Set-Cookie" not in seen.response.headers
    assert "default-src 'none'" in seen.response.headers["Content-Security-Policy"]
