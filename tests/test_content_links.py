"""`flask content links`: addresses that texts name are asked from the writer's machine; each that fails is named."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask

from microsite.cli import links
from microsite.config import Settings
from tests.content.writer import GOOD, PAGE


class Elsewhere(BaseHTTPRequestHandler):
    """Another site: `/200` is there, `/404` is gone, `/403` refuses programs, `/moved` has another address."""

    def do_GET(self) -> None:
        status = {"/moved": 301}.get(self.path) or int(self.path[1:])
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, *addresses: str) -> tuple[int, str]:
    """The exit code and the words of the command, on a site whose one page names these addresses in a line each."""
    for path in settings.site.glob("*/*/*.md"):
        path.unlink()
    for path in settings.site.glob("promotions/*.toml"):
        path.unlink()
    page = settings.site / "pages" / "about" / "en.md"
    page.write_text(GOOD[PAGE] + "".join(f"\n[There]({address}).\n" for address in addresses), encoding="utf-8")
    monkeypatch.setattr(links, "load_settings", lambda: settings)
    result = app.test_cli_runner().invoke(args=["content", "links"])
    return result.exit_code, result.output


def test_addresses_that_answer_are_in_order(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    """Those that lead on to a page that is there as well."""
    assert (0, "2 addresses answer.\n") == run(app, settings, monkeypatch, f"{elsewhere}/200", f"{elsewhere}/moved")


def test_an_address_that_is_gone_is_named_with_its_line(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    """Every one at once, each where it stands."""
    code, words = run(app, settings, monkeypatch, f"{elsewhere}/200", f"{elsewhere}/404")
    line = (GOOD[PAGE] + "\n[There](a).\n\n").count("\n") + 1
    assert 1 == code
    assert f"en.md:{line}: {elsewhere}/404 answers 404. Find where it went, or take it out." in words


def test_an_address_that_refuses_programs_is_for_somebody_to_look_at(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    """A warning: many newspapers do."""
    code, words = run(app, settings, monkeypatch, f"{elsewhere}/403")
    assert 0 == code
    assert "warning:" in words and "answers 403 to programs. Look at it in a browser." in words


def test_without_a_network_the_command_says_so(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not call every address dead."""
    code, words = run(app, settings, monkeypatch, "https://no-such-host.invalid/")
    assert (1, True) == (code, "this machine reaches no network" in words)
