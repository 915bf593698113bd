"""What happens within the app, measured in this process: a first render, and how work grows with the content."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from app import create_app, create_readers_app
from bench.serving import ARTICLE
from microsite.config import ROOT, Settings
from microsite.edition import Editions


def cpu_of(work: Callable[[], object], times: int = 40, rounds: int = 9) -> float:
    """Milliseconds of processor time, the median of several rounds."""
    work()
    found = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - began) / times * 1000)
    return statistics.median(found)


def first_render(instance: Path) -> dict[str, float]:
    """A page that is not kept, through the whole app; and the parts of it."""
    app = create_readers_app(Settings(instance=instance, page_memory=0))  # what the server begins with
    client = app.test_client()
    plain = client.get(ARTICLE).get_data()
    from flask import render_template

    from microsite.delivery.encodings import squeeze
    from microsite.delivery.page_store import PageStore

    store = cast(PageStore, app.wsgi_app)
    environ = {
        **{"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": ARTICLE, "QUERY_STRING": ""},
        **{"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1"},
        **{"wsgi.url_scheme": "http", "HTTP_ACCEPT_ENCODING": "gzip"},
    }
    whole = cpu_of(lambda: store.render(dict(environ)))
    compressing = cpu_of(lambda: squeeze(plain))
    view = app.view_functions["reader.article"]
    with app.test_request_context(ARTICLE, base_url="http://127.0.0.1"):
        app.preprocess_request()
        given = {"category": ARTICLE.split("/")[3], "slug": ARTICLE.split("/")[4]}
        viewing = cpu_of(lambda: view(**given))
        robots = cpu_of(lambda: render_template("robots.txt"))
    return {
        "whole": whole,
        "view and template": viewing,
        "Flask, headers": whole - viewing,
        "a template of four lines": robots,
        "gzip -9, once": compressing,
    }


def growth(site: Path, instance: Path) -> dict[str, float]:
    """Milliseconds, by what is done."""
    settings = Settings(site=site, instance=instance, page_memory=0)
    app = create_app(settings)
    app.extensions["store"].upgrade()
    editions: Editions = app.extensions["editions"]
    content = editions.current.content
    locale = content.site.default
    slug = content.document(next(iter(content.articles.values())), locale).slug
    client = app.test_client()
    client.get("/en/blog/")
    text = sorted((site / "articles").glob("*/en.md"))[0]
    said = text.read_text(encoding="utf-8")

    def edit() -> None:
        text.write_text(said + f"\n\n{time.monotonic_ns()}\n", encoding="utf-8")
        editions.refresh()

    found = {
        "a look-up": cpu_of(lambda: content.article_by_slug(slug, locale), 2000),
        "a page of a list": cpu_of(lambda: client.get("/en/blog/"), 10),
        "a changed wording": cpu_of(editions._renew, 20),
        "a changed file": cpu_of(edit, 1, 3),
    }
    text.write_text(said, encoding="utf-8")
    return found


REAL = ROOT / "site"
