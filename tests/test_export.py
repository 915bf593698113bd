"""`flask export`: the same site as files, for any server."""

import gzip
import os
import pty
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app import create_app
from microsite.config import ROOT, Settings
from microsite.delivery.export import Export
from microsite.reader import inventory
from microsite.runtime import runtime_of
from tests.exports import BASE, files, run

SPEAKS_OF_THE_REQUEST = {f"{page}/index.html" for page in ("en/seen", "fr/vu", "ar/seen", "en", "fr", "ar")}
"""The pages that show a reader's request, and those that lead there: a copy says something else."""


def address(name: str) -> str:
    return "/" + name.removesuffix("index.html")


def test_the_files_are_the_pages_that_the_app_serves(public: Flask, exported: Path) -> None:
    """Byte for byte, but for promotions, which lead straight to their target, and what is said of one's request."""
    client = public.test_client()
    seen = 0
    for name, body in files(exported).items():
        if (
            name.endswith((".gz", "404.html"))
            or name.startswith("_")
            or name == "index.html"
            or name in SPEAKS_OF_THE_REQUEST
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
    told = {urlsplit(address).path.lstrip("/") + "index.html" for address in re.findall("<loc>(.*?)</loc>", sitemap)}

    assert told <= names
    assert {"favicon.ico", "apple-touch-icon.png", "fr/blog/guides/feed.atom"} <= names
    assert {"en/blog/page/2/index.html", "fr/feed.atom", "ar/404.html", "404.html", "index.html", "robots.txt"} <= names


def test_of_our_files_those_are_there_that_pages_name(exported: Path) -> None:
    """Nothing of the studio: neither its looks nor its scripts, whatever they are called."""
    pages = b"".join(body for name, body in files(exported).items() if name.endswith(".html"))
    named = {name.decode() for name in re.findall(rb'"/(static/[^"?]+)', pages)}

    assert "static/favicon.svg" in named
    assert named == {name for name in files(exported) if name.startswith("static/") and not name.endswith(".gz")}
    assert not [name for name in files(exported) if name.startswith("studio")]


def test_a_sitemap_that_would_be_too_long_is_an_index_of_several(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are all among the files, and together they name every page."""
    monkeypatch.setattr(inventory, "MAX_SITEMAP_ADDRESSES", 15)
    Export(public, tmp_path / "out", share_images=False).write()
    content = runtime_of(public).editions.current.content
    pages = [BASE + page.address for page in inventory.sitemap_pages(content)]

    def named(sitemap: str) -> list[str]:
        return re.findall("<loc>(.*?)</loc>", (tmp_path / "out" / urlsplit(sitemap).path[1:]).read_text())

    parts = named("/sitemap.xml")
    assert f"{BASE}/sitemap-3.xml" in parts
    assert pages == [page for part in parts for page in named(part)]


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


def test_promotions_lead_to_the_target_or_through_an_instance_that_counts(settings: Settings, tmp_path: Path) -> None:
    """As `--go-base` says."""
    run(settings, tmp_path / "straight")
    run(settings, tmp_path / "counted", "--go-base", "https://count.example/")

    straight = (tmp_path / "straight" / "en" / "index.html").read_text()
    counted = (tmp_path / "counted" / "en" / "index.html").read_text()
    assert 'href="https://freevpnplanet.com/?utm_source=' in straight and "/go/" not in straight
    assert 'href="https://count.example/en/go/planet-freevpn/home/home/' in counted


@pytest.mark.parametrize("base", ["count.example", "javascript:x", "https://count.example/clicks", "https://"])
def test_an_instance_that_counts_is_named_by_scheme_and_host(settings: Settings, tmp_path: Path, base: str) -> None:
    """Anything else would make dead or dangerous links of all buttons: nothing is written."""
    result = run(settings, tmp_path / "out", "--go-base", base)

    assert 0 != result.exit_code and isinstance(result.exception, SystemExit)
    assert "'--go-base': give scheme and host alone, such as https://privacy.example" in result.output
    assert not (tmp_path / "out").exists()


def test_pictures_for_social_networks_are_among_the_files(settings: Settings, tmp_path: Path) -> None:
    """Under the address that the pages name."""
    app = create_app(settings.model_copy(update={"base_url": BASE}))
    Export(app, tmp_path / "out", processes=1).write()
    page = BeautifulSoup((tmp_path / "out/en/blog/news/the-cable/index.html").read_bytes(), "html.parser")
    image = page.find("meta", property="og:image")

    assert image
    assert (tmp_path / "out" / urlsplit(str(image["content"])).path.lstrip("/")).read_bytes().startswith(b"\x89PNG")


def test_a_terminal_shows_how_far_it_is_and_a_pipe_nothing(settings: Settings, tmp_path: Path) -> None:
    """People see a bar; what runs by itself has only faults in its log."""
    names = ("site", "translations", "instance")
    environ = {**os.environ, **{f"MICROSITE_{name.upper()}": str(getattr(settings, name)) for name in names}}
    command = [sys.executable, "-m", "flask", "--app", "app", "export", str(tmp_path / "out"), "--base-url", BASE]
    command += ["--no-share-images"]

    def export_to(errors: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=errors)

    with export_to(subprocess.PIPE) as piped:
        out, errors = piped.communicate()
    assert (0, b"") == (piped.returncode, errors) and out.endswith(b" files.\n")

    terminal, screen = pty.openpty()
    received = b""
    with export_to(screen) as shown:
        os.close(screen)
        with suppress(OSError):  # the terminal's end, once nobody writes to it
            while part := os.read(terminal, 1024):
                received += part
        os.close(terminal)
    assert 0 == shown.returncode
    assert b"Pages" in received and b"100%" in received
