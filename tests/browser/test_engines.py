"""In Chromium, Firefox and WebKit: links are told apart, nothing scrolls sideways, no declaration is dropped."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from microsite.config import ROOT
from microsite.studio.access import Role
from tests.browser.conftest import (
    ARTICLES,
    DESKTOP,
    LISTS,
    PAGES,
    PHONE,
    RARE,
    RIGHT_TO_LEFT,
    WRONG,
    Live,
    Sites,
    serve,
)
from tests.browser.engines import Cookie, Engine, start_chromium, start_firefox, start_webkit
from tests.conftest import Clock, small_site
from tests.studio.browser import Editor, soup
from tests.studio.conftest import PASSWORD, add_account
from tests.studio.editors import Writing
from tests.studio.test_compare import COMPARE, sent
from tests.studio.test_translation_files import send

LOOKED_AT = [*LISTS, *ARTICLES[:2], *PAGES, *WRONG, *RIGHT_TO_LEFT, *RARE]
"""Every kind of page; of the articles, which all have the same parts, one in both languages."""

# Of each link in text whether a line is under it; buttons and the site's name are told apart by their shape.
LINES_UNDER_LINKS = """[...document.querySelectorAll("a[href]:not(.button, .name, .skip)")].filter(link =>
  link.getClientRects().length && !getComputedStyle(link).textDecorationLine.includes("underline")
).map(link => link.textContent.trim())"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Of each drawing: words that do not stand inside it, that are too small to be read, or that touch others.
DRAWN_WORDS = """[...document.querySelectorAll("figure svg")].flatMap(svg => {
  const edge = svg.getBoundingClientRect(), scale = edge.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll("text")].map(text => ({
    words: text.textContent, box: text.getBoundingClientRect(),
    size: parseFloat(getComputedStyle(text).fontSize) * scale,
  }));
  const meet = (first, second) => first.left < second.right && second.left < first.right
    && first.top + 3 < second.bottom - 3 && second.top + 3 < first.bottom - 3;
  return texts.filter(({box, size, words}) =>
    size < 12.9 || box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1
    || box.bottom > edge.bottom + 1 || texts.some(other => other.words < words && meet(box, other.box))
  ).map(({words}) => words);
})"""
STYLES = """Object.fromEntries([
  ["a", "textDecorationThickness"], ["a", "textUnderlineOffset"], ["body", "maxWidth"], ["h1", "fontWeight"],
  ["html", "backgroundColor"], ["body", "fontFamily"], ["main", "display"],
].map(([selector, property]) => {
  const element = document.querySelector(`main ${selector}, ${selector}`);
  return [`${selector} ${property}`, element ? getComputedStyle(element)[property] : ""];
}))"""
# In the studio: what tells a field, a button, the present page and a badge from the text around them.
STUDIO_STYLES = {
    "main input borderTopStyle": "solid",
    "main input borderTopWidth": "1px",
    "main input minHeight": "48px",
    "main input fontSize": "18px",
    "main .button borderTopWidth": "2px",
    "main .button borderTopStyle": "solid",
    ".top [aria-current] textDecorationLine": "underline",
    ".top [aria-current] textDecorationThickness": "3px",
    ".badge borderTopWidth": "2px",
    ".badge fontWeight": "650",
    "main .field display": "grid",
}
COMPUTED = """names => Object.fromEntries(names.map(name => {
  const [, selector, property] = name.match(/^(.*) (\\w+)$/), element = document.querySelector(selector);
  return [name, element ? getComputedStyle(element)[property] : "no such element"];
}))"""
PAPER = {False: "rgb(246, 248, 247)", True: "rgb(13, 26, 31)"}


@pytest.fixture(scope="module", params=product(("chromium", "firefox", "webkit"), ("light", "dark")), ids="-".join)
def engine(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    name, scheme = request.param
    with started(name, scheme, browser, tmp_path_factory.mktemp(name)) as engine:
        engine.is_dark = scheme == "dark"
        yield engine


def started(
    name: str, scheme: Literal["light", "dark"], browser: Browser, profile: Path
) -> AbstractContextManager[Engine]:
    match name:
        case "chromium":
            return start_chromium(browser, scheme)
        case "firefox":
            return start_firefox(scheme == "dark", profile)
        case _:
            return start_webkit(scheme == "dark")


OUTSIDE_THE_STUDIO = ["/studio/login", "/studio/join/none"]
NO_PAGES = {"download", "figures_csv", "preview", "sign_in", "sign_in_code", "accept_invitation"}
"""GET routes of the studio that send a file, show the public site, or are for somebody who has not signed in."""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A studio with an admin for each language; a promotion is paused in English, in French it is compared and then
    scheduled; a catalog waits to be looked at.
    """
    with serve(small_site(tmp_path_factory.mktemp("studio")), Clock()) as live:
        live.app.test_client_class = Editor
        for locale in ("en", "fr"):
            add_account(live.app, f"{locale}@example.org", Role.ADMIN, locale)
        browser = signed_in(live, "en")
        Writing.open(browser).press("publish:en", en_headline="Read on, unseen.")
        Writing.open(browser).press("publish:fr", fr_headline="Lisez, inaperçu.", live_from="2026-12-24T18:00")
        assert sent(browser, fr_headline="Lisez, sans témoin.", days="14").status_code == 303
        Writing.open(browser).act("pause", "en")
        yield live


def signed_in(studio: Live, locale: str) -> Editor:
    browser = studio.app.test_client()
    assert isinstance(browser, Editor)
    answer = browser.fill_in("/studio/login", email=f"{locale}@example.org", password=PASSWORD)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser


def pages_of_the_studio(studio: Live, browser: Editor) -> list[str]:
    """A page of each GET route, in each language that it is about, come by as people do: through links."""
    pages: dict[tuple[str, str], str] = {}
    invited = browser.fill_in("/studio/accounts", email=f"{uuid4()}@example.org", role=Role.MARKETING)
    uploaded = send(browser, (ROOT / "translations" / "fr" / "LC_MESSAGES" / "messages.po").read_bytes())
    # While one language is compared and the other paused, no link leads to another comparison.
    waiting = ["/studio/", invited.location, uploaded.request.path, COMPARE]
    routes = studio.app.url_map.bind("localhost")
    for path in waiting:
        endpoint, values = routes.match(path)
        kind = endpoint.removeprefix("studio."), str(values.get("tag", ""))
        if kind in pages or kind[0] in NO_PAGES:
            continue
        pages[kind] = path
        links = soup(browser.get(path)).select("a[href^='/studio']")
        waiting += [urlsplit(str(link["href"])).path for link in links]
    routes_with_pages = {
        rule.endpoint.removeprefix("studio.")
        for rule in studio.app.url_map.iter_rules()
        if rule.endpoint.startswith("studio.") and "GET" in (rule.methods or ())
    } - NO_PAGES
    assert routes_with_pages == {endpoint for endpoint, _ in pages}, "no link leads to some"
    return list(pages.values())


def problems(engine: Engine, addresses: Mapping[str, str]) -> dict[str, Any]:
    """What an engine shows otherwise than it should, by page and by what was looked at; empty where all is well.

    All pages at one width, then all at the other: of WebKit's window, making it narrower takes 0.4 s, a page 0.05.
    """
    seen: dict[str, Any] = {}
    for width in (PHONE, DESKTOP):
        engine.resize(width, 900)
        for name, address in addresses.items():
            engine.console.clear()
            engine.open(address)
            paper = engine.evaluate(STYLES)["html backgroundColor"]
            seen |= {
                f"{name}, {width} px: links without a line": engine.evaluate(LINES_UNDER_LINKS),
                f"{name}, {width} px: scrolls sideways by": max(0, engine.evaluate(OVERFLOW)),
                f"{name}, {width} px: ground": paper if paper != PAPER[engine.is_dark] else "",
                f"{name}, {width} px: console": list(engine.console),
            }
    return {name: value for name, value in seen.items() if value}


def test_every_kind_of_page_is_right(engine: Engine, sites: Sites) -> None:
    """A line under each link, nothing sideways on a phone or a desktop, the theme's ground, a silent console."""
    assert {} == problems(engine, {str(view): sites.address(view) for view in LOOKED_AT})


def test_words_in_drawings_are_whole_on_the_smallest_phone(engine: Engine, sites: Sites) -> None:
    """Inside the drawing, large enough, and none over another, in whatever font the system has."""
    engine.resize(PHONE, 900)
    unreadable: dict[str, list[str]] = {}
    for view in (*ARTICLES, *RIGHT_TO_LEFT):
        engine.open(sites.address(view))
        unreadable[str(view)] = engine.evaluate(DRAWN_WORDS)

    assert {} == {name: words for name, words in unreadable.items() if words}


def test_every_page_of_the_studio_is_right(engine: Engine, studio: Live) -> None:
    """As pages of readers are: each page that an admin can open, and those before signing in; French in the dark."""
    locale = "fr" if engine.is_dark else "en"  # each with each would be a minute more, and words have no colour
    browser = signed_in(studio, locale)
    inside = {path: studio.address + path for path in [*pages_of_the_studio(studio, browser), "/studio/nothing"]}
    outside = {path: studio.address + path for path in OUTSIDE_THE_STUDIO}
    session = browser.get_cookie("studio")
    assert session
    engine.open(outside["/studio/login"])
    engine.set_cookies([])
    wrong = problems(engine, outside)
    engine.set_cookies([Cookie("studio", session.value, "127.0.0.1", "/studio")])
    wrong |= problems(engine, inside)
    engine.open(studio.address + "/studio/account")
    is_signed_in = engine.evaluate(f"document.body.textContent.includes('{locale}@example.org')")
    engine.set_cookies([])

    assert {} == wrong
    assert is_signed_in


def test_no_declaration_that_matters_is_dropped(engine: Engine, sites: Sites) -> None:
    """What an engine does not understand it drops without a word: these it must have understood."""
    engine.open(sites.address(ARTICLES[0]))
    styles = engine.evaluate(STYLES)

    assert "px" in styles["a textDecorationThickness"]
    assert "px" in styles["a textUnderlineOffset"]
    assert "1480px" == styles["body maxWidth"]
    assert int(styles["h1 fontWeight"]) >= 600
    assert "Charter" in styles["body fontFamily"]


def test_no_declaration_of_the_studio_is_dropped(engine: Engine, studio: Live) -> None:
    """On the page of a promotion: a field has a frame, a button too, the present page a line, a badge its border."""
    session = signed_in(studio, "en").get_cookie("studio")
    assert session
    engine.set_cookies([Cookie("studio", session.value, "127.0.0.1", "/studio")])
    engine.open(studio.address + "/studio/promotions/planet-freevpn")
    styles = engine.evaluate(f"({COMPUTED})({json.dumps([*STUDIO_STYLES])})")
    engine.set_cookies([])

    assert STUDIO_STYLES == styles
