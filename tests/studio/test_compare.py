"""Somebody of marketing compares two wordings: begins, waits, cannot be tempted, and reads what came of it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from microsite.config import ROOT, Settings
from microsite.editions.edition import as_of
from microsite.editions.publishing import Editions
from microsite.promotions.comparison import Comparison, comparisons
from microsite.promotions.wording import typeset_words
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Topic
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role
from tests.conftest import NOW, Clock, Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, headline, held_by, newest_in, newest_saved

Look = Callable[..., Seen]
COMPARE, FIGURES = f"{EDIT}compare/", "/studio/figures/planet-freevpn/fr/"
A, B = "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne.", "Mieux dit"
BEGIN = datetime(2026, 11, 23, tzinfo=UTC)

pytestmark = ON_BOTH_DATABASES


def text_of(page: BeautifulSoup | TestResponse) -> str:
    shown = page if isinstance(page, BeautifulSoup) else soup(page)
    return " ".join(shown.get_text(" ").split())


def sent(browser: Editor, do: str = "begin", *tags: str, **typed: str) -> TestResponse:
    """The page's form, with the languages that are named (none: French), and words typed as `fr_headline`."""
    form = soup(browser.get(COMPARE)).select_one("form.comparing")
    assert form
    data = {name: text for name, text in held_by(form).items() if not name.endswith("-chosen")}
    data |= {f"words_{tag}-chosen": "y" for tag in tags or ("fr",)}
    for name, text in typed.items():
        locale, _, part = name.partition("_")
        data[f"words_{locale}-{part}" if part in ("headline", "text", "button") else name] = text
    return browser.post(COMPARE, data={**data, "do": do})


class Running:
    """A comparison in French for two weeks."""

    def __init__(self, app: Flask, writing: Writing, clock: Clock) -> None:
        self.app, self.writing, self.browser, self.clock = app, writing, writing.browser, clock
        self.store: Store = runtime_of(app).store
        answer = sent(self.browser, fr_headline=B, days="14")
        assert answer.status_code == 303, text_of(answer)

    @property
    def comparison(self) -> Comparison:
        edition = runtime_of(self.app).editions.current
        return comparisons(edition.revisions.of(Topic(PROMOTION, "planet-freevpn", "fr")))[-1]

    def at(self, day: float, browser_as: Callable[..., Editor] | None = None) -> "Running":
        """So many days after the beginning."""
        self.clock.now = BEGIN + timedelta(days=day)
        runtime_of(self.app).editions.refresh()
        if browser_as:
            self.browser = browser_as(Role.MARKETING)
        return self

    def count(self, clicks_a: int, clicks_b: int) -> None:
        """500 views a day, with so many clicks."""
        comparison = self.comparison
        digests = [typeset_words(words, "fr").digest for words in (comparison.words_a, comparison.words_b)]
        spot = {
            "locale": "fr",
            "page": "both",
            "placement": "in-text",
            "promotion": "planet-freevpn",
            "impressions": 500,
        }
        with self.store.begin() as session:
            for number, pair in enumerate(comparison.pairs):
                for day, digest, clicks in zip(pair, digests, (clicks_a, clicks_b), strict=True):
                    session.add(PromotionCount(day=day, wording=digest, clicks=clicks + number % 3, **spot))


@pytest.fixture
def running(app: Flask, writing: Writing, clock: Clock) -> Running:
    return Running(app, writing, clock)


def test_what_is_typed_in_the_editor_becomes_b(writing: Writing, store: Store) -> None:
    """By a button beside “Publish now”, without scripting; nothing is saved before the page's own button."""
    form = writing.page.select_one("form.editing")
    assert form
    button = form.select_one("[value=compare]")
    assert button and button["formaction"] == COMPARE
    page = soup(writing.browser.post(COMPARE, data={**held_by(form), "words_fr-headline": B, "do": button["value"]}))
    typed = page.select_one("[name=words_fr-headline]")
    assert typed and typed.get_text(strip=True) == B
    assert A in text_of(page)
    assert newest_saved(store) is None

    addresses = [str(frame["src"]) for frame in page.select("[aria-labelledby=studio_fr] iframe")]
    shown = [soup(writing.browser.get(address)).select_one("aside.promo .headline") for address in addresses]
    assert [each and each.get_text() for each in shown] == [A, B]


def test_readers_see_a_and_b_by_turns_and_a_again(running: Running, look: Look) -> None:
    """From the next midnight (UTC), as the coin says, in this language alone; afterwards A, whatever came of it."""
    saved = newest_in(running.store)
    assert (saved.action, saved.live_from, saved.live_until) == (Action.COMPARE, BEGIN, BEGIN + timedelta(days=14))
    assert headline(look) == A
    seen = []
    for day in range(14):
        running.at(day)
        begins_with = headline(look)
        running.at(day + 0.99999)
        assert headline(look) == begins_with
        seen.append(begins_with)
    assert seen == [B if running.comparison.has_b(BEGIN.date() + timedelta(day)) else A for day in range(14)]
    assert all(set(seen[day : day + 2]) == {A, B} for day in range(0, 14, 2))
    running.at(14)
    assert headline(look) == A


def test_the_site_as_of_a_day_shows_the_words_of_that_day(running: Running, app: Flask) -> None:
    """The preview of a moment is the same code with another edition."""
    edition = runtime_of(app).editions.current
    for day in (0, 1.5, 13, 14):
        shown = as_of(edition, BEGIN + timedelta(days=day)).words["fr"]["planet-freevpn"].headline
        assert shown == (B if day < 14 and running.comparison.has_b((BEGIN + timedelta(days=day)).date()) else A)


def test_every_node_shows_the_same(running: Running, app: Flask, look: Look) -> None:
    """Another process over the same database: what it reads is all that it needs."""
    runtime = runtime_of(app)
    other = Editions(runtime.settings, runtime.store, running.clock)
    for day in range(15):
        running.at(day)
        other.refresh()
        other.poll_revisions()
        assert other.current.words["fr"] == runtime.editions.current.words["fr"]
    other.stop()


def test_it_says_so_wherever_the_promotion_stands(running: Running, sign_in: Callable[..., Editor]) -> None:
    """Before it begins, what is scheduled; then until when, and which words today has; the audit has both ends."""
    assert "A comparison" in text_of(running.browser.get(DESK))
    assert "from 23 November 2026, 01:00 until 7 December 2026, 01:00" in text_of(running.browser.get(EDIT))
    running.at(0.5, sign_in)
    today = "B" if running.comparison.has_b(BEGIN.date()) else "A"
    sentence = f"Compared with B until 7 December 2026, 01:00. Today readers see {today}."
    for page in (DESK, EDIT, HISTORY, "/studio/"):
        assert sentence in text_of(running.browser.get(page)), page
    assert "Mieux dit" in text_of(running.browser.get(HISTORY))
    assert "the comparison ends 7 December 2026, 01:00." not in text_of(running.browser.get("/studio/"))
    running.at(8, sign_in)
    assert "the comparison ends 7 December 2026, 01:00." in text_of(running.browser.get("/studio/"))
    running.at(15, sign_in)
    assert "the comparison has ended. See what came of it." in text_of(running.browser.get("/studio/"))
    assert "A comparison of two wordings was scheduled" in text_of(sign_in(Role.ADMIN).get("/studio/audit"))


def test_nothing_disturbs_it(running: Running, store: Store, look: Look, sign_in: Callable[..., Editor]) -> None:
    """Other words, an end, older words, the original text: refused with a sentence, and what was typed stays. What
    begins after it may be scheduled, and the other language goes on."""
    running.at(0.5, sign_in)
    before = newest_in(store).id
    writing = Writing.open(running.browser)
    assert writing.value("fr_headline") == A
    other = ("Autre", "", ""), (A, "", "2026-12-24T09:00"), ("Autre", "2026-12-06T09:00", "")
    for words, begin, end in other:
        writing = Writing.open(running.browser)
        writing.press("publish:fr", fr_headline=words, live_from=begin, live_until=end)
        assert (writing.status, newest_in(store).id) == (422, before)
        assert "Français: two wordings are compared" in writing.text
    assert writing.value("fr_headline") == "Autre"
    assert "Return to the original text" not in writing.text

    assert (
        Writing.open(running.browser)
        .press("publish:fr", fr_headline="Après", live_from="2026-12-08T09:00")
        .answer.status_code
        == 303
    )
    assert Writing.open(running.browser).press("publish:en", en_headline="Now").answer.status_code == 303
    assert headline(look, "/en/") == "Now"
    assert headline(look) in (A, B)


def test_older_words_wait_for_its_end(writing: Writing, store: Store, app: Flask, clock: Clock) -> None:
    """From the history nothing is published meanwhile either."""
    writing.press("publish:fr", fr_headline="Un").press("publish:fr", fr_headline="Deux")
    running = Running(app, writing, clock)
    before = newest_in(store).id
    page = soup(running.browser.get(HISTORY))
    token = page.select_one("[name=csrf_token]")
    assert token and not page.select("button[name=revision]")
    assert "End the comparison" in text_of(page)
    assert "Return to the original text" not in text_of(running.browser.get(EDIT))
    data = {
        "revision": str(before - 1),
        "based_on": str(before),
        "do": "restore",
        "csrf_token": str(token["value"]),
    }
    answer = running.browser.post(HISTORY, data=data)
    assert (answer.status_code, newest_in(store).id) == (422, before)
    assert "two wordings are compared" in text_of(answer)


def test_what_cannot_be_compared_is_refused(writing: Writing, store: Store, app: Flask, settings: Settings) -> None:
    """The same words, a change or an end meanwhile, claims, nothing typed, no language: said, and nothing is saved."""
    browser = writing.browser
    (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
    runtime_of(app).editions.refresh()
    refused = {
        "Français: B says the same as A. Nothing has been saved.": sent(browser),
        "Some words claim too much.": sent(browser, fr_headline="100 % anonyme"),
        "Something needs fixing.": sent(browser, fr_headline=""),
        "No language is chosen.": sent(browser, "begin", "none"),
    }
    assert newest_saved(store) is None
    writing.press("publish:fr", fr_headline="Offre", live_from="2026-12-20T09:00")
    refused["Français: something else is scheduled for 20 December 2026, 09:00."] = sent(
        browser, fr_headline=B, days="28"
    )
    writing.act(f"unschedule/{newest_in(store).id}")
    Writing.open(browser).press("publish:fr", live_until="2026-12-10T09:00")
    before = newest_in(store).id
    refused["Français: the words that are live end on 10 December 2026, 09:00."] = sent(
        browser, fr_headline=B, days="28"
    )
    summaries = [[link["href"] for link in soup(answer).select("#studio_errors a")] for answer in refused.values()]
    assert ["#claims_fr"] in summaries and ["#words_fr-headline"] in summaries
    for sentence, answer in refused.items():
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert newest_in(store).id == before
    assert sent(browser, fr_headline=B, days="14").status_code == 303


def test_both_languages_begin_together(writing: Writing, store: Store) -> None:
    """Each with a coin of its own; sent twice they are saved once; neither can be begun again meanwhile."""
    form = soup(writing.browser.get(COMPARE)).select_one("form.comparing")
    assert form
    data = {**held_by(form), "words_fr-headline": B, "words_en-headline": "Said better", "do": "begin"}
    answers = [writing.browser.post(COMPARE, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    text = text_of(writing.browser.get(answers[0].location))
    for language in ("English", "Français"):
        assert f"{language}: A and B are compared from 23 November 2026, 01:00 until 7 December 2026, 01:00." in text
    assert newest_in(store).based_on == newest_in(store, "en").based_on == 0
    assert not soup(writing.browser.get(COMPARE)).select("form.comparing")


def test_somebody_who_saved_meanwhile_is_seen_first(
    writing: Writing, store: Store, sign_in: Callable[..., Editor]
) -> None:
    """Nothing is begun, and B stays in its fields."""
    form = soup(writing.browser.get(COMPARE)).select_one("form.comparing")
    assert form
    Writing.open(sign_in(Role.ADMIN)).press("publish:fr", fr_headline="Entre-temps")
    data = {name: text for name, text in held_by(form).items() if name != "words_en-chosen"}
    answer = writing.browser.post(COMPARE, data={**data, "words_fr-headline": B, "do": "begin"})
    page = soup(answer)
    typed = page.select_one("[name=words_fr-headline]")
    assert answer.status_code == 409 and typed and typed.get_text(strip=True) == B
    assert "Entre-temps" in text_of(page) and newest_in(store).action == Action.WORDS


def test_it_is_ended_early_after_a_question(running: Running, look: Look, sign_in: Callable[..., Editor]) -> None:
    """A is back at once, the audit knows, and nothing is said of which was better, now or later."""
    running.count(5, 30)
    running.at(6.5, sign_in)
    asking = text_of(running.browser.get(f"{COMPARE}end/"))
    assert "says nothing about which words are better, and cannot be taken up again" in asking
    writing = Writing.open(running.browser).act("compare/end")
    assert "Français: the comparison has ended." in writing.text
    assert headline(look) == A
    for day in (7, 20):
        running.at(day, sign_in)
        assert "Ended early: nothing can be said of which was better." in text_of(running.browser.get(FIGURES))
    assert "A comparison of two wordings was ended early" in text_of(sign_in(Role.ADMIN).get("/studio/audit"))


def test_before_it_begins_it_is_unscheduled(running: Running, store: Store, look: Look) -> None:
    """No day of it has been: nothing is left but the history."""
    Writing.open(running.browser).act("compare/end")
    assert newest_in(store).action == Action.CANCEL
    running.at(0.5)
    assert headline(look) == A
    assert "Comparisons" not in text_of(soup(running.browser.get(FIGURES)))


def test_what_came_of_it_is_said_at_the_end(running: Running, sign_in: Callable[..., Editor]) -> None:
    """Until then how many pairs are over and lacking; then which was followed more often, and a way to publish it."""
    running.count(5, 30)
    running.at(4.5, sign_in)
    early = soup(running.browser.get(FIGURES)).select_one(".outcome")
    assert early and "2 of 7 pairs of days are over. 4 more are needed" in text_of(
        BeautifulSoup(str(early), "html.parser")
    )
    assert "followed more often." not in early.get_text().replace("Which was followed more often is", "")

    running.at(14, sign_in)
    page = soup(running.browser.get(FIGURES))
    text = text_of(page)
    assert "B was followed more often." in text
    assert "A 11.7, B 61.7; the difference within a pair of days is +50.0." in text
    assert "Of a hundred comparisons of equal words, 1.6 would differ as much." in text
    link = next(each for each in page.select("a") if "Start from words B" in each.get_text())
    writing = Writing.open(running.browser, str(link["href"]))
    assert writing.value("fr_headline") == B
    assert writing.press("publish:fr").answer.status_code == 303


DAY_BY_DAY = [f"since={BEGIN.date() + timedelta(day)}&until={BEGIN.date() + timedelta(day)}" for day in range(3)]
LOOKS = [
    "/studio/",
    DESK,
    *(f"{path}?{days}" for path in ("/studio/figures/", FIGURES) for days in ("", *DAY_BY_DAY)),
    *(f"{path}figures.csv?{days}" for path in (FIGURES,) for days in ("", *DAY_BY_DAY)),
    "/studio/figures.csv",
]
"""Wherever the studio tells clicks: of all days, of one, of one beside the one before."""


def test_nobody_can_tell_before_the_end_which_wording_leads(running: Running, sign_in: Callable[..., Editor]) -> None:
    """Every page, table, chart and file is the same whichever leads. At the end each says what was withheld."""
    running.at(6.5, sign_in)

    def looked_at(*clicks: int) -> list[str]:
        with running.store.begin() as session:
            session.execute(delete(PromotionCount))
        running.count(*clicks)
        pages = [running.browser.get(path).get_data(as_text=True) for path in LOOKS]
        return [re.sub(r'name="csrf_token" value="[^"]*"', "", page) for page in pages]

    ahead, behind = looked_at(40, 8), looked_at(8, 40)
    assert [path for path, a, b in zip(LOOKS, ahead, behind, strict=True) if a != b] == []
    assert "told at the end of the comparison" in text_of(running.browser.get(FIGURES))
    running.at(14.1, sign_in)
    ahead, behind = looked_at(40, 8), looked_at(8, 40)
    assert {FIGURES + "?", FIGURES + "figures.csv?"} <= {
        path for path, a, b in zip(LOOKS, ahead, behind, strict=True) if a != b
    }
    assert "told at the end" not in text_of(running.browser.get(FIGURES))


def test_days_before_a_comparison_keep_their_clicks(running: Running, sign_in: Callable[..., Editor]) -> None:
    """The rate is that of the days whose clicks are told, and the page says which are not among them."""
    running.at(6.5, sign_in).count(40, 8)
    spot = {"locale": "fr", "page": "both", "placement": "in-text", "promotion": "planet-freevpn"}
    digest = typeset_words(running.comparison.words_a, "fr").digest
    with running.store.begin() as session:
        day = BEGIN.date() - timedelta(days=1)
        session.add(PromotionCount(day=day, wording=digest, impressions=1000, clicks=31, **spot))
    sums = soup(running.browser.get(FIGURES)).select_one(".sums")
    assert sums
    text = " ".join(sums.get_text(" ").split())
    assert "Clicks 31 without the days that are compared Clicks per thousand views 31.0" in text


def test_a_pause_leaves_pairs_out(running: Running, sign_in: Callable[..., Editor], look: Look) -> None:
    """It may be paused all the same; with five pairs that can be used nothing is said."""
    running.count(5, 30)
    running.at(1.5, sign_in)
    Writing.open(running.browser).act("pause", until="2026-11-26T09:00")
    assert headline(look) is None
    running.at(14, sign_in)
    text = text_of(running.browser.get(FIGURES))
    assert "with 5 pairs of days that can be used, 1 is lacking." in text
    assert "2 pairs are left out" in text


def test_before_it_begins_it_says_what_it_can_show(writing: Writing, store: Store) -> None:
    """By what the promotion did on the days of the past; of one that nobody has followed, that nobody knows."""
    assert "how small a difference so many days can show is not known" in text_of(writing.browser.get(COMPARE))
    spot = {"locale": "fr", "page": "both", "placement": "in-text", "promotion": "planet-freevpn", "wording": "catalog"}
    with store.begin() as session:
        for ago in range(1, 11):
            session.add(PromotionCount(day=NOW.date() - timedelta(ago), impressions=500, clicks=10, **spot))
    text = text_of(writing.browser.get(COMPARE))
    assert "14 days, until 7 December 2026, 01:00 Français: shows a difference of 12.3 clicks per thousand" in text
    assert "28 days, until 21 December 2026, 01:00 Français: shows a difference of 7.5 clicks per thousand" in text
    assert "English: shows" not in text


def test_it_speaks_french(sign_in: Callable[..., Editor], store: Store) -> None:
    """The page, its refusals and what it saves."""
    browser = sign_in(Role.MARKETING, "fr")
    assert "Tous les lecteurs voient A un jour et B un autre" in text_of(browser.get(COMPARE))
    assert "Français : B dit la même chose que A." in text_of(sent(browser)).replace("\xa0", " ")
    assert sent(browser, fr_headline=B).status_code == 303
    assert newest_in(store).words["headline"] == B
