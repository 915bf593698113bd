"""How a text reads: in a wide window with what explains it at its side, on a phone with its words parted."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ARTICLES, DESKTOP, PAGES, PHONE, Sites, View

ALL_THREE = [view for view in ARTICLES if view.kind == "whatsapp-hong-kong"]
"""Its sources, its drawing and its quotation, in both languages."""
CHECK = next(view for view in PAGES if view.kind == "check")
"""Its text has codes such as F12."""
MEASURE = 39 * 16
"""CSS pixels: the width of the text."""

# The text, from heading to heading; what stands beside it; what goes from edge to edge. Each by its box.
BOXES = """direction => {
  document.documentElement.dir = direction;
  const boxes = selector => [...document.querySelectorAll(selector)].filter(element => element.getClientRects().length)
    .map(element => (({left, right, top, bottom}) => ({left, right, top, bottom}))(element.getBoundingClientRect()));
  return {
    text: boxes(".flow > p:not(.row), .cited > p, .cited > ul, .cited > ol:not(.cites)"),
    beside: boxes(".cited > .tag, .flow > .figure, .flow > .quote"),
    across: boxes(".flow > .rule, .flow > .promo"),
    cited: boxes(".cited"), sources: boxes(".cited > .tag"),
  };
}"""

# How far the first letter of the quotation stands from the edge of the text above it, in CSS pixels.
FIRST_LETTER = r"""() => {
  const texts = document.createTreeWalker(document.querySelector(".quote blockquote"), NodeFilter.SHOW_TEXT);
  let text = texts.nextNode();
  while (!/\p{L}/u.test(text.data)) text = texts.nextNode();
  const range = document.createRange(), start = text.data.search(/\p{L}/u);
  range.setStart(text, start);
  range.setEnd(text, start + 1);
  return range.getBoundingClientRect().left - document.querySelector(".quote .tag small").getBoundingClientRect().left;
}"""
BOXES_OF = """selector => [...document.querySelectorAll(selector)].filter(one => one.textContent.trim())
  .map(one => one.getBoundingClientRect().toJSON())"""
NOTES, WORDS = ".beside, .details dd + dd", ".line .sources > p, dd > p, .details dd:not(dd + dd)"
STYLE = "(selector, property) => getComputedStyle(document.querySelector(selector))[property]"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_page() as page:
        yield page


@pytest.mark.parametrize("width", [1360, 1600, 1920])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("view", ALL_THREE, ids=str)
def test_what_explains_stands_beside_the_text(view: View, direction: str, width: int, sites: Sites, page: Page) -> None:
    """Nothing of it touches the text, which keeps its width, or what goes across, or one another; mirrored, too."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(sites.address(view))
    boxes: dict[str, list[dict[str, Any]]] = page.evaluate(BOXES, direction)
    beside = boxes["beside"]
    edge = max(box["right"] for box in boxes["text"]), min(box["left"] for box in boxes["text"])

    assert {round(box["right"] - box["left"]) for box in boxes["text"]} == {MEASURE}
    assert len(beside) > 3
    assert all(box["left"] > edge[0] if direction == "ltr" else box["right"] < edge[1] for box in beside)
    assert all(0 <= box["left"] and box["right"] <= width for box in beside)
    assert not [box for box in beside for other in (*beside, *boxes["across"]) if box != other and meet(box, other)]


@pytest.mark.parametrize("width", [1280, 1600])
@pytest.mark.parametrize("view", ALL_THREE, ids=str)
def test_a_source_stands_beside_what_cites_it(view: View, width: int, sites: Sites, page: Page) -> None:
    """Or right below what else stands there already, where that reaches so far down."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(sites.address(view))
    boxes: dict[str, list[dict[str, Any]]] = page.evaluate(BOXES, "ltr")
    pairs = list(zip(boxes["cited"], boxes["sources"], strict=True))
    lower = [source for cited, source in pairs if source["top"] - cited["top"] > 10]

    assert len(pairs) > len(lower) and all(cited["top"] <= source["top"] for cited, source in pairs)
    for source in lower:
        assert [box for box in boxes["beside"] if 0 <= source["top"] - box["bottom"] < 30]


def meet(first: dict[str, Any], second: dict[str, Any]) -> bool:
    across = first["left"] < second["right"] and second["left"] < first["right"]
    return bool(across and first["top"] < second["bottom"] - 1 and second["top"] < first["bottom"] - 1)


@pytest.mark.parametrize("width", [PHONE, 390, 1440])
@pytest.mark.parametrize("view", ALL_THREE, ids=str)
def test_the_mark_of_a_quotation_hangs_before_it(view: View, width: int, sites: Sites, page: Page) -> None:
    """Its first letter stands where its other lines begin; the mark is still in the window."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(sites.address(view))

    assert abs(page.evaluate(FIRST_LETTER)) < 4


@pytest.mark.parametrize("view", ALL_THREE, ids=str)
def test_words_are_parted_on_phones_alone_and_in_titles_long_ones_alone(view: View, sites: Sites, page: Page) -> None:
    """Lines of 30 letters would be ragged without; those of 65 need none of it. A German word may be longer than the
    line of a title, which would end anywhere in it.
    """
    page.goto(sites.address(view))
    parted = {}
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        for selector in (".flow > p", ".title", ".flow > h2"):
            if page.evaluate(f"({STYLE})({selector!r}, 'hyphens')") == "auto":
                parted[width, selector] = page.evaluate(f"({STYLE})({selector!r}, 'hyphenateLimitChars')")

    assert parted == {(PHONE, ".flow > p"): "7 3 4", (PHONE, ".title"): "20 6", (PHONE, ".flow > h2"): "20 6"}


def test_figures_in_running_text_are_those_of_text(sites: Sites, page: Page) -> None:
    """Old-style where the font has them; dates, numbers of sources and what else names stay in line with capitals."""
    page.goto(sites.address(ALL_THREE[0]))
    styles = [
        page.evaluate(f"({STYLE})({selector!r}, 'fontVariantNumeric')")
        for selector in (".flow > p", ".dates", ".cites")
    ]

    assert styles == ["oldstyle-nums", "normal", "normal"]


def test_figures_of_a_code_are_as_tall_as_its_capitals(sites: Sites, page: Page) -> None:
    """F12, W3C; and the number of a source, which is raised."""
    for view, selector in ((CHECK, ".flow > p abbr"), (ALL_THREE[0], "sup a")):
        page.goto(sites.address(view))
        assert "lining-nums" == page.evaluate(f"({STYLE})({selector!r}, 'fontVariantNumeric')")


@pytest.mark.parametrize("view", [view for view in PAGES if view.kind in ("hong-kong", "glossary", "seen")], ids=str)
def test_notes_stand_beside_what_they_are_about(view: View, sites: Sites, page: Page) -> None:
    """Of the dossier, the glossary, and what each line seen betrays: right of all words, and none over another."""
    page.set_viewport_size({"width": 1360, "height": 900})
    page.goto(sites.address(view))
    notes, words = page.evaluate("[" + ", ".join(f"({BOXES_OF})({selector!r})" for selector in (NOTES, WORDS)) + "]")
    edge = max(box["right"] for box in words)

    assert len(notes) > 4
    assert all(edge < box["left"] and box["right"] < 1360 for box in notes)
    assert not [box for box in notes for other in notes if box != other and meet(box, other)]
