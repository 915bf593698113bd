"""What the site promises on “Your privacy here”, seen from inside a reader's browser, under the site's own policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.conftest import ARTICLES, EVERY, LISTS, PAGES, REAL, WRONG, Sites, View
from tests.browser.engines import start_firefox

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(event.violatedDirective, event.blockedURI))
"""
STORED = """async () => ({
  "localStorage": localStorage.length,
  "sessionStorage": sessionStorage.length,
  "indexedDB": (await indexedDB.databases()).length,
  "caches": (await caches.keys()).length,
  "service workers": (await navigator.serviceWorker.getRegistrations()).length,
  "bytes": (await navigator.storage.estimate()).usage,
})"""
FIRST_FLIGHT = 14_000
"""Bytes that may be sent to a reader before their first acknowledgement (RFC 6928): ten segments, without framing."""
ICON = "/static/favicon.svg"
OF_THE_SITE = [*LISTS, *ARTICLES, *PAGES, *WRONG]
IN_BOTH_WAYS = [view for view in [*LISTS, *ARTICLES[:4], *PAGES, *WRONG] if view.tag == "fr"]


class Window:
    """A page, what it asks for and what it says."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.add_init_script(REPORT_VIOLATIONS)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        # That the page itself is a 404 is the browser's own remark.
        if message.location["url"] != self.page.url or "status of 404" not in message.text:
            self.said.append(message.text)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has never been here."""
    with browser.new_context() as context:
        yield context


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Window]:
    with browser.new_context() as context:
        yield Window(context)


@pytest.mark.parametrize("view", EVERY, ids=str)
def test_a_page_asks_for_nothing_but_its_icon_and_says_nothing(view: View, sites: Sites, window: Window) -> None:
    """Nothing from anywhere else, nothing that the policy had to stop, no word on the console."""
    window.asked.clear()
    window.said.clear()

    answer = window.page.goto(sites.address(view))
    icon = sites[view.site].address + icon_of(window.page)

    assert answer and answer.status == view.status
    assert {sites.address(view)} <= set(window.asked) <= {sites.address(view), icon}
    assert window.said == []


def test_nothing_stays_in_the_browser(sites: Sites, context: BrowserContext) -> None:
    """After a walk over the whole site, and after an advertisement has been followed."""
    page = context.new_page()
    page.goto(sites[REAL].address)
    for view in OF_THE_SITE:
        page.goto(sites.address(view))
        if ways_out := page.locator(".promo a[rel~=sponsored]").all():
            context.request.get(sites[REAL].address + str(ways_out[0].get_attribute("href")), max_redirects=0)

    kept = page.evaluate(STORED)

    assert context.cookies() == []
    assert kept == dict.fromkeys(kept, 0)


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_a_first_visit_is_a_page_and_its_icon(tag: str, sites: Sites, tmp_path: Path) -> None:
    """Two requests, as the page on privacy tells readers to see for themselves.

    Firefox's: a Chromium without windows has no place for an icon, and asks for none.
    """
    view = next(view for view in ARTICLES if view.tag == tag)
    sites[REAL].asked.clear()
    with start_firefox(False, tmp_path) as firefox:
        firefox.open(sites.address(view))
        icon = firefox.evaluate("document.querySelector('link[rel=icon]').getAttribute('href')")

        assert sites[REAL].was_asked(icon)
    assert sites[REAL].asked == [sites.path(view), icon]


def test_a_first_visit_fits_into_the_first_flight(sites: Sites, context: BrowserContext) -> None:
    """Even far away and on a slow line, any page is there after one exchange, and so is its icon."""
    page = context.new_page()
    weights = {str(view): bytes_of(page, sites.address(view)) for view in OF_THE_SITE}
    icon = bytes_of(page, sites[REAL].address + ICON)

    assert icon > 1000
    assert not {view: weight + icon for view, weight in weights.items() if weight + icon > FIRST_FLIGHT}


def bytes_of(page: Page, address: str) -> int:
    """What an answer takes on the wire, with its headers."""
    answer = page.goto(address)
    assert answer
    sizes = answer.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def icon_of(page: Page) -> str:
    return str(page.locator("link[rel=icon]").get_attribute("href"))


def test_pages_look_the_same_without_javascript(sites: Sites, browser: Browser) -> None:
    """To the last pixel: there is none."""
    with browser.new_context() as given, browser.new_context(java_script_enabled=False) as denied:
        with_script, without = given.new_page(), denied.new_page()
        different = [
            str(view)
            for view in IN_BOTH_WAYS
            if picture(with_script, sites.address(view)) != picture(without, sites.address(view))
        ]

    assert not different


def picture(page: Page, address: str) -> bytes:
    page.goto(address)
    return page.screenshot(full_page=True)


def test_a_reader_finds_their_way_without_javascript(sites: Sites, browser: Browser) -> None:
    """From the door to an article, into the other language, to its category and home again."""
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        page.goto(sites[REAL].address)
        page.locator("main article h2 a").first.click()
        title = page.locator("h1").inner_text()
        page.get_by_role("link", name="Français").click()
        translated = page.locator("h1").inner_text()
        page.locator(".trail a").last.click()
        listed = page.locator("main article h2").all_inner_texts()
        page.get_by_role("link", name="Planet Privacy").first.click()

        assert page.url == f"{sites[REAL].address}/fr/"
        assert translated in listed
        assert title != translated
