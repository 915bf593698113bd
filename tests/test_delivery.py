"""How answers leave: headers on every one of them, no cookie, known hosts, compression, 304."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from microsite.config import Settings
from microsite.security_headers import style_hash

EVERY_KIND = [
    ("/", 302),
    ("/en/", 200),
    ("/fr/blog/actualites/le-cable/", 200),
    ("/en/blog/news/old-cable/", 301),
    ("/fr/nope", 404),
    ("/nope", 404),
    ("/en/go/planet-freevpn/home/home/0", 302),
    ("/en/feed.atom", 200),
    ("/sitemap.xml", 200),
    ("/robots.txt", 200),
    ("/healthz", 200),
    ("/readyz", 200),
    ("/.well-known/gpc.json", 200),
    ("/static/favicon.svg", 200),
    ("/static/nothing.css", 404),
]


@pytest.mark.parametrize(("path", "status"), EVERY_KIND)
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str, status: int) -> None:
    """Pages, redirects, errors, feeds and files alike; and never a cookie."""
    answer = client.get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))

    assert status == answer.status_code
    assert ("'none'", "'none'", "'none'", "'self'") == tuple(
        policy[name] for name in ("default-src", "base-uri", "frame-ancestors", "connect-src")
    )
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items() <= dict(answer.headers).items()
    assert "browsing-topics=()" == answer.headers["Permissions-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Cache-Control" in answer.headers


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/en/", 1), ("/fr/blog/actualites/le-cable/", 1), ("/en/seen/", 1), ("/fr/blog/actualites/nope/", 1), ("/", 0)],
)
def test_the_policy_lets_the_pages_own_style_through_and_no_other(client: FlaskClient, path: str, allowed: int) -> None:
    """All pages have the same one; it is named in every policy, also of what is no page."""
    answer = client.get(path)
    styles = re.findall("<style>(.*?)</style>", answer.get_data(as_text=True))
    named = re.findall("'(sha256-.*?)'", answer.headers["Content-Security-Policy"])

    assert allowed == len(styles)
    assert {style_hash(style) for style in styles} <= {f"'{name}'" for name in named}
    assert 1 == len(named)


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("TRACE", 405), ("DELETE", 405)])
def test_what_cannot_be_done_is_refused_with_the_same_headers(client: FlaskClient, method: str, status: int) -> None:
    """405, with what would be allowed."""
    answer = client.open("/en/", method=method)

    assert status == answer.status_code
    assert "GET" in answer.headers["Allow"]
    assert "Content-Security-Policy" in answer.headers


def fail() -> str:
    raise ZeroDivisionError


def test_a_failure_carries_them_too(app: Flask) -> None:
    """500, and not to be kept."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["reader.home"] = fail
    answer = app.test_client().get("/en/")

    assert (500, "no-store") == (answer.status_code, answer.headers["Cache-Control"])
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "local host"])
def test_an_unknown_host_is_refused(client: FlaskClient, host: str) -> None:
    """400: addresses made from it would poison caches."""
    assert 400 == client.get("/en/", headers={"Host": host}).status_code


@pytest.mark.parametrize("host", ["LOCALHOST", "LocalHost:8000"])
def test_names_of_hosts_have_no_case(client: FlaskClient, host: str) -> None:
    """RFC 3986, 3.2.2: whoever types it in capitals means the same."""
    assert 200 == client.get("/en/", headers={"Host": host}).status_code


def test_a_base_url_in_capitals_is_the_same_site(settings: Settings) -> None:
    """An operator may write their name as it is on the door."""
    given = Settings(**{**settings.model_dump(), "base_url": "https://Privacy.Example"})
    answer = create_app(given).test_client().get("/en/", headers={"Host": "Privacy.Example"})
    assert 200 == answer.status_code
    assert 'href="https://privacy.example/en/"' in answer.get_data(as_text=True)


@pytest.fixture
def secure(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings.model_copy(update={"base_url": "https://privacy.example"}))
    yield app.test_client()


def test_over_https_browsers_are_told_to_stay_there(secure: FlaskClient, client: FlaskClient) -> None:
    """HSTS for two years, where the base URL is https; never else."""
    answer = secure.get("/en/", headers={"Host": "privacy.example"})

    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/en/").headers
    assert 400 == secure.get("/en/", headers={"Host": "localhost"}).status_code


def test_addresses_come_from_the_base_url_and_not_from_the_request(secure: FlaskClient) -> None:
    """Whatever name the request used."""
    page = secure.get("/en/", headers={"Host": "privacy.example"}).get_data(as_text=True)

    assert '<link rel="canonical" href="https://privacy.example/en/">' in page


@pytest.mark.parametrize("path", ["/en/", "/fr/blog/actualites/le-cable/", "/en/seen/", "/en/nope/", "/en/feed.atom"])
def test_the_indentation_of_templates_stays_here(client: FlaskClient, path: str) -> None:
    """It is for those who write them, and would be a fiftieth of every page."""
    assert not re.search(r"^[ \t]", client.get(path).get_data(as_text=True), re.MULTILINE)


def test_text_is_compressed_where_the_reader_takes_it(client: FlaskClient) -> None:
    """The same page in a third of the bytes; caches keep the two apart."""
    plain, small = client.get("/en/"), client.get("/en/", headers={"Accept-Encoding": "br, gzip"})

    assert "gzip" == small.headers["Content-Encoding"]
    assert plain.get_data() == gzip.decompress(small.get_data())
    assert len(small.get_data()) < len(plain.get_data()) / 2
    assert "Accept-Encoding" in plain.vary and "Accept-Encoding" in small.vary
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert "Content-Encoding" not in client.get("/en/", headers={"Accept-Encoding": "gzip;q=0"}).headers


@pytest.mark.parametrize("path", ["/en/nowhere/", "/fr/vu/"])
def test_errors_and_what_is_made_for_one_reader_are_compressed_too(client: FlaskClient, path: str) -> None:
    """But not to be kept."""
    plain, small = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})

    assert "gzip" == small.headers["Content-Encoding"]
    assert len(small.get_data()) < len(plain.get_data()) / 2
    assert "ETag" not in small.headers


def test_the_studio_is_not_compressed(client: FlaskClient) -> None:
    """The length of a compressed page may tell the secret that a form holds (BREACH)."""
    answer = client.get("/studio/login", headers={"Accept-Encoding": "gzip"})

    assert "csrf_token" in answer.get_data(as_text=True)
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/en/", "/fr/feed.atom", "/static/favicon.svg"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_second_visit_costs_a_304(client: FlaskClient, path: str, encoding: str) -> None:
    """Per encoding; asked each time, so that a change shows at once."""
    headers = {"Accept-Encoding": encoding}
    first = client.get(path, headers=headers)
    second = client.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})

    assert (304, b"") == (second.status_code, second.get_data())
    assert first.headers["ETag"] == second.headers["ETag"]
    assert "no-cache" in first.headers["Cache-Control"]


def test_a_file_that_is_named_by_its_content_is_kept_for_a_year(client: FlaskClient) -> None:
    """Its address changes when it does."""
    page = client.get("/en/").get_data(as_text=True)
    icon = page.split('<link rel="icon" href="')[1].split('"')[0]

    assert "?v=" in icon
    assert "immutable" in client.get(icon).headers["Cache-Control"]
    for other in ("/static/favicon.svg", f"{icon}&junk=1", f"/static/favicon.svg?junk=1&{icon.partition('?')[2]}"):
        assert "no-cache" == client.get(other).headers["Cache-Control"], other


def test_a_head_request_is_answered_like_a_get_without_its_body(client: FlaskClient) -> None:
    """Same headers, no bytes."""
    get, head = client.get("/en/"), client.head("/en/")

    assert (200, b"") == (head.status_code, head.get_data())
    assert get.headers["ETag"] == head.headers["ETag"]


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/..%2fapp.py"])
def test_no_file_outside_static_is_served(client: FlaskClient, path: str) -> None:
    """Neither by dots nor by encoded ones."""
    assert 404 == client.get(path).status_code


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    """No public address reads one at all."""
    assert client.post("/en/", data=b"x" * (300 * 1024)).status_code in (405, 413)


def test_a_stranger_cannot_learn_what_runs_here(client: FlaskClient, settings: Settings) -> None:
    """No trace, no path, no version in an error page."""
    for path in ("/fr/nope", "/static/nothing", "/en/blog/page/99999999999999999999/"):
        text = client.get(path).get_data(as_text=True)
        assert "Traceback" not in text
        assert str(Path(settings.site)) not in text
        assert "Werkzeug" not in text
