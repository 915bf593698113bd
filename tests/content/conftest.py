"""A site that a writer may spoil, and the command that names what is wrong with it."""

from pathlib import Path

import pytest
from flask import Flask

from microsite.config import Settings
from tests.content.writer import GOOD, Check


@pytest.fixture
def site(settings: Settings) -> Path:
    """The small site, with an article, a page and a promotion whose every line is known."""
    for name, text in GOOD.items():
        path = settings.site / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return settings.site


@pytest.fixture
def check(site: Path, settings: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Check:
    """`flask content check`, as a writer runs it; paths are relative to the site."""
    monkeypatch.setenv("MICROSITE_SITE", str(settings.site))
    monkeypatch.setenv("MICROSITE_TRANSLATIONS", str(settings.translations))
    monkeypatch.setenv("MICROSITE_INSTANCE", str(settings.instance))
    monkeypatch.chdir(site)
    return lambda: app.test_cli_runner().invoke(args=["content", "check"])
