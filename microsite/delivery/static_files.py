"""Addresses of files under `static/` that change when the file does, so that browsers may keep them for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask


def init_static_files(app: Flask) -> None:
    folder = Path(app.static_folder or "static")

    @app.template_global()
    @cache
    def static_address(name: str) -> str:
        return f"/static/{name}?v={sha256((folder / name).read_bytes()).hexdigest()[:8]}"

    app.jinja_env.globals["stylesheet"] = app.extensions["stylesheet"]
