"""Chromium by Playwright, Firefox and WebKit by their own protocols: no driver or browser that Debian lacks.

Firefox speaks WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) itself, over a WebSocket; WebKit has a WebDriver
(https://w3c.github.io/webdriver/) over HTTP. Each starts once a session: that takes two to three seconds.
"""

import glob
import json
import os
import shutil
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
from websockets.exceptions import InvalidMessage
from websockets.sync.client import ClientConnection, connect

START_SECONDS = 30
PRIVATE_FIREFOX = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.active-protocols": 1,
    "services.settings.server": "http://127.0.0.1:9/",
    "toolkit.telemetry.enabled": False,
}
"""Preferences: it asks nobody but this machine, and opens no page of its own."""


class Cookie(NamedTuple):
    name: str
    value: str
    domain: str
    path: str


class Engine(ABC):
    """One window of a browser."""

    name: str
    is_dark = False

    def __init__(self) -> None:
        self.console: list[str] = []
        """What pages wrote there as warnings and errors. WebKit's driver does not tell."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Go there, and wait until the page is loaded."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, as JSON has it."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Make the window so large that pages see about `width` × `height` CSS pixels."""

    @abstractmethod
    def set_cookies(self, cookies: Iterable[Cookie]) -> None:
        """In the place of all that it has for the site of the page that is open."""


class Chromium(Engine):
    name = "chromium"

    def __init__(self, context: BrowserContext) -> None:
        super().__init__()
        self._context = context
        self._page = context.new_page()
        self._page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        # A page that is not there is asked for on purpose; Chromium says of each that it failed to load.
        if message.type in ("warning", "error") and "status of 4" not in message.text:
            self.console.append(message.text)

    def open(self, address: str) -> None:
        self._page.goto(address)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def set_cookies(self, cookies: Iterable[Cookie]) -> None:
        self._context.clear_cookies()
        for cookie in cookies:
            self._context.add_cookies([cookie._asdict()])  # type: ignore[list-item]  # Playwright's own TypedDict


class WebKit(Engine):
    name = "webkit"

    def __init__(self, port: int, session: str) -> None:
        super().__init__()
        self._base = f"http://127.0.0.1:{port}/session/{session}"

    def open(self, address: str) -> None:
        ask(f"{self._base}/url", {"url": address})

    def evaluate(self, expression: str) -> Any:
        return json.loads(
            ask(f"{self._base}/execute/sync", {"script": f"return JSON.stringify({expression})", "args": []})
        )

    def resize(self, width: int, height: int) -> None:
        ask(f"{self._base}/window/rect", {"width": width, "height": height})
        # The window's own frame and bars take some of it.
        lacking = width - self.evaluate("innerWidth")
        if lacking:
            ask(f"{self._base}/window/rect", {"width": width + lacking, "height": height})

    def set_cookies(self, cookies: Iterable[Cookie]) -> None:
        ask(f"{self._base}/cookie", method="DELETE")
        for cookie in cookies:
            ask(f"{self._base}/cookie", {"cookie": cookie._asdict()})


class Firefox(Engine):
    name = "firefox"

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        super().__init__()
        self._numbers = count(1)
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        self._context = self._send("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, address: str) -> None:
        self._send("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        answer = self._send(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=False,
        )
        return json.loads(answer["result"]["value"])

    def resize(self, width: int, height: int) -> None:
        self._send("browsingContext.setViewport", context=self._context, viewport={"width": width, "height": height})

    def set_cookies(self, cookies: Iterable[Cookie]) -> None:
        self._send("storage.deleteCookies")
        for cookie in cookies:
            value = {"type": "string", "value": cookie.value}
            self._send("storage.setCookie", cookie={**cookie._asdict(), "value": value})

    def _send(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=START_SECONDS))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] in ("warn", "error"):
                self.console.append(message["params"]["text"])
            if message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]


def ask(address: str, data: dict[str, Any] | None = None, method: str = "") -> Any:
    """What a WebDriver answers: its `value`."""
    body = json.dumps(data).encode() if data is not None else None
    request = Request(address, body, {"Content-Type": "application/json"}, method=method or None)
    with urlopen(request, timeout=START_SECONDS) as answer:
        return json.load(answer)["value"]


@contextmanager
def start_chromium(browser: Browser, scheme: Literal["light", "dark"]) -> Iterator[Chromium]:
    with closing(browser.new_context(color_scheme=scheme)) as context:
        yield Chromium(context)


@contextmanager
def start_webkit(is_dark: bool) -> Iterator[WebKit]:
    """The engine of Safari 26.0, on a screen of its own; it is dark where the desktop's theme is."""
    browsers = glob.glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")
    if not (driver := shutil.which("WebKitWebDriver")) or not browsers or not (screen := shutil.which("xvfb-run")):
        pytest.skip("needs WebKit (Debian: webkit2gtk-driver, xvfb)")
    port = free_port()
    no_graphics_card = {"LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
    theme = "Adwaita:dark" if is_dark else "Adwaita"
    environment = {**os.environ, **no_graphics_card, "GTK_THEME": theme}
    command = [screen, "-a", "-s", "-screen 0 1600x1200x24", driver, f"--port={port}"]
    with running(command, environment) as process:
        wait_for_port(port, process)
        options = {"binary": browsers[0], "args": ["--automation"]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = ask(f"http://127.0.0.1:{port}/session", {"capabilities": capabilities})["sessionId"]
        yield WebKit(port, session)
        ask(f"http://127.0.0.1:{port}/session/{session}", method="DELETE")


@contextmanager
def start_firefox(is_dark: bool, profile: Path) -> Iterator[Firefox]:
    if not (program := shutil.which("firefox-esr")):
        pytest.skip("needs Firefox (Debian: firefox-esr)")
    preferences = {**PRIVATE_FIREFOX, "layout.css.prefers-color-scheme.content-override": 0 if is_dark else 1}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    port = free_port()
    command = [program, "--headless", "--no-remote", f"--remote-debugging-port={port}", "--profile", str(profile)]
    with running(command, {**os.environ, "HOME": str(profile)}) as process:
        wait_for_port(port, process)
        with closing(connect_to_firefox(port)) as connection:
            yield Firefox(connection)


def connect_to_firefox(port: int) -> ClientConnection:
    try:
        return connect(f"ws://127.0.0.1:{port}/session", max_size=None, open_timeout=START_SECONDS)
    except InvalidMessage:  # the port answers a moment before what stands behind it
        return connect(f"ws://127.0.0.1:{port}/session", max_size=None, open_timeout=START_SECONDS)


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A program with all that it starts, ended with the block."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until the program answers there; it has no other way to say that it is ready."""
    for _ in range(START_SECONDS * 10):
        try:
            urlopen(f"http://127.0.0.1:{port}/status", timeout=START_SECONDS).close()
            return
        except URLError as error:
            if getattr(error, "code", None):
                return
        except OSError:
            pass
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"{process.args!r} ended with {process.returncode}")
    raise AssertionError(f"{process.args!r} did not answer within {START_SECONDS} s")
