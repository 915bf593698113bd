"""The figures in Chromium: drawn without script, at any width, in both languages and schemes, on paper as well."""

import re
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from microsite.promotions.wording import typeset_words
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft, save
from microsite.storage.tables import PromotionCount, Wording
from microsite.studio.access import Role
from tests.browser.conftest import DESKTOP, PHONE, Live
from tests.browser.test_accessibility import LOOKS, faults
from tests.conftest import NOW
from tests.studio.conftest import PASSWORD, add_account

FIGURES = "/studio/figures/"
TOO_SHORT = "too short to determine"
"""Of a single figure on a scale axe does not believe that it is text."""


@pytest.fixture
def studio(live: Live) -> str:
    """The address of a studio whose promotion has been counted for sixty days, with a new wording after forty."""
    app, store, now = live.app, runtime_of(live.app).store, NOW
    for tag in ("en", "fr"):
        add_account(app, f"{tag}@example.org", Role.MARKETING, tag)
        words = {"headline": "Une tête", "text": "Un texte.", "button": "Un bouton"}
        save(store, Topic(PROMOTION, "planet-freevpn", tag), Draft(words=words), 0, "en@example.org", now)
        new = typeset_words(words, tag)
        with store.begin() as session:
            wording = {**vars(new), "digest": new.digest, "promotion": "planet-freevpn", "locale": tag}
            session.add(Wording(**wording, first_shown=now - timedelta(days=20)))
            for ago, (page, placement) in product(range(60), [("home", "home"), ("both", "in-text")]):
                session.add(
                    PromotionCount(
                        day=now.date() - timedelta(days=ago),
                        locale=tag,
                        page=page,
                        placement=placement,
                        promotion="planet-freevpn",
                        wording=new.digest if ago < 20 else "catalog",
                        impressions=40 + ago % 7,
                        clicks=2 if ago < 20 else ago % 2,
                    )
                )
    return live.address


def signed_in(page: Page, studio: str, tag: str) -> Page:
    page.goto(f"{studio}/studio/login")
    page.locator("[name=email]").fill(f"{tag}@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("nav").first).to_be_visible()
    return page


def test_axe_finds_no_fault_in_the_figures(studio: str, browser: Browser) -> None:
    """Both pages, one with a wrong period, each language in its look; none is wider than phone or desk."""
    wrong = []
    for tag in ("en", "fr"):
        with browser.new_context(bypass_csp=True) as context, context.new_page() as page:
            signed_in(page, studio, tag)
            for path in ("?since=2031-01-01", f"planet-freevpn/{tag}/"):
                page.goto(studio + FIGURES + path)
                for details in page.locator("details").all():
                    details.locator("summary").click()
                width, scheme = LOOKS[tag]
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                violations = faults(page, tolerated=TOO_SHORT)
                wrong += [f"{page.url}, {width} px, {scheme}: {fault}" for fault in violations]
                for width in (PHONE, DESKTOP):
                    page.set_viewport_size({"width": width, "height": 900})
                    if page.evaluate("document.documentElement.scrollWidth") > width:
                        wrong.append(f"{page.url} is wider than {width} px")
    assert not wrong, "\n".join(wrong)


def test_the_figures_need_no_script(studio: str, browser: Browser) -> None:
    """From the list to a promotion, to other days, to the table behind the chart, to the CSV."""
    today = NOW.date()
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        signed_in(page, studio, "en").goto(studio + FIGURES)
        page.get_by_role("link", name=re.compile("^Planet FreeVPN *, English$")).click()
        page.get_by_label("From").fill(str(today - timedelta(days=39)))
        page.get_by_role("button", name="Show").click()

        assert page.locator(".days.views rect").count() == 40
        assert page.locator(".marks text").count() == 1
        expect(page.get_by_role("img", name="Views a day")).to_be_visible()
        page.get_by_text("The days as a table").click()
        assert page.locator("details tbody tr").count() == 40
        with page.expect_download() as download:
            page.get_by_role("link", name="These totals as CSV").click()
        assert (
            download.value.suggested_filename == f"figures-planet-freevpn-en-{today - timedelta(days=39)}-{today}.csv"
        )


@pytest.mark.parametrize(
    "media", [{}, {"forced_colors": "active"}, {"media": "print"}], ids=["screen", "forced", "print"]
)
def test_the_bars_are_seen_wherever_the_page_is(studio: str, browser: Browser, media: dict[str, Any]) -> None:
    """On a phone, in the system's own colours, on paper: each bar in its drawing, none in the colour of the ground."""
    with browser.new_context(viewport={"width": 320, "height": 900}) as context, context.new_page() as page:
        signed_in(page, studio, "fr").goto(f"{studio}{FIGURES}planet-freevpn/fr/")
        page.emulate_media(**media)
        drawing = page.locator(".days.views").bounding_box()
        bars = [bar.bounding_box() for bar in page.locator(".days.views rect").all()]
        fill = page.locator(".days.views rect").first.evaluate("bar => getComputedStyle(bar).fill")
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert drawing and len(bars) == 28
        assert fill != ground
        for bar in bars:
            assert bar and bar["width"] > 2 and bar["height"] > 20
            assert drawing["x"] <= bar["x"] and bar["x"] + bar["width"] <= drawing["x"] + drawing["width"] + 0.5
            assert drawing["y"] <= bar["y"] and bar["y"] + bar["height"] <= drawing["y"] + drawing["height"] + 0.5
