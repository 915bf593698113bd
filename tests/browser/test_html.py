"""HTML and CSS as the Nu checker of the W3C reads them."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from microsite.config import ROOT
from tests.browser.conftest import EVERY, Sites

FAULTY = {
    "faulty.html": "<!doctype html><html lang='en'><title>Faulty</title><p align='left'>Words</p></html>",
    "faulty.css": "p { colour: red }",
}


@pytest.fixture(scope="module")
def messages(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the checker has to say, warnings included, by file."""
    written = {f"{view.site}-{view}.html": sites.text(view) for view in EVERY}
    styles = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "static").glob("*.css")}
    return checked(written | styles, tmp_path_factory.mktemp("checked"))


def checked(files: dict[str, str], folder: Path) -> dict[str, list[str]]:
    """What the checker says of files, where it says anything: in one run, for its start takes longest."""
    checker, java = Path(os.environ.get("VNU_JAR") or ROOT / ".cache" / "vnu.jar"), shutil.which("java")
    if not checker.exists() or not java:
        pytest.skip("needs vnu.jar (see .ci/run) and java")
    for name, text in (files | FAULTY).items():
        (folder / name).write_text(text, encoding="utf-8")

    options = ["--also-check-css", "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run([java, "-jar", checker, *options, folder], check=True, capture_output=True)

    faults: dict[str, list[str]] = {name: [] for name in files | FAULTY}
    message: dict[str, Any]
    for message in json.loads(done.stdout)["messages"]:
        faults[Path(message["url"]).name].append(f"line {message.get('lastLine', '?')}: {message['message']}")
    assert all(faults.pop(name) for name in FAULTY), "the checker has hardly looked"
    return {name: lines for name, lines in faults.items() if lines}


def test_every_page_is_valid_html(messages: dict[str, list[str]]) -> None:
    """Of every kind of page, in every language, with the style that stands in it."""
    assert not {name: lines for name, lines in messages.items() if name.endswith(".html")}


def test_every_stylesheet_is_valid_css(messages: dict[str, list[str]]) -> None:
    """As a file, with its comments and layers."""
    assert not {name: lines for name, lines in messages.items() if name.endswith(".css")}
