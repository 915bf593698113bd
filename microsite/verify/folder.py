"""Serves for a moment an app, or an export by its own `_headers` and `_redirects`, as static hosts read them."""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

mimetypes.add_type("application/atom+xml", ".atom")
mimetypes.add_type("application/json", ".json")


class Export:
    """The files, and what the rules among them say of a path. Raises OSError for a folder without rules."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._headers: list[tuple[str, list[tuple[str, str]]]] = []
        for line in (folder / "_headers").read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                name, _, value = line.partition(":")
                self._headers[-1][1].append((name.strip(), value.strip()))
            elif line:
                self._headers.append((line.strip(), []))
        rules = (line.split() for line in (folder / "_redirects").read_text(encoding="utf-8").splitlines())
        self._redirects = [rule for rule in rules if len(rule) >= 3 and not {"*", ":"} & set(rule[0])]

    def headers(self, path: str) -> dict[str, str]:
        """Of every place that holds the path; what comes later wins."""
        return dict(header for place, headers in self._headers if fnmatchcase(path, place) for header in headers)

    def redirect(self, path: str, languages: str) -> tuple[int, str] | None:
        """Of the first rule for a path that holds for who reads the language named first."""
        language = f"Language={languages[:2].lower()}"
        for former, present, status, *conditions in self._redirects:
            if former == path and (not conditions or language in conditions):
                return int(status[:3]), present
        name = self._file(path)
        return (301, f"{path}/") if name and name.is_dir() and not path.endswith("/") else None

    def answer(self, request: Request) -> Response:
        """A file, a redirect, or 404 with the page that the path's language has for that."""
        # As it was asked for: rules name paths so, and `_file` unquotes one. Werkzeug's own is unquoted already.
        path = request.environ["REQUEST_URI"].partition("?")[0]
        if redirect := self.redirect(path, request.headers.get("Accept-Language", "")):
            status, location = redirect
            response = Response(status=status, content_type="text/html", headers={"Location": location})
        else:
            name = self._file(path + "index.html" if path.endswith("/") else path)
            status = 200 if name and name.is_file() else 404
            if not (name and name.is_file()):
                own = self._folder / path.split("/")[1] / "404.html"
                name = own if own.is_file() else self._folder / "404.html"
            kind = mimetypes.guess_type(name.name)[0] or "application/octet-stream"
            response = Response(name.read_bytes() if name.is_file() else b"", status, content_type=kind)
        response.headers.update(self.headers(path))
        return response

    def _file(self, path: str) -> Path | None:
        """Where a path's file would be; None outside the folder, and for the rules, which are nobody's page."""
        file = (self._folder / unquote(path).lstrip("/")).resolve()
        is_inside = file.is_relative_to(self._folder)
        return file if is_inside and not file.relative_to(self._folder).as_posix().startswith("_") else None


class Silent(WSGIRequestHandler):
    """Keeps connections open, and tells of errors alone."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are sent apart: the second would wait for an acknowledgement

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def answering(make_app: "Callable[[str], WSGIApplication]") -> Iterator[str]:
    """The origin, on a free port, under which the app answers that `make_app` makes for this origin."""
    with make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Silent) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        server.app = make_app(origin)
        Thread(target=server.serve_forever, daemon=True).start()
        yield origin
        server.shutdown()


def served(folder: Path) -> AbstractContextManager[str]:
    """The origin under which the folder of an export answers. Raises OSError for one without rules."""
    app = Request.application(Export(folder).answer)
    return answering(lambda origin: app)
