"""What others write, put into a running site: taken as they meant it, or refused by line; every other page goes on."""

import shutil
import tomllib
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of

THE_CABLE = "/en/blog/news/the-cable/"
CORPUS = ROOT / "tests" / "corpus" / "markdown"
EXPECTED: dict[str, dict[str, list[str]]] = tomllib.loads((CORPUS / "expected.toml").read_text(encoding="utf-8"))
PUBLIC = ("/en/", "/fr/", "/en/blog/", "/fr/blog/actualites/", "/en/feed.atom", "/sitemap.xml", THE_CABLE)
REFUSED = [name for name, expected in EXPECTED.items() if "refused" in expected]
TAKEN = [name for name in EXPECTED if name not in REFUSED]


def put(settings: Settings, name: str, key: str = "corpus") -> Path:
    """The text, as the file of an article in its language."""
    path = settings.site / "articles" / key / f"{name.split('.')[-2]}.md"
    path.parent.mkdir()
    path.write_bytes((CORPUS / name).read_bytes())
    return path


def is_named(expected: str, faults: list[tuple[int, str]]) -> bool:
    """`expected` is a line and words of the sentence."""
    line, _, words = expected.partition(": ")
    return any(line == str(at) and words in sentence for at, sentence in faults)


def pages(client: FlaskClient) -> dict[str, int]:
    return {path: client.get(path).status_code for path in PUBLIC}


def test_every_text_of_the_corpus_has_what_must_come_of_it() -> None:
    """A new file without a row, or a row without its file, fails."""
    assert sorted(EXPECTED) == sorted(path.name for path in CORPUS.iterdir() if path.suffix == ".md")
    assert len(EXPECTED) >= 60


def test_what_cannot_be_taken_is_named_by_line(client: FlaskClient, editions: Editions, settings: Settings) -> None:
    """With a sentence that says what to do, while a site is being read; readers get what they got before."""
    wrong: dict[str, object] = {}
    assert dict.fromkeys(PUBLIC, 200) == pages(client)
    for name in REFUSED:
        path = put(settings, name)
        editions.refresh()
        faults = [(fault.line, fault.message) for fault in editions.faults.get("content", []) if fault.path == path]
        if not all(is_named(row, faults) for row in EXPECTED[name]["refused"]):
            wrong[name] = faults
        if (answers := pages(client)) != dict.fromkeys(PUBLIC, 200):
            wrong[f"pages beside {name}"] = answers
        shutil.rmtree(path.parent)
    editions.refresh()

    assert {} == wrong
    assert {} == editions.faults


def test_what_can_be_taken_is_shown_as_it_was_meant(
    client: FlaskClient, editions: Editions, settings: Settings
) -> None:
    """On its page, beside all others; what its writer hardly meant is a warning."""
    wrong: dict[str, object] = {}
    for name in TAKEN:
        path = put(settings, name)
        content = editions.refresh().content
        language, category = path.stem, {"en": "news", "fr": "actualites"}[path.stem]
        words = unescape(client.get(f"/{language}/blog/{category}/corpus/").get_data(as_text=True))
        if unseen := [seen for seen in EXPECTED[name]["seen"] if seen not in words]:
            wrong[name] = unseen
        warnings = [(fault.line, fault.message) for fault in content.warnings if fault.path == path]
        expected = EXPECTED[name].get("warned", [])
        if len(warnings) != len(expected) or not all(is_named(row, warnings) for row in expected):
            wrong[f"warnings of {name}"] = warnings
        if (answers := pages(client)) != dict.fromkeys(PUBLIC, 200):
            wrong[f"pages beside {name}"] = answers
        shutil.rmtree(path.parent)

    assert {} == wrong


def test_a_start_amid_everything_that_is_wrong_serves(settings: Settings, app: Flask) -> None:
    """All texts of the corpus that are refused, each in a folder of its own, when a process starts."""
    paths = [put(settings, name, f"corpus-{number}") for number, name in enumerate(REFUSED)]
    fresh = Editions(settings, runtime_of(app).store)
    runtime_of(app).editions = fresh
    client = app.test_client()
    statuses = pages(client)

    assert dict.fromkeys(PUBLIC, 200) == statuses
    assert set(paths) <= {fault.path for fault in fresh.faults["content"]}
