"""What several tests of catalogs ask for: the template of the real site, the commands, what health says."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import catalog_path, template_path
from tests.conftest import Seen

SKIP = "Aller au contenu"
"""The French translation of “Skip to content”."""
Look = Callable[..., Seen]
Run = Callable[..., Result]


@pytest.fixture
def template(settings: Settings) -> Path:
    """The real template, in the folder of the small site."""
    return Path(shutil.copy(template_path(ROOT / "translations"), settings.translations))


@pytest.fixture
def french(settings: Settings, editions: Editions) -> Path:
    """The French catalog, already served once."""
    editions.refresh()
    return catalog_path(settings.translations, "fr")


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a `flask` command on the small site: `run("catalogs", "update")`."""
    for name in ("site", "translations", "instance"):
        monkeypatch.setenv(f"MICROSITE_{name.upper()}", str(getattr(settings, name)))
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def change(path: Path, before: str, after: str) -> None:
    """Put `after` in the place of the first `before` of a file."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def cut(path: Path, share: float = 0.1, after: str = "\n\n") -> None:
    """Leave the beginning of a file, up to the end of a message."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index(after, round(len(text) * share)) + len(after)], encoding="utf-8")


def degraded(client: FlaskClient, locale_id: str = "") -> list[str]:
    """The faults of catalogs that health names: of all, or of one locale's."""
    answer = client.get("/readyz")
    assert answer.status_code == 200
    faults: list[str] = answer.get_json()["degraded"].get("catalogs", [])
    return [fault for fault in faults if not locale_id or f"/{locale_id}/LC_MESSAGES/" in fault]
