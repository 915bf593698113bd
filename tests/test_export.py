"""`flask export`: the same site as files, for any server; nginx is asked to serve it."""

import gc
import gzip
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from click.testing import Result
from flask import Flask
from flask.logging import default_handler
from flask.testing import FlaskClient
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app import create_app
from microsite.config import Settings
from microsite.delivery import export
from microsite.delivery.export import Export, ExportError
from microsite.delivery.headers import csp_hash
from microsite.language.locales import choose_locale
from tests.servers import free_port, serve_by_nginx

BASE = "https://privacy.example"
SHOWS_THE_REQUEST = {f"{address}/index.html" for address in ("en/seen", "fr/vu", "ar/seen")}


@pytest.fixture
def public(settings: Settings) -> Flask:
    """The app as readers would reach it under the exported address."""
    return create_app(settings.model_copy(update={"base_url": BASE}))


@pytest.fixture
def exported(public: Flask, settings: Settings, tmp_path: Path) -> Path:
    """The site in files, without share images."""
    app = create_app(settings.model_copy(update={"base_url": BASE, "page_memory": 0}))
    app.config["WAY_OUT"] = ""
    folder = tmp_path / "out"
    Export(app, folder, share_images=False).write()
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def address(name: str) -> str:
    return "/" + name.removesuffix("index.html")


def test_the_files_are_the_pages_that_the_app_serves(public: Flask, exported: Path) -> None:
    """Byte for byte, but for promotions, which lead straight to their target, and the page that shows one's request."""
    client = public.test_client()
    seen = 0
    for name, body in files(exported).items():
        if (
            name.endswith((".gz", "404.html"))
            or name.startswith("_")
            or name == "index.html"
            or name in SHOWS_THE_REQUEST
        ):
            continue
        answer = client.get(address(name), headers={"Host": "privacy.example"})
        served = re.sub(rb'href="/[^"/]+/go/[^"]+"', b"OUT", answer.get_data())
        assert served == re.sub(rb'href="https://freevpnplanet[^"]+"', b"OUT", body), name
        seen += 1
    assert seen > 60


def test_all_pages_in_all_languages_are_there(exported: Path, public: Flask) -> None:
    """What the sitemap names, further pages of lists, feeds, an error page per language."""
    names = files(exported).keys()
    sitemap = (exported / "sitemap.xml").read_text()
    told = {urlsplit(found).path.lstrip("/") + "index.html" for found in re.findall("<loc>(.*?)</loc>", sitemap)}

    assert told <= names
    assert {"en/blog/page/2/index.html", "fr/feed.atom", "ar/404.html", "404.html", "index.html", "robots.txt"} <= names


def test_of_our_files_those_are_there_that_pages_name(exported: Path) -> None:
    """Nothing of the studio: neither its looks nor its scripts, whatever they are called."""
    pages = b"".join(body for name, body in files(exported).items() if name.endswith(".html"))
    named = {name.decode() for name in re.findall(rb'"/(static/[^"?]+)', pages)}

    assert "static/favicon.svg" in named
    assert named == {name for name in files(exported) if name.startswith("static/") and not name.endswith(".gz")}
    assert not [name for name in files(exported) if name.startswith("studio")]


def test_each_text_has_its_compressed_twin(exported: Path) -> None:
    """Beside it, as nginx's gzip_static wants it."""
    for name, body in files(exported).items():
        if name.endswith((".html", ".xml", ".atom")):
            assert body == gzip.decompress((exported / f"{name}.gz").read_bytes())


def test_every_link_inside_leads_somewhere(exported: Path) -> None:
    """Pages, anchors, icons."""
    pages = {address(name): body for name, body in files(exported).items()}
    for name, body in files(exported).items():
        if not name.endswith(".html"):
            continue
        soup = BeautifulSoup(body, "html.parser")
        for tag in soup.select("a[href], link[href]"):
            target = urlsplit(urljoin(BASE + address(name), str(tag["href"])))
            if target.netloc == "privacy.example" and target.path != "/":
                assert target.path in pages, f"{name}: {tag['href']}"
                if target.fragment:
                    there = BeautifulSoup(pages[target.path], "html.parser")
                    assert there.find(id=target.fragment), f"{name}: {tag['href']}"


def run(settings: Settings, folder: Path, *options: str, base: str = BASE) -> Result:
    app = create_app(settings)
    environ = {
        f"MICROSITE_{name.upper()}": str(getattr(settings, name)) for name in ("site", "translations", "instance")
    }
    arguments = ["export", str(folder), "--base-url", base, "--no-share-images", *options]
    return app.test_cli_runner().invoke(args=arguments, env=environ)


def test_nothing_is_written_without_the_words_in_force(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away would make words public that somebody has paused."""
    monkeypatch.setenv("MICROSITE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = run(settings, tmp_path / "out")

    assert 1 == result.exit_code and "Is the database up?" in result.output
    assert not (tmp_path / "out").exists()


def test_a_second_run_writes_nothing_again(settings: Settings, tmp_path: Path) -> None:
    """The same bytes, the same files on disk; a changed article alone is a new one."""
    folder = tmp_path / "out"
    assert 0 == run(settings, folder).exit_code
    first, nodes = files(folder), {path: path.stat().st_ino for path in folder.rglob("*.html")}
    assert 0 == run(settings, folder).exit_code
    assert first == files(folder)
    assert nodes == {path: path.stat().st_ino for path in folder.rglob("*.html")}

    about = settings.site / "pages" / "about" / "en.md"
    about.write_text(about.read_text() + "\n\nOne more paragraph.\n")
    assert 0 == run(settings, folder).exit_code
    changed = [path for path, node in nodes.items() if path.stat().st_ino != node]
    assert "One more paragraph." in (folder / "en" / "about" / "index.html").read_text()
    assert folder / "en" / "about" / "index.html" in changed
    assert folder / "fr" / "about" / "index.html" not in changed
    assert [] == [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


@pytest.mark.parametrize("left", [None, 0, 5, -100])
def test_a_broken_twin_is_made_anew(settings: Settings, tmp_path: Path, left: int | None) -> None:
    """A compressed file that is away, or that a full disk or a power cut has left empty or cut off."""
    folder = tmp_path / "out"
    run(settings, folder)
    whole = files(folder)
    twin = folder / "en" / "index.html.gz"
    cut = twin.read_bytes()[:left]
    twin.unlink()
    if left is not None:
        twin.write_bytes(cut)
    run(settings, folder)

    assert whole == files(folder)


def test_a_link_to_a_folder_goes_on_leading_to_it(settings: Settings, tmp_path: Path) -> None:
    """`current -> site-1`, as releases are kept: what it leads to is replaced, and nothing else is left beside it."""
    (tmp_path / "site-1").mkdir()
    (tmp_path / "current").symlink_to("site-1")
    names = {path.name for path in tmp_path.iterdir()}
    for _ in range(2):
        assert 0 == run(settings, tmp_path / "current").exit_code

    assert "site-1" == str((tmp_path / "current").readlink())
    assert (tmp_path / "site-1" / "en" / "index.html").exists()
    assert names == {path.name for path in tmp_path.iterdir()}


def test_a_page_that_is_gone_is_gone_from_the_files(settings: Settings, tmp_path: Path) -> None:
    """The folder is replaced whole."""
    folder = tmp_path / "out"
    run(settings, folder)
    assert (folder / "en" / "blog" / "news" / "note-9" / "index.html").exists() or list(folder.rglob("note-9"))
    shutil.rmtree(settings.site / "articles" / "note-9")
    run(settings, folder)

    assert [] == list(folder.rglob("note-9"))


def test_a_folder_that_holds_something_else_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    """A slip of the keyboard costs nobody their files."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("dear")
    result = run(settings, tmp_path / "letters")

    assert 1 == result.exit_code
    assert "holds something else" in result.output
    assert "dear" == (tmp_path / "letters" / "mine.txt").read_text()


def test_a_fault_keeps_the_last_export(settings: Settings, tmp_path: Path) -> None:
    """It is named with file and line."""
    folder = tmp_path / "out"
    run(settings, folder)
    before = files(folder)
    (settings.site / "pages" / "about" / "en.md").write_text("nothing")
    result = run(settings, folder)

    assert 1 == result.exit_code
    assert "en.md:1:" in result.output
    assert before == files(folder)


def fail() -> str:
    raise ZeroDivisionError


def test_a_page_that_fails_is_said_as_it_is(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its trace is that of the fault, and of no other on the way to saying it."""
    monkeypatch.setitem(public.view_functions, "reader.home", fail)
    monkeypatch.setattr(public.logger, "handlers", [default_handler])  # Flask's own, which pytest's would stand in for
    with pytest.raises(ExportError, match=r"^/en/ answers 500 instead of a page\.$"):
        Export(public, tmp_path / "out", share_images=False, processes=1).write()
    said = capsys.readouterr().err

    assert "ZeroDivisionError" in said
    assert "Logging error" not in said and "KeyError" not in said


def test_promotions_lead_to_the_target_or_through_an_instance_that_counts(settings: Settings, tmp_path: Path) -> None:
    """As `--go-base` says."""
    run(settings, tmp_path / "straight")
    run(settings, tmp_path / "counted", "--go-base", "https://count.example/")

    straight = (tmp_path / "straight" / "en" / "index.html").read_text()
    counted = (tmp_path / "counted" / "en" / "index.html").read_text()
    assert 'href="https://freevpnplanet.com/?utm_source=' in straight and "/go/" not in straight
    assert 'href="https://count.example/en/go/planet-freevpn/home/home/0"' in counted


@pytest.mark.parametrize("base", ["count.example", "javascript:x", "https://count.example/clicks", "https://"])
def test_an_instance_that_counts_is_named_by_scheme_and_host(settings: Settings, tmp_path: Path, base: str) -> None:
    """Anything else would make dead or dangerous links of all buttons: nothing is written."""
    result = run(settings, tmp_path / "out", "--go-base", base)

    assert 0 != result.exit_code and isinstance(result.exception, SystemExit)
    assert "'--go-base': give scheme and host alone, such as https://privacy.example" in result.output
    assert not (tmp_path / "out").exists()


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
        assert f"'{csp_hash(style)}'" in headers, path


def test_pictures_for_social_networks_are_among_the_files(settings: Settings, tmp_path: Path) -> None:
    """Under the address that the pages name."""
    app = create_app(settings.model_copy(update={"base_url": BASE}))
    Export(app, tmp_path / "out", processes=1).write()
    page = BeautifulSoup((tmp_path / "out/en/blog/news/the-cable/index.html").read_bytes(), "html.parser")
    image = page.find("meta", property="og:image")

    assert image
    assert (tmp_path / "out" / urlsplit(str(image["content"])).path.lstrip("/")).read_bytes().startswith(b"\x89PNG")


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
    found = re.search(pattern, page.read_text())
    assert found
    return found[1]


def said_by_host(rules: str, path: str) -> list[tuple[str, str]]:
    """What `_headers` says of an address, to hosts that add up all that fits it, as Cloudflare does."""
    found: list[tuple[str, str]] = []
    for line in rules.splitlines():
        if not line.startswith(" "):
            fits = re.fullmatch(re.escape(line).replace(r"\*", ".*"), path.partition("?")[0])
        elif fits:
            name, _, value = line.strip().partition(": ")
            found.append((name, value))
    return found


def policy_of(headers: Iterable[tuple[str, str]]) -> tuple[dict[str, str], set[str]]:
    """The headers that are not the server's affair, each said once; and the styles that they let through."""
    ours = [(name.lower(), value) for name, value in headers if name.lower() not in OF_THE_SERVER]
    policy = dict(ours)
    assert len(ours) == len(policy), ours
    csp = policy["content-security-policy"]
    policy["content-security-policy"] = re.sub("style-src .*?; ", "", csp)
    return policy, set(re.findall("'(sha256-.*?)'", csp))


def test_every_server_sends_the_headers_that_the_app_sends(public: Flask, tmp_path: Path) -> None:
    """Pages, lists, feeds, files, pictures; where nginx answers also redirects and errors. Of a page's style the hash
    is among those that all pages of the export have; a file's year is only under the address that changes with it."""
    out, client = tmp_path / "out", public.test_client()
    Export(public, out).write()
    icon = named_in(out / "en" / "index.html", '"(/static/favicon[^"]*)"')
    picture = named_in(out / "en/blog/news/the-cable/index.html", f'og:image" content="{BASE}([^"]*)"')
    rules = (out / "_headers").read_text()
    hashes = {one.hash for one in public.extensions["stylesheets"].values()}

    def mine(path: str) -> tuple[dict[str, str], set[str]]:
        return policy_of(client.get(path, headers={"Host": "privacy.example"}, buffered=True).headers)

    with served(out, tmp_path) as nginx:
        for path in (*KINDS, *NO_FILES, "/", icon, f"{icon}x", picture, "/en/blog/news/old-cable/"):
            theirs, styles = policy_of(ask(nginx, path)[0].getheaders())
            assert (mine(path)[0], True) == (theirs, mine(path)[1] <= styles <= hashes), path
    for path in (*KINDS, picture):
        theirs, styles = policy_of(said_by_host(rules, path))
        assert (mine(path)[0], True) == (theirs, mine(path)[1] <= styles <= hashes), path
    for path in set(NO_FILES) - {"/fr/share/nope.png"}:  # there a host says what it says of every picture
        assert policy_of(said_by_host(rules, path))[0].items() <= mine(path)[0].items(), path
    assert "immutable" in mine(icon)[0]["cache-control"] and "immutable" in mine(picture)[0]["cache-control"]
    assert "no-store" == mine("/en/seen/")[0]["cache-control"]


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
    site = public.extensions["editions"].current.content.site
    wanted = choose_locale("/", parse_accept_header(accept, LanguageAccept), site.locales, site.default)
    answer, _ = ask(nginx, "/", Accept_Language=accept)

    assert (302, f"/{wanted.tag}/") == (answer.status, answer.headers["Location"])
    assert "no-store" == answer.headers["Cache-Control"]


def test_several_processes_write_what_one_writes(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page once, and each is told of, whoever wrote it."""
    monkeypatch.setattr(export, "SHARED_OUT", 5)
    told: list[tuple[int, int]] = []

    def progress(done: Iterable[int], total: int) -> Iterator[int]:
        for number in done:
            told.append((number, total))
            yield number

    Export(public, tmp_path / "one", share_images=False, processes=1).write()
    Export(public, tmp_path / "three", share_images=False, processes=3).write(progress)

    assert files(tmp_path / "one") == files(tmp_path / "three")
    assert sum(number for number, _ in told) == told[0][1]


def test_as_many_processes_write_as_there_are_processors_for_them(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a container or `taskset` allows, not what the machine has."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 6, 7}, raising=False)
    assert 3 == Export(public, tmp_path / "out").processes
    monkeypatch.delattr(os, "sched_getaffinity")
    assert 64 == Export(public, tmp_path / "out").processes


def test_a_fault_leaves_the_memory_of_this_process_as_it_was(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept from the garbage collector while several processes write is given back to it."""
    monkeypatch.setattr(export, "SHARED_OUT", 5)
    monkeypatch.setitem(public.view_functions, "reader.home", fail)
    before = gc.get_freeze_count()
    with pytest.raises(ExportError):
        Export(public, tmp_path / "out", share_images=False, processes=2).write()

    assert before == gc.get_freeze_count()
