"""Comparing two wordings in Chromium: begun from the editor, looked at in every state, with scripting and without."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from microsite.promotions.comparison import comparisons
from microsite.promotions.wording import typeset_words
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role
from tests.browser.conftest import Live
from tests.browser.studio.conftest import Studio
from tests.browser.studio.test_accessibility import look
from tests.conftest import Clock
from tests.studio.conftest import add_account
from tests.studio.editors import EDIT

COMPARE, FIGURES = f"{EDIT}compare/", "/studio/figures/planet-freevpn/fr/"
BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
TOPIC = Topic(PROMOTION, "planet-freevpn", "fr")


def begun(studio: Studio) -> None:
    """In French, for two weeks, with what was typed in the editor."""
    studio.open(EDIT)
    studio.page.fill("[name=words_fr-headline]", "Mieux dit")
    studio.send("[formaction$='/compare/']")
    assert studio.page.input_value("[name=words_fr-headline]") == "Mieux dit"
    studio.page.uncheck("[name=words_en-chosen]")
    studio.page.check("[name=days][value='14']")
    studio.send("button[value=begin]")


def later(studio: Studio, clock: Clock, days: float) -> None:
    """So many days after the beginning, signed in again."""
    clock.now = BEGIN + timedelta(days=days)
    runtime_of(studio.live.app).editions.refresh()
    studio.sign_in("ada@example.org")


def counted(live: Live) -> None:
    """500 views a day, with more clicks on the days of B."""
    runtime = runtime_of(live.app)
    [comparison] = comparisons(runtime.editions.current.revisions.of(TOPIC))
    digests = [typeset_words(words, "fr").digest for words in (comparison.words_a, comparison.words_b)]
    spot = {"locale": "fr", "page": "home", "placement": "home", "promotion": "planet-freevpn", "impressions": 500}
    with runtime.store.begin() as session:
        for pair in comparison.pairs:
            for day, digest, clicks in zip(pair, digests, (5, 30), strict=True):
                session.add(PromotionCount(day=day, wording=digest, clicks=clicks, **spot))


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_axe_finds_no_fault_in_a_comparison(browser: Browser, live: Live, clock: Clock, locale: str) -> None:
    """Before it, while it runs, before it is ended, and at its end; each language in its look."""
    add_account(live.app, "ada@example.org", Role.MARKETING, locale)
    studio = Studio(browser, live, bypass_csp=True, locale=locale)
    studio.sign_in("ada@example.org")
    studio.open(COMPARE)
    violations = look(studio, "before")
    studio.send("button[value=begin]")
    violations += look(studio, "refused")
    begun(studio)
    violations += look(studio, "begun")
    counted(live)
    later(studio, clock, 8.5)
    for name, path in {"both": COMPARE, "asking": f"{COMPARE}end/"}.items():
        studio.open(path)
        violations += look(studio, name)
    for name, days in {"running": 9, "ended": 14}.items():
        later(studio, clock, days)
        studio.open(FIGURES)
        # Of a figure of one digit axe cannot say what it is; the page of figures is tested as itself.
        violations += [fault for fault in look(studio, name) if "incomplete" not in fault]
    studio.context.close()
    violations = [fault for fault in violations if "frame-tested" not in fault]
    assert not violations, "\n".join(violations)


def test_a_comparison_needs_no_script(browser: Browser, live: Live, clock: Clock) -> None:
    """From the words in the editor to what came of it, and to the editor with the better ones."""
    add_account(live.app, "ada@example.org", Role.MARKETING, "en")
    studio = Studio(browser, live, java_script_enabled=False)
    studio.sign_in("ada@example.org")
    begun(studio)
    assert "A and B are compared from" in studio.page.inner_text("main")
    counted(live)
    later(studio, clock, 14)
    studio.page.get_by_role("link", name="See what came of it.").click()
    assert "B was followed more often." in studio.page.inner_text("main")
    studio.page.get_by_role("link", name="Start from words B").click()
    assert studio.page.input_value("[name=words_fr-headline]") == "Mieux dit"
    studio.context.close()
