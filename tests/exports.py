"""Exports of the small site of the tests, for tests to look at."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from microsite.config import Settings
from microsite.delivery.export import Export
from microsite.runtime import runtime_of

BASE = "https://privacy.example"


@pytest.fixture
def public(settings: Settings) -> Flask:
    """The app as readers would reach it under the exported address."""
    return create_app(settings.model_copy(update={"base_url": BASE}))


@pytest.fixture
def exported(public: Flask, settings: Settings, tmp_path: Path) -> Path:
    """The site in files, without share images."""
    app = create_app(settings.model_copy(update={"base_url": BASE, "page_memory": 0}))
    runtime_of(app).is_export, runtime_of(app).click_base_url = True, None
    folder = tmp_path / "out"
    Export(app, folder, share_images=False).write()
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(settings: Settings, folder: Path, *options: str, base: str = BASE) -> Result:
    app = create_app(settings)
    environ = {
        f"MICROSITE_{name.upper()}": str(getattr(settings, name)) for name in ("site", "translations", "instance")
    }
    arguments = ["export", str(folder), "--base-url", base, "--no-share-images", *options]
    return app.test_cli_runner().invoke(args=arguments, env=environ)
