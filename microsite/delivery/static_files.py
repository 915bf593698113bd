"""Addresses of files under `static/` that change when the file does, so that browsers may keep them for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request

YEAR = "public, max-age=31536000, immutable"


def init_static_files(app: Flask) -> None:
    folder = Path(app.static_folder or "static")

    @cache
    def version(name: str) -> str:
        return sha256((folder / name).read_bytes()).hexdigest()[:8]

    @app.template_global()
    def static_address(name: str) -> str:
        return f"/static/{name}?v={version(name)}"

    @app.after_request
    def _keep_for_a_year(response: Response) -> Response:
        """Only under the address that names what is in the file: any other one may mean something else tomorrow."""
        if request.endpoint == "static":
            name = (request.view_args or {})["filename"]
            named = response.status_code in (200, 304) and request.query_string == f"v={version(name)}".encode()
            response.headers["Cache-Control"] = YEAR if named else "no-cache"
        return response
