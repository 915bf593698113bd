"""Catalogs as other programs and people write them: each is taken, or refused in a sentence with its line."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.catalog_tools import check
from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path, template_path
from microsite.runtime import runtime_of
from tests.conftest import Clock
from tests.language.conftest import SKIP, Look, degraded

FOLDER = ROOT / "tests" / "corpus" / "catalogs"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
PAGES = ("/fr/", "/fr/blog/", "/fr/blog/actualites/le-cable/", "/fr/a-propos/", "/en/", "/fr/feed.atom", "/sitemap.xml")
INCOMPLETE = re.compile(r"^stale|marked fuzzy|no translation")
"""What the check says of a catalog that is served, and not in order."""
Expected = dict[str, str | int]


@pytest.fixture
def french(settings: Settings, editions: Editions) -> Path:
    """The French catalog, served once, of a site that says five messages."""
    shutil.copy(FOLDER / "template.po", template_path(settings.translations))
    shutil.rmtree(settings.translations / "ar")
    path = catalog_path(settings.translations, "fr")
    path.write_text(good(), encoding="utf-8")
    editions.refresh()
    return path


def good() -> str:
    """The catalog of before."""
    return (FOLDER / "ours.po").read_text(encoding="utf-8").replace("Au contenu", SKIP)


def each() -> Iterator[tuple[str, bytes, Expected]]:
    for name, expected in EXPECTED.items():
        yield name, (FOLDER / f"{name}.po").read_bytes(), expected


def test_the_corpus_has_its_expectations() -> None:
    """One for each file, and no fewer than forty."""
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.po"))
    assert len(EXPECTED) >= 40


def test_each_is_taken_or_refused_in_its_line(
    app: Flask,
    client: FlaskClient,
    french: Path,
    settings: Settings,
    clock: Clock,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages stay, health names file and line, a site that starts then serves, and the check says the same."""
    template = template_path(settings.translations).read_bytes()
    monkeypatch.setattr(check, "extracted_template", lambda *_: template)  # takes seconds, and is not at issue
    failed = []
    for name, data, expected in each():
        editions = runtime_of(app).editions
        french.write_text(good(), encoding="utf-8")
        editions.refresh()
        french.write_bytes(data)
        editions.refresh()
        shown_faults = degraded(client, "fr")
        faults = check.check_catalogs(ROOT, settings.translations, editions.current.content.site)
        checked = [fault.message for fault in faults if fault.path == french and not fault.warning]
        words = look("/fr/").words("a.skip")
        pages = [path for path in PAGES if client.get(path).status_code != 200]
        runtime_of(app).editions = Editions(settings, runtime_of(app).store, clock)
        pages += [path for path in PAGES[:3] if client.get(path).status_code != 200]
        runtime_of(app).editions = editions
        agrees = bool(checked) if shown_faults else all(INCOMPLETE.search(finding) for finding in checked)
        if pages or words != [expected["shows"]] or not is_as_expected(shown_faults, expected) or not agrees:
            failed.append((name, words, shown_faults, checked, pages))

    assert not failed, "\n".join(map(str, failed))


def is_as_expected(faults: list[str], expected: Expected) -> bool:
    """Whether health says nothing, or the sentence with its line, as expected."""
    if "why" not in expected:
        return not faults
    where = f"translations/fr/LC_MESSAGES/messages.po:{expected['line']}: "
    return any(line.startswith(where) and str(expected["why"]) in line for line in faults)


def test_a_catalog_of_one_byte_too_many_is_refused(french: Path, editions: Editions, client: FlaskClient) -> None:
    """It is no larger than it may be, or it is not looked at."""
    french.write_bytes(good().encode() + b"#" * (MAX_CATALOG_BYTES + 1 - len(good().encode())))
    editions.refresh()
    (fault,) = degraded(client, "fr")
    assert "messages.po:1: is longer than 2 MiB." in fault

    french.write_bytes(french.read_bytes()[:-1])
    editions.refresh()
    assert degraded(client, "fr") == []
