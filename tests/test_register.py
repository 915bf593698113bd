"""The register of advertisements knows every wording that was public, from when to when."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.promotions.register import Register
from microsite.promotions.register_entries import advertisements
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Afterwards, Topic
from microsite.storage.saving import Draft
from microsite.storage.tables import Showing
from tests.conftest import NOW, Clock
from tests.saves import save_next

KEY = "planet-freevpn"
CATALOG = "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne."


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


class Site:
    """The small site in the hands of marketing, and its process, which may be started anew."""

    def __init__(self, app: Flask, settings: Settings, clock: Clock) -> None:
        self.runtime, self.settings, self.clock = runtime_of(app), settings, clock
        self.file = settings.site / "promotions" / f"{KEY}.toml"
        self.at(0)

    def save(self, headline: str = "", **draft: object) -> None:
        words = {"headline": headline, "text": "Un texte.", "button": "Y aller"} if headline else {}
        made = Draft(**{"words": words, **draft})  # type: ignore[arg-type]
        save_next(self.runtime.store, Topic(PROMOTION, KEY, "fr"), made, now=self.clock())
        self.runtime.editions.poll_revisions()

    def at(self, number: float) -> None:
        """So many hours later; whatever is due meanwhile comes in its time."""
        editions = self.runtime.editions
        while editions.current.due <= hours(number):
            self.clock.now = editions.current.due
            editions.check_clock()
        self.clock.now = hours(number)
        editions.poll_database()

    def start_anew(self) -> None:
        self.runtime.counts.flush()
        self.runtime.editions = Editions(self.settings, self.runtime.store, self.clock)

    def changes(self, tag: str = "fr", key: str = KEY) -> list[tuple[float, str | None]]:
        """After how many hours which headline came, or none."""
        register: Register = self.runtime.editions.current.register
        return [
            ((change.moment - NOW) / timedelta(hours=1), change.words.headline if change.words else None)
            for change in register.shown
            if (change.locale, change.promotion) == (tag, key)
        ]

    @property
    def rows(self) -> int:
        self.runtime.counts.flush()
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(Showing)) or 0


@pytest.fixture
def site(app: Flask, settings: Settings, clock: Clock) -> Site:
    return Site(app, settings, clock)


def test_whatever_changes_what_is_shown_is_kept(site: Site) -> None:
    """Words that are published, scheduled, paused, at their end; the catalog's again. A language by itself."""
    site.at(1)
    site.save("Une offre", live_until=hours(9), afterwards=Afterwards.NOTHING)
    site.at(2)
    site.save("Une autre", live_from=hours(3), live_until=hours(4))
    site.at(5)
    site.save(action=Action.PAUSE, live_until=hours(6))
    site.at(10)
    site.save(action=Action.CATALOG)
    kept = [(0, CATALOG), (1, "Une offre"), (3, "Une autre"), (4, "Une offre"), (5, None), (6, "Une offre")]
    assert site.changes() == [*kept, (9, None), (10, CATALOG)]
    assert len(site.changes("en")) == 1


def test_a_promotion_that_is_on_no_page_is_not_shown(site: Site) -> None:
    """Its words are in force, but it has no place; or the promotion itself is over."""
    text = site.file.read_text()
    places = 'placements = ["in-text", "default", "home"]'
    assert places in text
    for number, changed in enumerate((text.replace(places, "placements = []"), text, f"until = {hours(3.5)}\n{text}")):
        site.at(number + 1)
        site.file.write_text(changed)
        site.runtime.editions.refresh()
    site.at(4)
    assert [(0, CATALOG), (1, None), (2, CATALOG), (3.5, None)] == site.changes()


def test_it_outlives_the_process(site: Site) -> None:
    """What was shown until then is read at the next start; what is the same as before is no change."""
    site.at(1)
    site.save("Une offre")
    site.start_anew()
    site.at(2)
    assert [(0, CATALOG), (1, "Une offre")] == site.changes()
    site.save("Une autre")
    site.start_anew()
    assert [(0, CATALOG), (1, "Une offre"), (2, "Une autre")] == site.changes()
    assert site.rows == 4  # with that of English


def test_of_two_processes_each_change_is_kept_once(site: Site, settings: Settings, clock: Clock) -> None:
    """They publish the same, one a moment after the other."""
    rows = site.rows
    mine, other = site.runtime.editions, Editions(settings, site.runtime.store, clock)
    site.at(1)
    for editions in (other, mine):
        site.runtime.editions = editions
        assert site.changes() == [(0, CATALOG)]
    site.save("Une offre")
    assert site.rows == rows + 1
    site.runtime.editions = other
    site.at(1.0001)
    assert site.changes() == [(0, CATALOG), (1.0001, "Une offre")]
    assert site.rows == rows + 1


def test_a_database_that_is_away_gets_it_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process remembers what it has shown."""
    rows = site.rows

    def refuse() -> None:
        raise OperationalError("BEGIN", {}, Exception("away"))

    with monkeypatch.context() as away:
        away.setattr(site.runtime.store, "begin", refuse)
        site.file.write_text(site.file.read_text().replace('advertiser = "Planet FreeVPN"', 'advertiser = "Other"'))
        site.at(1)
        site.runtime.editions.refresh()
        site.runtime.counts.flush()
    assert site.rows == rows + 2


@pytest.mark.parametrize("year", [2021, 2031])
def test_a_clock_that_is_years_wrong_claims_no_years(site: Site, year: int) -> None:
    """What was shown before it was put right, and after, is still said."""
    right = site.clock.now
    site.clock.now = datetime(year, 1, 1, tzinfo=UTC)
    site.save("Une offre")
    site.clock.now = right + timedelta(hours=1)
    site.runtime.editions.check_clock()
    site.runtime.editions.refresh()
    now = site.runtime.editions.current.moment
    in_force = [change for change in site.changes() if hours(change[0]) <= now]
    assert in_force == ([(0, CATALOG), (1, "Une offre")] if year == 2021 else [(0, CATALOG)])
    site.at(2)
    site.save("Une autre")
    (advertisement,) = [each for each in advertisements(site.runtime.editions.current) if each.key == KEY]
    (shown,) = [
        words
        for each in advertisement.languages
        for words in each.wordings
        if words.key.locale == "fr" and words.is_shown
    ]
    assert (shown.words.headline, shown.spans[-1].begin) == ("Une autre", hours(2))
