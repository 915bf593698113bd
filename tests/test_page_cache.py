"""The page cache: a page is rendered once, kept in little room, and never shown to anybody whom it does not concern."""

import gzip
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import brotli
import pytest
from flask import Flask, Response, make_response, template_rendered
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from microsite.config import Settings
from microsite.delivery.cache_middleware import PageCacheMiddleware
from microsite.delivery.encodings import BROTLI
from microsite.delivery.page_cache import CachedPage, PageCache, RenderedPage
from microsite.editions.publishing import Editions
from microsite.runtime import current_edition

ARTICLE = "/fr/blog/actualites/le-cable/"
PATIENCE = 10.0


@pytest.fixture
def rendered(app: Flask) -> Iterator[list[str]]:
    """The templates of the pages that were made, in order."""
    names: list[str] = []

    def note(sender: Flask, template: object, context: object, **_: object) -> None:
        names.append(str(getattr(template, "name", None)))

    with template_rendered.connected_to(note, app):
        yield names


def wait_for(look: Callable[[], TestResponse], good: Callable[[TestResponse], bool]) -> TestResponse:
    """Ask until the answer is the one that is due."""
    end = time.monotonic() + PATIENCE
    while not good(answer := look()):
        assert time.monotonic() < end, dict(answer.headers)
    return answer


@pytest.mark.parametrize("path", ["/en/", "/fr/blog/", "/en/blog/news/", ARTICLE, "/fr/feed.atom", "/sitemap.xml"])
def test_a_page_is_made_once(client: FlaskClient, rendered: list[str], path: str) -> None:
    """Whatever the encoding, the method, the query string that nobody reads, and however often."""
    first = client.get(path)
    answers = [client.get(path), client.get(f"{path}?utm_source=x"), client.head(path)]
    small = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert 1 == len(rendered)
    assert [200] * 3 == [answer.status_code for answer in answers]
    assert first.get_data() == answers[0].get_data() == gzip.decompress(small.get_data())


@pytest.mark.parametrize(
    ("path", "status"), [("/", 302), ("/fr/nope", 404), ("/en/blog/news/old-cable/", 301), ("/readyz", 200)]
)
def test_what_is_no_page_is_answered_anew_each_time(app: Flask, client: FlaskClient, path: str, status: int) -> None:
    """Redirects, errors, health: they may be another answer next time."""
    seen: list[str] = []
    app.before_request(lambda: seen.append(path))

    assert [status] * 3 == [client.get(path).status_code for _ in range(3)]
    assert 3 == len(seen)


def test_the_page_that_shows_a_readers_request_is_never_kept(client: FlaskClient) -> None:
    """Each sees their own browser, and `no-store` keeps every cache from it."""
    answers = [client.get("/en/seen/", headers={"User-Agent": f"Browser-{name}"}) for name in ("one", "two")]

    assert ["no-store"] * 2 == [answer.headers["Cache-Control"] for answer in answers]
    assert "Browser-one" in answers[0].get_data(as_text=True)
    assert "Browser-one" not in answers[1].get_data(as_text=True)


@pytest.mark.parametrize("path", ["/studio/anything", "/studio/preview"])
def test_nothing_of_the_studio_is_ever_kept(app: Flask, client: FlaskClient, path: str) -> None:
    """Not even a page that forgets to say so."""
    answers = iter(["for one account", "for another"])

    def page() -> str:
        current_edition()  # as every page of the studio does: it belongs to one, and is kept all the same by nobody
        return next(answers)

    app.add_url_rule(path, view_func=page)

    assert ["for one account", "for another"] == [client.get(path).get_data(as_text=True) for _ in range(2)]


@pytest.mark.parametrize(
    ("header", "value"), [("Set-Cookie", "a=b"), ("Cache-Control", "no-store"), ("Cache-Control", "private")]
)
def test_an_answer_for_one_reader_is_never_kept(app: Flask, client: FlaskClient, header: str, value: str) -> None:
    """A cookie or a word against keeping is enough, on whatever page."""
    numbers = iter("12")

    def page() -> Response:
        return make_response(next(numbers), {header: value})

    app.view_functions["reader.home"] = page

    assert ["1", "2"] == [client.get("/en/").get_data(as_text=True) for _ in range(2)]


def fail() -> str:
    raise ZeroDivisionError


def test_an_error_is_never_kept(app: Flask, client: FlaskClient) -> None:
    """A page that failed once is right as soon as it can be made."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    home = app.view_functions["reader.home"]
    app.view_functions["reader.home"] = fail
    assert 500 == client.get("/en/").status_code
    app.view_functions["reader.home"] = home

    assert 200 == client.get("/en/").status_code


def test_a_kept_page_is_for_our_hosts_alone(client: FlaskClient) -> None:
    """The host is looked at before the memory is."""
    client.get("/en/")

    assert 400 == client.get("/en/", headers={"Host": "evil.example"}).status_code


@pytest.mark.parametrize("path", [ARTICLE, "/fr/feed.atom"])
def test_each_encoding_is_revalidated_by_its_own_tag(client: FlaskClient, path: str) -> None:
    """Plain, gzip and brotli: three strong tags, a 304 for each, and none for a form that the browser cannot read."""
    plain = client.get(path)
    small = client.get(path, headers={"Accept-Encoding": "gzip"})
    takes_all = {"Accept-Encoding": "gzip, deflate, br"}
    smallest = wait_for(
        lambda: client.get(path, headers=takes_all), lambda answer: answer.headers.get("Content-Encoding") == "br"
    )
    tags = [answer.headers["ETag"] for answer in (plain, small, smallest)]

    assert plain.get_data() == gzip.decompress(small.get_data()) == brotli.decompress(smallest.get_data())
    assert len(smallest.get_data()) < len(small.get_data())
    assert 3 == len(set(tags)) and not any(tag.startswith("W/") for tag in tags)
    for tag in tags:  # a reader who came before brotli was ready keeps what they have
        again = client.get(path, headers={**takes_all, "If-None-Match": tag})
        assert (304, b"", tag) == (again.status_code, again.get_data(), again.headers["ETag"])
        assert "default-src 'none'" in again.headers["Content-Security-Policy"]
        assert "Accept-Encoding" in again.headers["Vary"] and "no-cache" == again.headers["Cache-Control"]
    assert 200 == client.get(path, headers={"If-None-Match": tags[1]}).status_code
    assert 304 == client.get(path, headers={"If-None-Match": f'"other", W/{tags[0]}'}).status_code
    assert 304 == client.get(path, headers={"If-None-Match": "*"}).status_code


def test_asking_for_the_headers_of_a_kept_page(client: FlaskClient) -> None:
    """HEAD says what GET would say, length and tag included, first or later."""
    heads = [client.head("/en/", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    get = client.get("/en/", headers={"Accept-Encoding": "gzip"})

    for head in heads:
        assert dict(get.headers) == dict(head.headers)
        assert b"" == head.get_data()


def test_browsers_ask_each_time_and_caches_in_front_for_as_long_as_the_operator_says(
    settings: Settings, client: FlaskClient
) -> None:
    """RFC 9213: the two are told apart; 0 keeps caches out."""
    off = create_app(settings.model_copy(update={"shared_seconds": 0})).test_client()
    page = client.get("/en/").headers

    assert ("no-cache", "max-age=10, stale-while-revalidate=60") == (page["Cache-Control"], page["CDN-Cache-Control"])
    assert "CDN-Cache-Control" not in off.get("/en/").headers
    assert "CDN-Cache-Control" not in client.get("/en/seen/").headers


def test_a_new_edition_shows_at_once_and_whole(app: Flask, settings: Settings, editions: Editions) -> None:
    """Under load: no page is made of two editions, and a second after the change no page is old."""
    path = settings.site / "site.toml"
    text = path.read_text()
    old = re.search(r'^name = "(.*)"', text, re.MULTILINE)
    assert old
    editions.refresh()  # a site that is up: its first edition cannot be read from a file that is half written
    torn: list[set[str]] = []
    changed = threading.Event()
    late: list[str] = []
    stop = threading.Event()

    def read() -> None:
        client = app.test_client()
        while not stop.is_set():
            began_late = changed.is_set()
            page = client.get("/en/").get_data(as_text=True)
            names = set(re.findall(rf"{old[1]}|Renamed \d+", page))
            if len(names) != 1:
                torn.append(names)
            if began_late and names != {"Renamed 9"}:
                late.append(page)

    with ThreadPoolExecutor(4) as readers:
        work = [readers.submit(read) for _ in range(4)]
        try:
            for number in range(10):
                path.write_text(text.replace(old[0], f'name = "Renamed {number}"'))
                editions.refresh()
            changed.set()
            wait_for(lambda: app.test_client().get("/en/"), lambda answer: "Renamed 9" in answer.get_data(as_text=True))
        finally:
            stop.set()
    for future in work:
        future.result()
    assert [] == torn
    assert [] == late


def test_memory_stays_bounded_however_many_addresses_there_are(editions: Editions) -> None:
    """100 000 of them in one MiB: the last ones stay, and what is asked for most."""
    cache = PageCache(editions.current, 1024 * 1024)
    page = CachedPage(RenderedPage(b"word " * 2000, [("Vary", "Accept-Encoding")], (), editions.current))
    cache.put("/favourite/", page)
    for number in range(100_000):
        cache.put(f"/{number}/", page)
        cache.get("/favourite/")

    assert cache.size == page.size * len(cache.pages) <= 1024 * 1024
    assert {"/favourite/", "/99999/"} <= cache.pages.keys()
    assert "/0/" not in cache.pages


@pytest.mark.parametrize(
    "path",
    [
        *("//en/", "/en//", "/en//blog/", "/en/blog//", "///robots.txt", "//static/favicon.svg", "/en/blog/page/002/"),
        *("/sitemap-0.xml", "/sitemap-0000.xml", "/sitemap-1.xml", "/en/?a=1", "/robots.txt?b=2"),
    ],
)
def test_a_page_is_kept_under_its_own_address_alone(app: Flask, client: FlaskClient, path: str) -> None:
    """However many others somebody thinks of: each would put out pages that readers ask for."""
    name, _, query = path.partition("?")
    answer = client.get("/", environ_overrides={"PATH_INFO": name, "QUERY_STRING": query})
    kept = set(cast(PageCacheMiddleware, app.wsgi_app).cache.pages)

    assert answer.status_code in (200, 301, 404)
    assert kept <= {"/en/", "/en/blog/", "/robots.txt"}


def test_what_a_page_weighs_counts_its_brotli_too(editions: Editions) -> None:
    """And for one that has gone meanwhile none is added: what is not there weighs nothing."""
    cache = PageCache(editions.current, 1024 * 1024)
    page, gone = (CachedPage(RenderedPage(text * 2000, [], (), editions.current)) for text in (b"word ", b"gone "))
    cache.put("/page/", page)
    before = cache.size
    cache.add_brotli("/page/", page)
    cache.add_brotli("/gone/", gone)

    assert cache.size == page.size == before + len(page.representations[BROTLI].body or b"")
    assert BROTLI not in gone.representations


def test_one_giant_does_not_put_out_all_others(editions: Editions) -> None:
    """It is made again each time."""
    cache = PageCache(editions.current, 100_000)
    cache.put("/small/", CachedPage(RenderedPage(b"small", [], (), editions.current)))
    cache.put("/giant/", CachedPage(RenderedPage(os.urandom(50_000), [], (), editions.current)))
    cache.put("/of-another-edition/", CachedPage(RenderedPage(b"small", [], (), editions.current._replace(number=99))))

    assert ["/small/"] == list(cache.pages)


def test_a_file_is_kept_under_the_address_that_names_its_content(client: FlaskClient) -> None:
    """A made-up version is no reason to keep it for a year."""
    answer = client.get("/static/favicon.svg?v=12345678")

    assert (200, "no-cache") == (answer.status_code, answer.headers["Cache-Control"])
