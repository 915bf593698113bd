"""What happens within the app, measured in this process: a first render, and how work grows with the content."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from flask import Flask, render_template

from app import create_app
from bench.serving import ARTICLE
from microsite import addresses
from microsite.config import ROOT, Settings
from microsite.delivery.cache_middleware import PageCacheMiddleware
from microsite.delivery.encodings import gzip_body
from microsite.delivery.page_cache import RenderedPage
from microsite.editions.publishing import Editions
from microsite.promotions.wording import PARTS
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft, newest, save

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Thing = TypeVar("Thing")
REAL = ROOT / "site"
WARM_UP_PAGES = 40
"""Pages that are rendered before anything is measured: Python and Jinja are as in a server that has served."""


def cpu_of(work: Callable[[], object], times: int = 40, rounds: int = 9) -> float:
    """Milliseconds of processor time, the median of several rounds."""
    work()
    results = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            work()
        results.append((time.process_time() - began) / times * 1000)
    return statistics.median(results)


def render(app: Flask, address: str) -> RenderedPage:
    """A page as for a reader to whom no cached page could be sent."""
    environ: WSGIEnvironment = {
        **{"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": address, "QUERY_STRING": ""},
        **{"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1"},
        **{"wsgi.url_scheme": "http", "HTTP_ACCEPT_ENCODING": "gzip"},
    }
    page = cast(PageCacheMiddleware, app.wsgi_app).render(environ)
    assert isinstance(page, RenderedPage), address
    return page


def warm_render(instance: Path) -> dict[str, float]:
    """Milliseconds for one page that is rendered again and again, and for the parts of it."""
    app = create_app(Settings(instance=instance, page_memory=0))
    plain = render(app, ARTICLE).body
    whole = cpu_of(lambda: render(app, ARTICLE))
    view = app.view_functions["reader.article"]
    with app.test_request_context(ARTICLE, base_url="http://127.0.0.1"):
        app.preprocess_request()
        arguments = {"kind": "article", "category": ARTICLE.split("/")[3], "slug": ARTICLE.split("/")[4]}
        viewing = cpu_of(lambda: view(**arguments))
        robots = cpu_of(lambda: render_template("robots.txt"))
    return {
        "whole": whole,
        "view and template": viewing,
        "Flask, headers": whole - viewing,
        "a template of four lines": robots,
        "gzip -9, once": cpu_of(lambda: gzip_body(plain)),
    }


class Cold(NamedTuple):
    """Milliseconds of processor time for each of many pages, their mean."""

    pages: int
    first: float
    """Once each, in a new edition."""
    second: float
    """The same pages once more, in the same edition."""
    gzip: float
    """For what came of it."""


def cold_render(site: Path, instance: Path) -> Cold:
    """Every article of a site in every language, but for those that are rendered before that edition."""
    instance.mkdir(exist_ok=True)
    app = create_app(Settings(site=site, instance=instance, page_memory=0))
    store, editions = runtime_of(app).store, runtime_of(app).editions
    store.upgrade()
    content = editions.current.content
    locales = content.site.locales.values()
    pages = [addresses.text(content, entry, locale) for entry in content.articles.values() for locale in locales]
    for address in pages[:WARM_UP_PAGES]:
        gzip_body(render(app, address).body)
    last = editions.current
    editions.refresh()
    assert editions.current is not last
    pages = pages[WARM_UP_PAGES:]
    bodies: list[bytes] = []
    return Cold(
        len(pages),
        first=mean_cpu(lambda address: bodies.append(render(app, address).body), pages),
        second=mean_cpu(lambda address: render(app, address), pages),
        gzip=mean_cpu(gzip_body, bodies),
    )


def mean_cpu(work: Callable[[Thing], object], things: Sequence[Thing]) -> float:
    """Milliseconds of processor time for each of many things, once."""
    began = time.process_time()
    for thing in things:
        work(thing)
    return (time.process_time() - began) / len(things) * 1000


def growth(site: Path, instance: Path) -> dict[str, float]:
    """Milliseconds, by what is done."""
    settings = Settings(site=site, instance=instance, page_memory=0)
    app = create_app(settings)
    store, editions = runtime_of(app).store, runtime_of(app).editions
    store.upgrade()
    content = editions.current.content
    locale = content.site.default
    slug = content.document(next(iter(content.articles.values())), locale).slug
    client = app.test_client()
    client.get("/en/blog/")
    text = sorted((site / "articles").glob("*/en.md"))[0]
    original = text.read_text(encoding="utf-8")

    def edit() -> None:
        text.write_text(original + f"\n\n{time.monotonic_ns()}\n", encoding="utf-8")
        editions.refresh()

    results = {
        "a look-up": cpu_of(lambda: content.by_slug("article", slug, locale), 2000),
        "a page of a list": cpu_of(lambda: client.get("/en/blog/"), 10),
        "a changed wording": changed_wording(editions),
        "a changed file": cpu_of(edit, 1, 3),
    }
    text.write_text(original, encoding="utf-8")
    return results


def changed_wording(editions: Editions, times: int = 20) -> float:
    """Milliseconds to read a wording that was saved in the database and to make the edition that has it: the median."""
    promotion, locale = next(iter(editions.current.promotions.values())), editions.current.content.site.default.id
    topic = Topic(PROMOTION, promotion.key, locale)
    results = []
    for number in range(times):
        last = newest(editions.store, topic)
        words = {part: f"{getattr(promotion.wording, part)} {number}" for part in PARTS}
        saved = save(editions.store, topic, Draft(words=words), last.id if last else 0, "", datetime.now(UTC))
        began = time.process_time()
        editions.poll_revisions()
        results.append((time.process_time() - began) * 1000)
        assert editions.current.revisions.last_id == saved.id
    return statistics.median(results)
