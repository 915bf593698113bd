"""What servers of an export are told: nginx is asked to serve one, `_headers` and `_redirects` are read."""

import gzip
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.delivery.export import Export
from microsite.language.locales import choose_locale
from microsite.runtime import runtime_of
from microsite.security_headers import style_hash
from tests.exports import BASE
from tests.servers import free_port, serve_by_nginx


def test_former_addresses_and_languages_are_told_to_hosts_that_read_rules(exported: Path) -> None:
    """Netlify's and Cloudflare's `_redirects` and `_headers`. A host without languages shows the default one at `/`."""
    redirects = (exported / "_redirects").read_text().splitlines()
    headers = (exported / "_headers").read_text()

    assert "/en/blog/news/old-cable/ /en/blog/news/the-cable/ 301" in redirects
    assert "/ /fr/ 302! Language=fr" in redirects and "/ /en/ 302!" in redirects
    assert "/fr/* /fr/404.html 404" in redirects
    understood = [line for line in redirects if re.fullmatch(r"\S+ \S+ (301|302|303|307|308)", line)]  # by Cloudflare
    assert not [line for line in understood if line.startswith("/ ")]
    assert (exported / "index.html").read_bytes() == (exported / "en" / "index.html").read_bytes()
    assert headers.startswith("/*\n") and "  Content-Security-Policy: default-src 'none'" in headers
    for path in ("index.html", "404.html", "en/blog/news/the-cable/index.html"):
        style = re.findall("<style>(.*?)</style>", (exported / path).read_text())[0]
        assert style_hash(style) in headers, path


@contextmanager
def served(folder: Path, beside: Path) -> Iterator[HTTPConnection]:
    """A real nginx over exported files, with the configuration that came with them."""
    port = free_port()
    types = "types { text/html html; image/svg+xml svg; text/xml xml; text/plain txt; }"
    server = f"server {{ listen 127.0.0.1:{port}; root {folder}; include {folder}/_nginx.conf; }}"
    folder.parent.chmod(0o755)
    with serve_by_nginx(types + server, port, beside) as connection:
        yield connection


@pytest.fixture
def nginx(exported: Path, tmp_path: Path) -> Iterator[HTTPConnection]:
    with served(exported, tmp_path) as connection:
        yield connection


def ask(nginx: HTTPConnection, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    nginx.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = nginx.getresponse()
    return answer, answer.read()


def test_nginx_serves_the_files_as_the_app_does(nginx: HTTPConnection, public: Flask, exported: Path) -> None:
    """Status, type, redirects, error pages, compression."""
    client: FlaskClient = public.test_client()
    host = {"Host": "privacy.example"}
    paths = ["/en/", "/fr/blog/actualites/le-cable/", "/en/blog/news/old-cable/", "/fr/nope", "/ar/nope/at/all/"]
    for path in [*paths, "/static/favicon.svg", "/en/feed.atom", "/nope"]:
        mine = client.get(path, headers=host)
        theirs, body = ask(nginx, path)
        assert mine.status_code == theirs.status, path
        assert mine.mimetype == (theirs.headers["Content-Type"] or "").partition(";")[0] or theirs.status == 301, path
        assert mine.headers.get("Location") == theirs.headers.get("Location"), path
    assert b'lang="fr"' in ask(nginx, "/fr/nope")[1]
    answer, body = ask(nginx, "/en/", Accept_Encoding="gzip")
    assert (exported / "en" / "index.html").read_bytes() == gzip.decompress(body)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert 404 == ask(nginx, "/_nginx.conf")[0].status == ask(nginx, "/_headers")[0].status
    assert "/en/about/" == ask(nginx, "/en/about")[0].headers["Location"]


ONE_STEP = {
    **{spelling: "/fr/" for spelling in ("/FR/", "/Fr", "/fr-FR/", "/fr_ca", "/FR-be/", "/fr-Latn-FR/", "/fr")},
    "/FR/a-propos/": "/fr/a-propos/",
    "/fr-FR/a-propos": "/fr/a-propos/",
    "/FR/About/": "/fr/a-propos/",
    "/EN-us/blog/news/old-cable": "/en/blog/news/the-cable/",
    "/fr-CA/blog/news/the-cable/": None,
    "/FR/feed.atom": "/fr/feed.atom",
    "/FR/blog/actualites/feed.atom": "/fr/blog/actualites/feed.atom",
    "/FR/nothing/": None,
    "/fr-fr/x/../../etc/passwd": None,
    "/FR//evil.example/": None,
    "/fra/": None,
    "/xx/": None,
}
"""Where nginx leads each, as the app does; None where it says that there is nothing."""


def test_nginx_leads_capitals_and_regions_in_one_step(nginx: HTTPConnection, public: Flask) -> None:
    """To what there is, former addresses among it, and nowhere else."""
    for path, target in ONE_STEP.items():
        answer, _ = ask(nginx, path)
        assert (301 if target else 404, target) == (answer.status, answer.headers["Location"]), path
        assert target is None or 200 == ask(nginx, target)[0].status, target


def test_hosts_that_read_rules_are_told_of_capitals_and_regions(exported: Path) -> None:
    """What their rules can say, and nothing by which a host that makes small letters itself would go in a circle."""
    redirects = (exported / "_redirects").read_text().splitlines()

    assert {"/FR/ /fr/ 301", "/FR /fr/ 301", "/fr-:region/* /fr/:splat 301", "/fr-:region /fr/ 301"} <= set(redirects)
    assert not [line for line in redirects if line.startswith("/FR/*")]


OF_THE_SERVER = {
    *("accept-ranges", "connection", "content-disposition", "content-encoding", "content-length", "content-type"),
    *("date", "etag", "last-modified", "location", "server", "transfer-encoding", "vary"),
    "cdn-cache-control",  # for what stands between the app and browsers
}
KINDS = ["/en/", "/fr/blog/", "/en/blog/page/2/", "/en/blog/news/", "/fr/blog/actualites/le-cable/", "/en/about/"]
KINDS += ["/en/seen/", "/fr/vu/", "/en/feed.atom", "/sitemap.xml", "/robots.txt", "/.well-known/gpc.json"]
KINDS += ["/static/favicon.svg"]
NO_FILES = ["/en/nope/", "/fr/blog/nope/", "/nope", "/fr/share/nope.png", "/static/nope.svg"]


def named_in(page: Path, pattern: str) -> str:
    match = re.search(pattern, page.read_text())
    assert match
    return match[1]


def said_by_host(rules: str, path: str) -> list[tuple[str, str]]:
    """What `_headers` says of an address, to hosts that add up all that fits it, as Cloudflare does."""
    headers: list[tuple[str, str]] = []
    for line in rules.splitlines():
        if not line.startswith(" "):
            fits = re.fullmatch(re.escape(line).replace(r"\*", ".*"), path.partition("?")[0])
        elif fits:
            name, _, value = line.strip().partition(": ")
            headers.append((name, value))
    return headers


def policy_of(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers that are not the server's affair, each said once."""
    ours = [(name.lower(), value) for name, value in headers if name.lower() not in OF_THE_SERVER]
    policy = dict(ours)
    assert len(ours) == len(policy), ours
    return policy


def test_every_server_sends_the_headers_that_the_app_sends(public: Flask, tmp_path: Path) -> None:
    """Pages, lists, feeds, files, pictures; where nginx answers also redirects and errors. A file's year is
    only under the address that changes with it."""
    out, client = tmp_path / "out", public.test_client()
    Export(public, out).write()
    icon = named_in(out / "en" / "index.html", '"(/static/favicon[^"]*)"')
    picture = named_in(out / "en/blog/news/the-cable/index.html", f'og:image" content="{BASE}([^"]*)"')
    rules = (out / "_headers").read_text()

    def mine(path: str) -> dict[str, str]:
        return policy_of(client.get(path, headers={"Host": "privacy.example"}, buffered=True).headers)

    with served(out, tmp_path) as nginx:
        for path in (*KINDS, *NO_FILES, "/", icon, f"{icon}x", picture, "/en/blog/news/old-cable/"):
            assert mine(path) == policy_of(ask(nginx, path)[0].getheaders()), path
    for path in (*KINDS, picture):
        assert mine(path) == policy_of(said_by_host(rules, path)), path
    for path in set(NO_FILES) - {"/fr/share/nope.png"}:  # there a host says what it says of every picture
        assert policy_of(said_by_host(rules, path)).items() <= mine(path).items(), path
    assert "immutable" in mine(icon)["cache-control"] and "immutable" in mine(picture)["cache-control"]
    assert "no-store" == mine("/en/seen/")["cache-control"]


def test_nginx_writes_nobody_down(nginx: HTTPConnection, tmp_path: Path) -> None:
    """Who asks for what is not there stands in no log, nor does what they asked for."""
    assert 404 == ask(nginx, "/fr/s3cret", Referer="https://s3cret.example")[0].status
    logged = (tmp_path / "error.log").read_text() + (tmp_path / "access.log").read_text()
    assert "start worker process" in logged
    assert "s3cret" not in logged and "client" not in logged


@pytest.mark.parametrize(
    "accept",
    [
        *("", "*", "fr", "FR", "fr;q=0", "de", "french", "fr;q=0,en", "ar, fr", "en;q=0, fr;q=0.1"),
        *("fr-CA,fr;q=0.9,en;q=0.8", "en-GB,en;q=0.9,fr;q=0.8", "de,fr;q=0.8,en;q=0.5"),
    ],
)
def test_nginx_sends_readers_to_their_language_as_the_app_does(
    nginx: HTTPConnection, public: Flask, accept: str
) -> None:
    """At `/`, for headers as browsers send them: best language first."""
    site = runtime_of(public).editions.current.content.site
    wanted = choose_locale("/", accept, site.locales, site.default)
    answer, _ = ask(nginx, "/", Accept_Language=accept)

    assert (302, f"/{wanted.tag}/") == (answer.status, answer.headers["Location"])
    assert "no-store" == answer.headers["Cache-Control"]
