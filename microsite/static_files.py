"""Files under `static/`: read at the start, and never by a request. What was not there then has no address.

Public pages have their stylesheet inline, so that a page is one request.
"""

import logging
import mimetypes
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import rcssmin
from flask import Flask, Response, request, send_file
from markupsafe import Markup
from werkzeug.routing import PathConverter, ValidationError

from microsite.faults import Faults
from microsite.regular_files import MiB, read_regular_file
from microsite.security_headers import style_hash

log = logging.getLogger(__name__)
STATIC = "/static/"
YEAR = "public, max-age=31536000, immutable"
MAX_FILE_BYTES = 4 * MiB
STYLESHEET = "site.css"
"""The file that public pages have inline, minified. The studio links to it as it is."""


class StaticFile(NamedTuple):
    body: bytes
    version: str
    """Eight hex digits of the SHA-256 of `body`."""
    mimetype: str


class Stylesheet(NamedTuple):
    text: Markup
    """Minified. Markup, since it is our own file and no data: quotes and child combinators stay as they are."""
    csp_hash: str
    """The source expression by which a Content-Security-Policy lets it through, quotes included."""


class StaticFiles:
    """The files below a folder, by their path there, as they were when last read."""

    by_name: Mapping[str, StaticFile]
    stylesheet: Stylesheet

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.read()

    def read(self) -> None:
        """Read all files anew. One that is no regular file, or too long, is left out and logged.

        Raises KeyError where the stylesheet is among those.
        """
        files = {}
        for path in sorted(self._folder.rglob("*")):
            if path.is_dir():
                continue
            try:
                body = read_regular_file(path, MAX_FILE_BYTES)
            except Faults as faults:
                log.error("static-refused: not served: %s", faults)
                continue
            mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            files[path.relative_to(self._folder).as_posix()] = StaticFile(body, sha256(body).hexdigest()[:8], mimetype)
        self.by_name = files
        css = rcssmin.cssmin(files[STYLESHEET].body.decode())
        self.stylesheet = Stylesheet(Markup(css), style_hash(css))

    def address(self, name: str) -> str:
        """Where a file is: it changes when the file does, so that browsers may keep it for a year."""
        file = self.by_name.get(name)
        return f"{STATIC}{name}?v={file.version}" if file else f"{STATIC}{name}"

    def is_address(self, path: str, query: str) -> bool:
        """Whether this is what `address` says of a file there is."""
        file = self.by_name.get(path.removeprefix(STATIC))
        return file is not None and query == f"v={file.version}"


def init_static_files(app: Flask, files: StaticFiles) -> None:
    """Serve them, and give templates `static_address`."""

    class StaticFileName(PathConverter):
        """The name of a file there is. Any other spelling is no address at all, whatever the method."""

        def to_python(self, value: str) -> str:
            if value not in files.by_name:
                raise ValidationError
            return value

    def serve(filename: str) -> Response:
        file = files.by_name[filename]
        return send_file(BytesIO(file.body), file.mimetype, etag=file.version)

    @app.after_request
    def _keep_for_a_year(response: Response) -> Response:
        """Only under the address that names what is in the file: any other one may mean something else tomorrow."""
        if request.endpoint == "static":
            is_whole = request.method in ("GET", "HEAD") and response.status_code in (200, 304)
            is_named = is_whole and files.is_address(request.path, request.query_string.decode("latin-1"))
            response.headers["Cache-Control"] = YEAR if is_named else "no-cache"
        return response

    app.add_template_global(files.address, "static_address")
    app.url_map.converters["static_file_name"] = StaticFileName
    app.add_url_rule(f"{STATIC}<static_file_name:filename>", "static", serve)
    if app.debug:  # whoever works on them wants to see them anew each time
        app.before_request(files.read)
