"""Rules of security that belong to no page: what the program may use, what answers and files never say."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import ROOT
from microsite.studio.access import Role
from tests.studio.conftest import Editor
from tests.studio.conftest import sign_in as sign_in
from tests.studio.test_permissions import TABLE
from tests.test_delivery import EVERY_KIND

SOURCES = [ROOT / "app.py", *sorted((ROOT / "microsite").rglob("*.py"))]
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "render_template_string", "from_string"}
DANGEROUS = {"pickle", "marshal", "shelve", "subprocess", "random", "xml.sax", "xml.dom", "telnetlib", "ftplib"}
MAY = {"catalog_tools/writing.py": {"subprocess"}}
"""`catalogs update` asks git what was committed, with fixed arguments; nothing of it runs while the site serves."""


def used(tree: ast.AST) -> Iterator[str]:
    """What a module imports, and the functions that it calls by name."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if owner != "re":
                yield name


def test_nothing_is_evaluated() -> None:
    """No text becomes a program, a command or an object; no chance comes from a generator that can be foreseen."""
    for path in SOURCES:
        name = path.relative_to(ROOT / "microsite").as_posix() if path.name != "app.py" else "app.py"
        bad = (RUNS_TEXT | DANGEROUS) & set(used(ast.parse(path.read_text())))
        assert bad <= MAY.get(name, set()), name


def test_what_is_not_to_be_guessed_is_from_the_systems_source() -> None:
    """By `secrets`, 128 bits at least (recovery codes have a rule of their own); no UUID, no `random`."""
    sizes = []
    for path in SOURCES:
        text = path.read_text()
        assert "uuid" not in text.replace("urn:uuid", ""), path
        sizes += [size for size in re.findall(r"\btoken_(?:hex|urlsafe|bytes)\((\d*)\)", text)]
    assert len(sizes) >= 6
    assert [size for size in sizes if size and int(size) < 16 and size != "8"] == []  # 8: names of drafts on the disk


@pytest.mark.parametrize(("path", "status"), EVERY_KIND)
def test_every_answer_says_what_it_is(client: FlaskClient, path: str, status: int) -> None:
    """Its kind, and for text its encoding."""
    answer = client.get(path)
    kind, _, parameter = answer.headers["Content-Type"].partition("; ")

    assert status == answer.status_code
    assert kind in {"text/html", "text/plain", "application/atom+xml", "application/xml", "application/json"} | {
        "image/svg+xml"
    }
    assert "charset=utf-8" == parameter or kind in {"application/json", "image/svg+xml"}


@pytest.mark.parametrize("path", [path for path, _ in EVERY_KIND] + ["/studio/login"])
def test_no_other_site_may_read_an_answer(client: FlaskClient, path: str) -> None:
    """Whoever asks: no Access-Control header, neither for one origin nor for all."""
    for method in ("GET", "OPTIONS"):
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        answer = client.open(path, method=method, headers=asked)
        assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []


def test_every_page_of_the_studio_has_a_way_out(app: Flask, sign_in: Callable[..., Editor]) -> None:
    """A button that signs out, wherever somebody is signed in."""
    admin = sign_in(Role.ADMIN)
    pages = [path for path, (needed, methods) in TABLE.items() if needed and "GET" in methods and "<" not in path]
    seen = 0
    for path in pages:
        answer = admin.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            page = BeautifulSoup(answer.get_data(), "html.parser")
            assert page.select('header form[action="/studio/logout"][method=post] button'), path
            seen += 1
    assert seen > 8


def test_a_download_has_a_name_of_ours(app: Flask, sign_in: Callable[..., Editor]) -> None:
    """Made of the language and the days; nothing of the request is in it."""
    admin = sign_in(Role.ADMIN)
    for path in ("/studio/translations/fr/messages.po?file=evil", "/studio/figures.csv?name=evil"):
        disposition = admin.get(path).headers["Content-Disposition"]
        assert re.fullmatch(r"attachment; filename=[\w.-]+\.(po|csv)", disposition), disposition
        assert "evil" not in disposition


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "audit.txt"])
def test_every_component_is_pinned_by_its_hash(name: str) -> None:
    """Version and SHA-256 of each; and they come from the index that everybody uses."""
    text = (ROOT / "requirements" / name).read_text()
    packages = re.split(r"\n(?=[a-z0-9])", text)[1:]

    assert len(packages) > 20
    assert [each for each in packages if not re.match(r"[\w.\[\]-]+==\S+.*\\\n +--hash=sha256:", each)] == []
    assert "://" not in re.sub("#.*", "", text)
