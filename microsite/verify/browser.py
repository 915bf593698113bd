"""What only a browser knows: what it keeps after a walk over all pages, whom it asked, what axe says of each page."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Request, sync_playwright

from microsite.verify.copy import Copy
from microsite.verify.page import Finding

MAX_PAGES = 200
TIMEOUT_MILLISECONDS = 15_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
"""The last one asks for no icon, so it comes last."""
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STORED = """async () => ({
  localStorage: localStorage.length,
  sessionStorage: sessionStorage.length,
  indexedDB: (await indexedDB.databases()).length,
  caches: window.caches ? (await caches.keys()).length : 0,
  "service workers": navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
})"""


REASONS = {
    "in_browser": "A browser keeps what it is given and asks whom it is told to: after all pages it has kept nothing.",
    "axe": "What a program can know of accessibility, axe knows best: it finds nothing on any page.",
}
ADVICE = "Find what does, and take it out."
PROMISES = {"in_browser": "privacy", "axe": "access"}


class NoBrowser(Exception):
    """Why nothing was looked at in a browser."""


@contextmanager
def _browser(host: str) -> Iterator[Browser]:
    """As `_launched` gives it, until it is closed. Raises NoBrowser."""
    try:
        with sync_playwright() as playwright, _launched(playwright, host) as browser:
            yield browser
    except Error as error:
        raise NoBrowser(f"the browser gave up: {error.message.splitlines()[0]}") from error


def _launched(playwright: Playwright, host: str) -> Browser:
    """This machine's Chromium, which finds no other host; else Playwright's, else its Firefox. Raises NoBrowser."""
    installed = next(filter(None, map(shutil.which, CHROMIUM)), None)
    options = ["--disable-background-networking", "--no-first-run"]
    options.append(f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}")
    is_sandboxed = hasattr(os, "geteuid") and os.geteuid() != 0  # root has no sandbox
    try:
        return playwright.chromium.launch(executable_path=installed, args=options, chromium_sandbox=is_sandboxed)
    except Error:
        try:
            return playwright.firefox.launch()
        except Error as error:
            reason = "no browser is installed here: neither Chromium nor Playwright's Firefox"
            raise NoBrowser(reason) from error


def look(copy: Copy, progress: Callable[[int, int], None] = lambda done, known: None) -> dict[str, list[Finding]]:
    """The findings of `REASONS`, after a walk over all pages as one reader with one browser. Raises NoBrowser."""
    paths, findings = list(copy.pages)[:MAX_PAGES], {check: list[Finding]() for check in REASONS}
    with (
        _browser(urlsplit(copy.visitor.origin).hostname or "") as browser,
        browser.new_context(extra_http_headers={"Sec-GPC": "1"}) as context,
    ):
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        page = context.new_page()
        messages: list[str] = []

        def hear_request(request: Request) -> None:
            if not request.url.startswith("data:") and not copy.own_path(request.url):
                messages.append(f"asks {request.url}")

        def hear_console(message: ConsoleMessage) -> None:
            if "Content Security" in message.text:
                messages.append(f"has something that its policy stops: {message.text}")

        page.on("request", hear_request)
        page.on("console", hear_console)
        for number, path in enumerate(paths, 1):
            messages.clear()
            page.goto(copy.visitor.origin + path)
            findings["in_browser"] += [Finding(path, message, ADVICE) for message in messages]
            findings["axe"] += _axe(page, path)
            progress(number, len(paths))
        kept = {**page.evaluate(STORED), "cookies": len(context.cookies())}
        left = [f"leaves {name} in the browser" for name, number in kept.items() if number]
        findings["in_browser"] += [Finding(paths[-1], message, ADVICE) for message in left]
    return findings


def _axe(page: Page, path: str) -> Iterator[Finding]:
    """What axe finds (WCAG 2.2, level AA, and its own good practice)."""
    page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    for rule in page.evaluate("options => axe.run(options)", options)["violations"]:
        target = " ".join(map(str, rule["nodes"][0]["target"]))
        yield Finding(path, f"{rule['id']}: {rule['help']}, at {target}", f"See {rule['helpUrl']}")
