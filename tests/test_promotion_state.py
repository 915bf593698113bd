"""What the studio says of a promotion is what readers see."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.promotions.placement import Placement
from microsite.promotions.state import Reason, Standing, State, state_of
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Afterwards, Topic
from microsite.storage.saving import Draft
from microsite.storage.tables import Revision
from tests.conftest import NOW, Clock, Seen
from tests.saves import save_next

Look = Callable[..., Seen]
KEY = "planet-freevpn"
WORDS = {"headline": "Offre", "text": "Un texte.", "button": "Y aller"}


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


class Site:
    """The small site with its promotion, and others that a test adds."""

    def __init__(self, app: Flask, settings: Settings, clock: Clock) -> None:
        self.store, self.settings, self.clock = runtime_of(app).store, settings, clock
        self.editions: Editions = runtime_of(app).editions

    def save(self, locale: str = "fr", **draft: object) -> Revision:
        made = Draft(**{"words": {} if "action" in draft else WORDS} | draft)  # type: ignore[arg-type]
        saved = save_next(self.store, Topic(PROMOTION, KEY, locale), made, now=self.clock())
        self.editions.poll_revisions()
        return saved

    def write(self, key: str, head: str) -> None:
        (self.settings.site / "promotions" / f"{key}.toml").write_text(
            f'advertiser = "A"\ntarget = "https://freevpnplanet.com/"\n{head}\n'
            '[wording]\nheadline = "H"\ntext = "T"\nbutton = "B"\n'
        )
        self.editions.refresh()

    def state(self, at: float = 0, key: str = KEY, tag: str = "fr") -> State:
        self.clock.now = hours(at)
        self.editions.refresh()
        edition = self.editions.current
        return state_of(edition, edition.promotions[key], edition.all_content.site.locales[tag])


@pytest.fixture
def site(app: Flask, settings: Settings, clock: Clock) -> Site:
    return Site(app, settings, clock)


def test_live_names_every_page_that_shows_it(site: Site, look: Look) -> None:
    """Each of them has it; in the order of placements."""
    state = site.state(tag="en")
    assert Standing.LIVE == state.standing
    assert "home" in state.pages[Placement.HOME]
    shown = {"/en/": "home", "/en/blog/news/the-cable/": "both"}
    for path, key in shown.items():
        assert key in state.page_keys
        assert look(path).one("aside.promo")
    assert len(state.page_keys) == len(set(state.page_keys)) >= 2


def test_the_end_of_words_says_what_comes_after(site: Site) -> None:
    """The words before, or nothing."""
    site.save(live_until=hours(2))
    assert (hours(2), False) == (site.state().moment, site.state().is_last)
    site.save(live_until=hours(3), afterwards=Afterwards.NOTHING)
    assert (Standing.LIVE, hours(3), True) == (site.state().standing, site.state().moment, site.state().is_last)
    assert (Standing.ENDED, hours(3)) == (site.state(3).standing, site.state(3).moment)


def test_scheduled_is_what_has_no_words_before(site: Site) -> None:
    """Where others are live meanwhile, it is live, and names what is scheduled."""
    later = site.save(live_from=hours(2))
    state = site.state()
    assert (Standing.LIVE, [later.id]) == (state.standing, [row.id for row in state.scheduled])
    site.save(live_until=hours(1), afterwards=Afterwards.NOTHING)
    assert (Standing.SCHEDULED, hours(2)) == (site.state(1).standing, site.state(1).moment)


def test_a_pause_names_its_end_and_what_begins_behind_it(site: Site) -> None:
    """The latest end of those that run; none where one holds until it is resumed."""
    later = site.save(live_from=hours(2))
    site.save(action=Action.PAUSE, live_until=hours(4))
    state = site.state()
    assert (Standing.PAUSED, hours(4), [later.id]) == (
        state.standing,
        state.moment,
        [row.id for row in state.scheduled],
    )
    site.save(action=Action.PAUSE)
    assert (Standing.PAUSED, None) == (site.state(5).standing, site.state(5).moment)


def test_its_own_window_is_the_promotions(site: Site) -> None:
    """Whatever its words say."""
    site.write("later", 'placements = ["home"]\nfrom = 2026-12-01T09:00:00Z\nuntil = 2026-12-02T09:00:00Z')
    begin = datetime.fromisoformat("2026-12-01T09:00:00Z")
    state = site.state(key="later", tag="en")
    assert (Standing.SCHEDULED, begin, Reason.OWN_WINDOW) == (state.standing, state.moment, state.reason)
    state = site.state(24 * 30, key="later", tag="en")
    assert (Standing.ENDED, Reason.OWN_WINDOW) == (state.standing, state.reason)


def test_without_words_in_the_language_it_is_on_no_page(site: Site) -> None:
    """The French catalog knows nothing of it."""
    site.write("other", 'placements = ["home"]')
    state = site.state(key="other")
    assert (Standing.NOWHERE, Reason.NO_WORDS) == (state.standing, state.reason)


def test_without_a_place_it_is_on_no_page(site: Site) -> None:
    """No article names it."""
    site.write("other", 'placements = ["in-text"]')
    state = site.state(key="other", tag="en")
    assert (Standing.NOWHERE, Reason.NO_PLACE) == (state.standing, state.reason)


def test_a_beaten_one_names_what_stands_there(site: Site, look: Look) -> None:
    """On each of its placements."""
    site.write("newer", 'placements = ["home"]\nfrom = 2026-11-20T09:00:00Z')
    site.write("older", 'placements = ["home"]\nfrom = 2026-11-19T09:00:00Z')
    state = site.state(key="older", tag="en")
    assert (Standing.NOWHERE, Reason.BEATEN) == (state.standing, state.reason)
    assert {Placement.HOME: ["newer"]} == state.beaten_by
    assert "H" in look("/en/").words("aside.promo .headline")


def test_a_language_that_is_not_public_shows_nothing(site: Site) -> None:
    """Whatever is saved in it."""
    edition = site.editions.current
    hidden = edition._replace(public=frozenset({"en"}))
    state = state_of(hidden, edition.promotions[KEY], edition.content.site.locales["fr"])
    assert (Standing.NOWHERE, Reason.LANGUAGE) == (state.standing, state.reason)
