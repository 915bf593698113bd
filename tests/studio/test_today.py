"""The studio's first page: what is live, what comes, what waits for somebody; to each role what is theirs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import Tag
from flask import Flask

from microsite.content.site_file import Publisher
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Afterwards, Topic
from microsite.storage.saving import Draft
from microsite.studio.access import Role
from microsite.studio.today import publisher_details
from tests.conftest import NOW
from tests.saves import save_next
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.many_promotions import add_promotions

pytestmark = ON_BOTH_DATABASES
WORDS = {"headline": "Titre", "text": "Texte", "button": "Bouton"}


@pytest.fixture
def save(app: Flask) -> Callable[[Draft], None]:
    """Saves French of the real promotion."""
    runtime = runtime_of(app)

    def saved(draft: Draft) -> None:
        save_next(runtime.store, Topic(PROMOTION, "planet-freevpn", "fr"), draft, "a@example.org", NOW)
        runtime.editions.poll_revisions()

    return saved


def section(browser: Editor, name: str) -> Tag:
    part = soup(browser.get("/studio/")).select_one(f"[aria-labelledby={name}]")
    assert part, name
    return part


def text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def lane(browser: Editor, place: str, language: str) -> Tag:
    rows = section(browser, "week").select("tbody tr")
    return next(row for row in rows if place in text(row) and language in text(row))


def test_what_readers_see_now(marketer: Editor, save: Callable[[Draft], None]) -> None:
    """A promotion in a language stands there while it is live, and no longer once it is paused."""
    assert "Planet FreeVPN, Français" in text(section(marketer, "live"))
    save(Draft(Action.PAUSE, live_from=NOW))
    assert "Planet FreeVPN, Français" not in text(section(marketer, "live"))


def test_an_end_within_seven_days_waits(marketer: Editor, save: Callable[[Draft], None]) -> None:
    """And says what follows; a later one does not wait yet."""
    end = datetime(2026, 11, 26, 8, tzinfo=UTC)
    save(Draft(Action.WORDS, WORDS, live_from=NOW, live_until=end, afterwards=Afterwards.NOTHING))
    sentence = "Planet FreeVPN, Français: ends 26 November 2026, 09:00; then it is not shown."
    assert sentence in text(section(marketer, "waiting"))
    later = NOW + timedelta(days=8)
    save(Draft(Action.WORDS, WORDS, live_from=NOW, live_until=later, afterwards=Afterwards.NOTHING))
    assert "then it is not shown" not in text(section(marketer, "waiting"))


def test_a_language_older_than_another_waits(marketer: Editor, save: Callable[[Draft], None]) -> None:
    save(Draft(Action.WORDS, WORDS, live_from=NOW))
    assert "Planet FreeVPN, English: older than French." in text(section(marketer, "waiting"))


def test_the_week_has_gaps(marketer: Editor, save: Callable[[Draft], None]) -> None:
    """From the moment on at which nothing can stand on the home page, in that language alone."""
    assert not lane(marketer, "home page", "Français").select(".gap")
    end = datetime(2026, 11, 26, 8, tzinfo=UTC)
    save(Draft(Action.WORDS, WORDS, live_from=NOW, live_until=end, afterwards=Afterwards.NOTHING))
    gaps = lane(marketer, "home page", "Français").select(".gap")
    assert ["09:00 Gap", "Gap"] == [text(gap) for gap in gaps]
    assert not lane(marketer, "home page", "English").select(".gap")


def test_a_pause_without_an_end_and_the_gap_that_it_makes_wait(marketer: Editor, save: Callable[[Draft], None]) -> None:
    """Where everything is paused nothing is live, and somebody has to resume it."""
    assert "Français: a gap" not in text(section(marketer, "waiting"))
    save(Draft(Action.PAUSE, live_from=NOW))
    waiting = text(section(marketer, "waiting"))
    assert "Planet FreeVPN, Français: paused until somebody resumes it." in waiting
    assert "Its place on the home page, Français: a gap from 22 November 2026 on." in waiting
    assert "English: a gap" not in waiting


def test_details_of_the_publisher_have_their_names(sign_in: Callable[..., Editor]) -> None:
    """Those of readers’ pages, not of a file, which is for whoever looks after it."""
    waiting = text(section(sign_in(Role.MARKETING), "waiting"))
    assert "Details of the publisher are still to be filled in: " in waiting
    assert "filled in: Address." in waiting and "site.toml" not in waiting
    assert "They stand in site.toml." in text(section(sign_in(Role.ADMIN), "waiting"))


def test_every_detail_of_the_publisher_has_a_name(app: Flask) -> None:
    with app.test_request_context("/studio/"):
        assert list(Publisher.model_fields) == list(publisher_details())


def test_of_several_for_one_place_the_week_names_the_first(marketer: Editor, app: Flask) -> None:
    """And says how many stand behind it; a day's head has no year, which everybody knows."""
    add_promotions(app, 3, NOW)
    standing = text(lane(marketer, "home page", "English").select(".lane")[0])
    assert "Winter offer 2026 and 1 behind it" == standing
    days = [text(head) for head in section(marketer, "week").select("thead th")]
    assert ["Place, language", "Sun 22 Nov", "Mon 23 Nov"] == days[:3]


def test_the_week_has_seven_days_in_each_lane(marketer: Editor) -> None:
    for row in section(marketer, "week").select("tbody tr"):
        assert 7 == sum(int(str(cell["colspan"])) for cell in row.select("td"))


def test_to_each_role_what_is_theirs(editions: Editions, sign_in: Callable[..., Editor]) -> None:
    """Translators see no promotions, and marketing no queue that it may not open."""
    editions.refresh()
    page = soup(sign_in(Role.TRANSLATOR).get("/studio/"))
    assert not page.select("[aria-labelledby=live], [aria-labelledby=week], main a[href*='/promotions/']")
    assert not soup(sign_in(Role.MARKETING).get("/studio/")).select("main a[href*='/translations/']")


def test_admins_are_told_of_a_late_backup(app: Flask, sign_in: Callable[..., Editor], marketer: Editor) -> None:
    """That there is none; nobody else could do anything about it."""
    runtime_of(app).last_backup.max_days = 7
    assert "There has never been a backup." in text(soup(sign_in(Role.ADMIN).get("/studio/")))
    assert "backup" not in text(soup(marketer.get("/studio/")))
