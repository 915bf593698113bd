"""In Firefox and WebKit as in Chromium: links are told apart, nothing scrolls sideways, no declaration is dropped."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ARTICLES, DESKTOP, LISTS, PAGES, PHONE, RARE, RIGHT_TO_LEFT, WRONG, Sites, View
from tests.browser.engines import Engine, start_firefox, start_webkit

LOOKED_AT = [*LISTS, *ARTICLES[:2], *PAGES, *WRONG, *RIGHT_TO_LEFT, *RARE]
"""Every kind of page; of the articles, which all have the same parts, one in both languages."""

# Of each link in text whether a line is under it; buttons and the site's name are told apart by their shape.
LINES_UNDER_LINKS = """[...document.querySelectorAll("a[href]:not(.button, .name, .skip)")].filter(link =>
  link.getClientRects().length && !getComputedStyle(link).textDecorationLine.includes("underline")
).map(link => link.textContent.trim())"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STYLES = """Object.fromEntries([
  ["a", "textDecorationThickness"], ["a", "textUnderlineOffset"], ["body", "maxWidth"], ["h1", "fontWeight"],
  ["html", "backgroundColor"], ["body", "fontFamily"], ["main", "display"],
].map(([selector, property]) => {
  const element = document.querySelector(`main ${selector}, ${selector}`);
  return [`${selector} ${property}`, element ? getComputedStyle(element)[property] : ""];
}))"""
PAPER = {False: "rgb(246, 248, 247)", True: "rgb(13, 26, 31)"}


@pytest.fixture(scope="module", params=["firefox-light", "firefox-dark", "webkit-light", "webkit-dark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    name, scheme = request.param.split("-")
    is_dark = scheme == "dark"
    profile: Path = tmp_path_factory.mktemp(request.param)
    with start_firefox(is_dark, profile) if name == "firefox" else start_webkit(is_dark) as engine:
        engine.is_dark = is_dark
        yield engine


def problems(engine: Engine, sites: Sites, view: View) -> dict[str, Any]:
    """What an engine shows otherwise than it should, by what was looked at; empty where all is well."""
    engine.console.clear()
    engine.open(sites.address(view))
    seen: dict[str, Any] = {"links without a line": engine.evaluate(LINES_UNDER_LINKS)}
    for width in (PHONE, DESKTOP):
        engine.resize(width, 900)
        seen[f"scrolls sideways at {width} px by"] = max(0, engine.evaluate(OVERFLOW))
    paper = engine.evaluate(STYLES)["html backgroundColor"]
    seen["ground"] = paper if paper != PAPER[engine.is_dark] else ""
    seen["console"] = list(engine.console)
    return {name: value for name, value in seen.items() if value}


def test_every_kind_of_page_is_right(engine: Engine, sites: Sites) -> None:
    """A line under each link, nothing sideways on a phone or a desktop, the theme's ground, a silent console."""
    wrong = {str(view): problems(engine, sites, view) for view in LOOKED_AT}

    assert {} == {name: value for name, value in wrong.items() if value}


def test_no_declaration_that_matters_is_dropped(engine: Engine, sites: Sites) -> None:
    """What an engine does not understand it drops without a word: these it must have understood."""
    engine.open(sites.address(ARTICLES[0]))
    styles = engine.evaluate(STYLES)

    assert "px" in styles["a textDecorationThickness"]
    assert "px" in styles["a textUnderlineOffset"]
    assert "1344px" == styles["body maxWidth"]
    assert int(styles["h1 fontWeight"]) >= 600
    assert "Charter" in styles["body fontFamily"]
