"""An export, served for a moment on this machine by its own `_headers` and `_redirects`, as static hosts read them."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

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

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body; 404 with the page that the path's language has for that."""
        name = self._file(path + "index.html" if path.endswith("/") else path)
        status = 200 if name and name.is_file() else 404
        if not (name and name.is_file()):
            own = self._folder / path.split("/")[1] / "404.html"
            name = own if own.is_file() else self._folder / "404.html"
        kind = mimetypes.guess_type(name.name)[0] or "application/octet-stream"
        return status, kind, name.read_bytes() if name.is_file() else b""

    def _file(self, path: str) -> Path | None:
        """Where a path's file would be; None outside the folder, and for the rules, which are nobody's page."""
        file = (self._folder / unquote(path).lstrip("/")).resolve()
        is_inside = file.is_relative_to(self._folder)
        return file if is_inside and not file.relative_to(self._folder).as_posix().startswith("_") else None


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The origin under which the folder answers."""
    export = Export(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: sent apart, the second would wait for the first's acknowledgement

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if redirect := export.redirect(path, self.headers.get("Accept-Language", "")):
                (status, location), kind, body = redirect, "text/html", b""
            else:
                (status, kind, body), location = export.answer(path), ""
            self.send_response_only(status)
            fields = {"Date": formatdate(usegmt=True), "Content-Type": kind, "Content-Length": str(len(body))}
            for name, value in {
                **fields,
                **export.headers(path),
                **({"Location": location} if location else {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
