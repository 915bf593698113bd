"""How pages stand: narrow and wide, enlarged, under a finger, from the keyboard, on paper, in other colours."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from microsite.config import ROOT, Settings
from tests.browser.conftest import (
    ARTICLES,
    DESKTOP,
    EVERY,
    LISTS,
    ONE_OF_EACH,
    PAGES,
    PHONE,
    RIGHT_TO_LEFT,
    TABLET,
    WRONG,
    Sites,
    View,
    serve,
)

TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""
"""WCAG 2.2, success criterion 1.4.12."""
NORMAL, TWICE_AS_LARGE = 16, 32
"""CSS pixels, as a reader sets them for all text in their browser: success criterion 1.4.4."""
FINGER = 44
"""CSS pixels: WCAG 2.2, success criterion 2.5.5."""
LINE = 24
"""CSS pixels: a link in a sentence may be as high as its line, which is as high as success criterion 2.5.8 wants it."""
SHEET = 680
"""CSS pixels: A4, less its margins."""

# Words that are not wholly inside the window. The breadcrumb is cut on purpose: the title that it ends with follows.
CUT_OFF = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), cut_off = [];
  while (texts.nextNode()) {
    const text = texts.currentNode, range = document.createRange();
    if (!text.data.trim() || text.parentElement.closest(".skip, .hide, .trail [aria-current]")) continue;
    range.selectNodeContents(text);
    for (const box of range.getClientRects())
      if (box.width && (box.left < -.5 || box.right > innerWidth + .5)) cut_off.push(text.data.trim());
  }
  return cut_off;
}"""
# Links and controls, what is folded among them: where they are, and whether they stand among the words of a sentence.
CONTROLS = """() => {
  const words = node => [...node.childNodes].some(child => child.nodeType === 3 && /[\\p{L}\\p{N}]/u.test(child.data));
  for (const details of document.querySelectorAll("details")) details.open = true;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
  return all.filter(control => control.getClientRects().length).map(control => {
    let around = control.parentElement;
    const marks = "em, strong, cite, i, b, q, sup, span[lang]";
    while (around.matches(marks) && !words(around)) around = around.parentElement;
    const {left, right, top, bottom, width, height} = control.getBoundingClientRect();
    return {
      name: control.textContent.trim(), left, right, top, bottom, width, height,
      inSentence: getComputedStyle(control).display === "inline" && words(around),
      line: parseFloat(getComputedStyle(around).lineHeight),
    };
  });
}"""
PARAGRAPHS, TOPS = (
    ".flow > p, .flow > .cited > p",
    "paragraphs => paragraphs.map(paragraph => paragraph.getBoundingClientRect().top)",
)
# What has the focus, and what shows it.
FOCUSED = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect(), style = getComputedStyle(focused);
  const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  return {
    text: focused.textContent.trim(), address: focused.href ?? "", hreflang: focused.hreflang ?? "",
    shown: focused.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3,
    inside: box.left >= ring && box.right <= innerWidth - ring && box.top >= ring && box.bottom <= innerHeight - ring,
    index: [...document.querySelectorAll("a[href], summary, main")].indexOf(focused),
  };
}"""
# Which way the words of each language run.
DIRECTIONS = """() => [...document.querySelectorAll("[lang]:not(.langs *)")].map(
  element => [element.lang, getComputedStyle(element).direction, element.textContent.trim().slice(0, 60)]
)"""
# Ink and ground.
COLOURS = "(({backgroundColor, color}) => [color, backgroundColor])(getComputedStyle(document.documentElement))"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for most of these tests; our policy would keep out the style that stands for a reader's own."""
    with browser.new_context(bypass_csp=True) as context, context.new_page() as page:
        yield page


@pytest.fixture
def larger_text(page: Page) -> Iterator[None]:
    """The reader has set their browser to text twice as large."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": TWICE_AS_LARGE, "fixed": TWICE_AS_LARGE}})
    yield
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": NORMAL, "fixed": NORMAL}})
    browser.detach()


@pytest.fixture
def paper(page: Page) -> Iterator[None]:
    """The reader, whose system is set to dark, prints."""
    page.emulate_media(media="print", color_scheme="dark")
    yield
    page.emulate_media(media="screen", color_scheme="light")


def open_page(page: Page, address: str, width: int, height: int = 720) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)


def sideways(page: Page) -> list[str]:
    """Why a reader would have to scroll sideways, or would miss words."""
    cut_off: list[str] = page.evaluate(CUT_OFF)
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{beyond} px beyond the edge", *cut_off] if beyond or cut_off else []


def sideways_at_every_width(page: Page) -> dict[str, list[str]]:
    """By width, of the page that is open; empty where all is well."""
    too_wide = {}
    for width in (PHONE, TABLET, DESKTOP):
        page.set_viewport_size({"width": width, "height": 720})
        too_wide[f"{width} px"] = sideways(page)
    return {width: why for width, why in too_wide.items() if why}


@pytest.mark.parametrize("view", EVERY, ids=str)
def test_nobody_scrolls_sideways(view: View, sites: Sites, page: Page) -> None:
    """Not at 320 px, which is also a desk's 1280 px at 400 %, nor with the spacing that a reader may need."""
    open_page(page, sites.address(view), PHONE)
    too_wide = sideways_at_every_width(page)
    page.add_style_tag(content=TEXT_SPACING)
    too_wide |= {f"{width}, more spacing": why for width, why in sideways_at_every_width(page).items()}

    assert not too_wide


@pytest.mark.usefixtures("larger_text")
@pytest.mark.parametrize("view", ONE_OF_EACH, ids=str)
def test_nobody_scrolls_sideways_with_larger_text(view: View, sites: Sites, page: Page) -> None:
    """Text twice as large makes a page longer, never wider."""
    open_page(page, sites.address(view), PHONE)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{TWICE_AS_LARGE}px"

    assert not sideways_at_every_width(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("view", ONE_OF_EACH, ids=str)
def test_a_finger_hits_what_it_means(view: View, width: int, sites: Sites, page: Page) -> None:
    """A control has room for a finger and shares it with no other; a link in a sentence is as high as a good line."""
    open_page(page, sites.address(view), width)
    controls: list[dict[str, Any]] = page.evaluate(CONTROLS)
    alone = [control for control in controls if not control["inSentence"]]
    small = [control for control in alone if control["height"] < FINGER - 0.01 or control["width"] < FINGER - 0.01]
    low = [control for control in controls if control["inSentence"] and control["line"] < LINE]

    assert not {control["name"]: f"{control['width']:.1f} × {control['height']:.1f}" for control in small + low}
    assert not [
        f"{control['name']} on {other['name']}" for control in alone for other in alone if overlap(control, other)
    ]


def overlap(first: dict[str, Any], second: dict[str, Any]) -> bool:
    apart = first["right"] <= second["left"] + 1 or first["bottom"] <= second["top"] + 1
    return first is not second and not apart and (first["top"], first["left"]) <= (second["top"], second["left"])


@pytest.mark.parametrize("view", ONE_OF_EACH, ids=str)
def test_the_keyboard_reaches_everything_in_reading_order(view: View, sites: Sites, page: Page) -> None:
    """First past the header, then in another language within four; and one sees where one is."""
    open_page(page, sites.address(view), DESKTOP)
    page.eval_on_selector_all("details", "all => all.forEach(details => { details.open = true })")
    links = page.locator("a[href]:visible, summary").count()
    steps = [tab(page) for _ in range(links)]
    languages = [step["hreflang"] for step in steps[:4] if step["hreflang"]]

    assert steps[0]["address"].endswith("#site_content")
    assert languages
    assert not [step["text"] for step in steps if not step["shown"] or not step["inside"]]
    assert [step["index"] for step in steps] == sorted({step["index"] for step in steps})


@pytest.mark.parametrize("width", [PHONE, 390, TABLET])
@pytest.mark.parametrize("view", LISTS[:2], ids=str)
def test_the_name_and_the_other_language_share_one_line(view: View, width: int, sites: Sites, page: Page) -> None:
    """Even on a small phone the header leaves the screen to the article."""
    open_page(page, sites.address(view), width)
    name, link = page.locator(".name").bounding_box(), page.locator(".langs a").bounding_box()

    assert name and link and abs(name["y"] - link["y"]) < 10


@pytest.mark.parametrize("width", [1440, 1920])
def test_the_ground_of_an_advertisement_reaches_the_edges_of_a_wide_window(
    width: int, sites: Sites, page: Page
) -> None:
    """One dark band, and nothing to scroll to beside it."""
    open_page(page, sites.address(ARTICLES[-1]), width)
    page.locator(".promo").scroll_into_view_if_needed()
    box = page.locator(".promo").bounding_box()
    assert box
    shot = page.screenshot(clip={"x": 0, "y": box["y"] + box["height"] / 2, "width": width, "height": 1})
    colours = Image.open(BytesIO(shot)).convert("RGB")

    assert colours.getpixel((0, 0)) == colours.getpixel((width - 1, 0)) == (15, 47, 56)
    assert not sideways(page)


@pytest.mark.parametrize("view", [*LISTS[:2], *ARTICLES[:2], *WRONG], ids=str)
def test_the_first_link_leads_past_the_header(view: View, sites: Sites, page: Page) -> None:
    """The next key press then is the first link of the text."""
    open_page(page, sites.address(view), DESKTOP)
    tab(page)
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.matches('main')")
    tab(page)
    assert page.evaluate("document.activeElement === document.querySelector('main a[href]')")


def tab(page: Page) -> dict[str, Any]:
    page.keyboard.press("Tab")
    focused: dict[str, Any] = page.evaluate(FOCUSED)
    return focused


@pytest.mark.parametrize("view", ARTICLES, ids=str)
def test_an_advertisement_comes_after_the_first_screen_and_says_what_it_is(
    view: View, sites: Sites, page: Page
) -> None:
    """Nobody meets one before the article; its first word is the one that the law knows."""
    open_page(page, sites.address(view), DESKTOP)
    for promotion in page.locator(".promo").all():
        box = promotion.bounding_box()
        words = promotion.inner_text().split()

        assert box and box["y"] >= 720
        assert words[0] == {"en": "Advertisement", "fr": "Publicité"}[view.tag]


def test_articles_carry_advertisements(sites: Sites, page: Page) -> None:
    """Or the rules on them would hold of nothing."""
    open_page(page, sites.address(ARTICLES[-1]), DESKTOP)

    assert page.locator(".promo").count() == 1


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("view", [view for view in ONE_OF_EACH if view in (*LISTS, *ARTICLES, *PAGES)], ids=str)
def test_paper_carries_the_text_and_where_it_is_from(view: View, sites: Sites, page: Page) -> None:
    """No advertisement, nothing to press; who publishes, and the address; black on white, even out of the dark."""
    open_page(page, sites.address(view), SHEET)
    foot = page.locator(".foot").inner_text()

    to_press = page.locator(".promo, nav:not(.pages), .pages a, .skip, .button").all()
    assert not [element for element in to_press if element.is_visible()]
    assert "Planet FreeVPN" in foot
    assert sites.address(view) in foot
    assert page.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert not sideways(page)


def test_forced_colours_leave_buttons_and_advertisements_an_edge(sites: Sites, browser: Browser) -> None:
    """Where a reader's system takes away every ground, a drawn line says what is one thing."""
    with browser.new_context(forced_colors="active") as context:
        page = context.new_page()
        for view in [*LISTS[:2], *ARTICLES]:
            page.goto(sites.address(view))
            edges = page.evaluate(
                """[...document.querySelectorAll(".button, .promo")].map(element => {
                  const style = getComputedStyle(element), side = element.matches(".promo") ? "outline" : "borderTop";
                  return [style[side + "Style"], parseFloat(style[side + "Width"])];
                })"""
            )
            assert all(edge == ["solid", 2] for edge in edges), view


@pytest.mark.parametrize("view", RIGHT_TO_LEFT, ids=str)
def test_a_right_to_left_page_begins_at_the_right(view: View, sites: Sites, page: Page) -> None:
    """And words in another language run their own way, or their full stops stand at the wrong end."""
    open_page(page, sites.address(view), DESKTOP)
    name, switch = page.locator(".name").bounding_box(), page.locator(".langs").bounding_box()
    directions = page.evaluate(DIRECTIONS)

    assert name and switch and name["x"] > switch["x"]
    assert not [words for language, direction, words in directions if (direction == "rtl") != (language == "ar")]


@pytest.mark.parametrize("view", ARTICLES, ids=str)
def test_an_article_begins_on_the_first_screen_of_a_phone(view: View, sites: Sites, page: Page) -> None:
    """The first paragraph begins in the upper 600 of 844 pixels; an advertisement takes no more than 480."""
    open_page(page, sites.address(view), 390, 844)
    tops = page.eval_on_selector_all(PARAGRAPHS, TOPS)
    heights = page.eval_on_selector_all(".promo", "asides => asides.map(aside => aside.offsetHeight)")

    assert tops[0] < 600
    assert all(height <= 480 for height in heights)


@pytest.mark.parametrize("months", [1, 40], ids=["checked a month ago", "not checked for years"])
def test_an_article_begins_there_whatever_is_said_of_its_age(months: int, tmp_path: Path, page: Page) -> None:
    """Beside its other dates that it was checked; above it, how old it is, and that nobody has checked it since."""
    shutil.copytree(ROOT / "site", tmp_path / "site")
    for path in (tmp_path / "site" / "articles").glob("*/*.md"):
        path.write_text(path.read_text().replace("\nsources:", "\nreviewed: 2027-01-01\nsources:", 1))
    now = datetime(2027 + months // 12, 1 + months % 12, 2, tzinfo=UTC)
    tops = {}
    with serve(Settings(site=tmp_path / "site", instance=tmp_path), lambda: now) as later:
        for view in ARTICLES:
            open_page(page, later.address + view.find(later.content, later.content.site.locales[view.tag]), 390, 844)
            tops[str(view)] = page.eval_on_selector_all(PARAGRAPHS, TOPS)[0]

    assert not {name: top for name, top in tops.items() if top >= 600}


def test_on_a_phone_a_source_stands_below_what_it_is_cited_for(sites: Sites, page: Page) -> None:
    """A quotation as a paragraph; who speaks stands above it."""
    (view,) = [view for view in ARTICLES if str(view) == "whatsapp-hong-kong-en"]
    for width in (PHONE, TABLET):
        open_page(page, sites.address(view), width)
        boxes = {name: page.locator(f".quote {name}").bounding_box() for name in ("small", "blockquote", ".cites")}
        speaker, words, source = boxes.values()

        assert speaker and words and source
        assert speaker["y"] < words["y"] and words["y"] + words["height"] <= source["y"]


LINES = """[...document.querySelectorAll(".top, .rule, .links li + li, .details div + div")]
.filter(element => element.checkVisibility()).map(element => {
  const style = getComputedStyle(element), line = getComputedStyle(element, "::before");
  const borders = parseFloat(style.borderTopWidth) + parseFloat(style.borderBottomWidth);
  if (borders) return element.getBoundingClientRect().width;
  return line.content === "none" ? null : parseFloat(line.width);
}).filter(width => width !== null).map(Math.round)"""
"""How long each line between parts of a page is, and between those of a list."""


@pytest.mark.parametrize("view", [*LISTS[:4], *ARTICLES[:4], *PAGES], ids=str)
def test_lines_have_one_length(view: View, sites: Sites, page: Page) -> None:
    """That of the page's head, whatever they part."""
    open_page(page, sites.address(view), DESKTOP)
    lengths = page.evaluate(LINES)

    assert len(lengths) > 3 and len(set(lengths)) == 1


@pytest.mark.parametrize("view", ARTICLES[:4], ids=str)
def test_the_trail_takes_one_line_of_a_phone(view: View, sites: Sites, page: Page) -> None:
    """With the step above the article alone, where there is room for no more."""
    open_page(page, sites.address(view), PHONE)
    box = page.locator(".trail ol").bounding_box()

    assert box and box["height"] <= FINGER
    assert page.locator(".trail a").last.is_visible()


# Of each fact about an article whose words begin a line: how far from the edge of the text they stand.
LINE_BEGINNINGS = """[...document.querySelectorAll(".dates")].flatMap(dates => {
  const edge = dates.parentElement.getBoundingClientRect(), mirrored = getComputedStyle(dates).direction === "rtl";
  const away = fact => {
    const words = document.createRange();
    words.selectNodeContents(fact);
    const box = words.getBoundingClientRect();
    return {line: Math.round(box.bottom), far: mirrored ? edge.right - box.right : box.left - edge.left};
  };
  const facts = [...dates.children].map(away);
  return facts.filter((fact, index) => !index || fact.line !== facts[index - 1].line).map(fact => fact.far);
})"""


@pytest.mark.parametrize("view", [*LISTS[:2], *ARTICLES[:4], *RIGHT_TO_LEFT[:3]], ids=str)
def test_no_line_of_dates_begins_or_ends_with_a_point(view: View, sites: Sites, page: Page) -> None:
    """The point before what begins a line is cut off; the words stand below each other, and there is none behind."""
    open_page(page, sites.address(view), PHONE)
    distances = page.evaluate(LINE_BEGINNINGS)

    assert distances and all(abs(distance) < 1 for distance in distances), distances
    assert "none" == page.evaluate("getComputedStyle(document.querySelector('.dates > *'), '::after').content")
    assert page.evaluate("getComputedStyle(document.querySelector('.dates')).clipPath").startswith("inset(0px ")
