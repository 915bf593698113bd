"""`flask verify` ends within bounds, with a sentence, whatever answers at the address that it was given."""

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Event, Thread

import pytest
from playwright.sync_api import Error

from microsite.verify import browser, language, visit
from microsite.verify.copy import Copy
from microsite.verify.page import Page
from microsite.verify.visit import Answer, Unreachable, Visitor
from tests.test_verify import verify

HTML = b"<!DOCTYPE html><html lang=en><title>A site</title><h1>A site</h1>"


class Hostile(BaseHTTPRequestHandler):
    """Answers each request in the way that its server is told."""

    protocol_version = "HTTP/1.1"
    way = "page"
    over = Event()
    """The test is; who waits, waits for it."""

    def do_GET(self) -> None:
        with suppress(ConnectionError):
            getattr(self, self.way)()
        self.close_connection = True

    def _head(self, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": "text/html", **fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def page(self) -> None:
        self._head(Content_Length=str(len(HTML)))
        self.wfile.write(HTML)

    def silent(self) -> None:
        self.over.wait(30)

    def endless(self) -> None:
        self._head()
        while not self.over.is_set():
            self.wfile.write(HTML * 1000)

    def dripping(self) -> None:
        self._head()
        while not self.over.wait(0.01):
            self.wfile.write(b".")

    def dripping_head(self) -> None:
        while not self.over.wait(0.01):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def cut_off(self) -> None:
        self._head(Content_Length="100000")
        self.wfile.write(HTML)

    def compressed(self) -> None:
        self._head(Content_Encoding="gzip", Content_Length="12")
        self.wfile.write(b"\x1f\x8b no gzip..")

    def nested(self) -> None:
        self._head()
        self.wfile.write(HTML + b"<b>" * 100_000)

    def circle(self) -> None:
        self._head(302, Location=self.path, Content_Length="0")

    def elsewhere(self) -> None:
        self._head(301, Location="https://www.privacy.example/\x1b[2J", Content_Length="0")

    def no_http(self) -> None:
        self.wfile.write(b"\x1b]0;owned\x07 SSH-2.0\r\n")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def answering(way: str, context: SSLContext | None = None) -> Iterator[str]:
    """The origin of a server that answers in this way."""
    handler = type("Handler", (Hostile,), {"way": way, "over": Event()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the visitor left: that is what is tried
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http{'s' if context else ''}://localhost:{server.server_port}"
        handler.over.set()  # type: ignore[attr-defined]
        server.shutdown()


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("silent", "/ gives no answer (TimeoutError: timed out)"),
        ("endless", "/ has an answer of more than 4 MiB"),
        ("dripping", "/ has an answer that takes more than 0.5 seconds"),
        ("dripping_head", "/ gives no answer (TimeoutError: no end within 0.5 seconds)"),
        ("cut_off", "/ has an answer that breaks off"),
        ("compressed", "/ has an answer in an encoding that nobody asked for"),
        ("nested", "/ has an answer of more than 20000 tags"),
        ("circle", " has no page to look at. It leads to /."),
        ("elsewhere", " has no page to look at. It leads to https://www.privacy.example/�[2J."),
        ("no_http", "/ gives no answer (BadStatusLine: �]0;owned� SSH-2.0"),
    ],
)
def test_whatever_answers_it_ends_with_a_sentence(way: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what no terminal obeys; nothing is found on a site that cannot be looked at."""
    monkeypatch.setattr(visit, "TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(visit, "MAX_SECONDS", 0.5)
    with answering(way) as origin:
        result = verify(origin)

    assert 1 == result.exit_code
    assert result.stderr.startswith(f"{origin}{sentence}")
    assert 1 == result.output.count("\n")


def test_it_ends_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many answers it waits for."""
    monkeypatch.setattr(import_module("microsite.cli.verify"), "MAX_MINUTES", 0.001)
    monkeypatch.setattr(visit, "TIMEOUT_SECONDS", 0.5)
    with answering("silent") as origin:
        assert "Not done within 0.001 minutes" in verify(origin).stderr


@pytest.mark.parametrize("way", ["silent", "endless", "cut_off", "compressed"])
def test_one_bad_answer_among_good_ones_is_a_dead_link(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All others are looked at."""
    monkeypatch.setattr(visit, "TIMEOUT_SECONDS", 0.3)
    with answering(way) as origin:
        copy = Copy(Visitor(origin))
        copy.answers["/"] = Answer(200, (), HTML)
        answer = copy.ask("/en/")

    assert 0 == answer.status
    assert answer.body.startswith((b"gives no answer", b"has an answer"))


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "https:///en/",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://a b",
        "https://me:secret@a.example",
        "http:a",
    ],
)
def test_what_is_no_address_is_not_asked_for(address: str) -> None:
    """Nor one with a password, which would be printed."""
    assert f"{address}: no address of a site" in verify(address).stderr


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"", "text/html"), ("<p>\xe9".encode("latin-1"), "text/html; charset=utf-8")]
)
def test_a_page_whose_encoding_has_to_be_guessed_is_found(body: bytes, content_type: str) -> None:
    """It names none, or another one than it is in."""
    copy = Copy(Visitor("http://localhost"))
    copy.pages["/en/"] = Page("/en/", Answer(200, (("content-type", content_type),), HTML + body))

    assert ["is not UTF-8, or does not say so"] == [finding.message for finding in language.encoding(copy)]


def test_a_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the authorities of this machine, or by those that SSL_CERT_FILE names."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with answering("page", context) as origin:
        with Visitor(origin) as visitor, pytest.raises(Unreachable, match=r"not trusted here .*SSL_CERT_FILE"):
            visitor.get("/")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with Visitor(origin) as visitor:
            assert [HTML] * 2 == [visitor.get("/").body for _ in range(2)]
        with (
            Visitor(origin.replace("localhost", "127.0.0.1")) as visitor,
            pytest.raises(Unreachable, match="not trusted"),
        ):
            visitor.get("/")


def test_without_a_browser_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one of this machine nor one of Playwright's. In a thread: Playwright may be at work in this one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    copy = Copy(Visitor("http://localhost"), pages={"/en/": Page("/en/", Answer(200, (), HTML))})
    with ThreadPoolExecutor(1) as thread, pytest.raises(browser.NoBrowser, match="no browser is installed here"):
        thread.submit(browser.look, copy).result()


def test_a_playwright_that_does_not_start_is_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other checks were made all the same, and are told."""

    def fail() -> None:
        raise Error("It was stopped.\nBy somebody.")

    monkeypatch.setattr(browser, "sync_playwright", fail)
    with pytest.raises(browser.NoBrowser, match=r"^the browser gave up: It was stopped\.$"):
        browser.look(Copy(Visitor("http://localhost")))
