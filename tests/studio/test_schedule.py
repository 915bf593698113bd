"""Words for a time: scheduled, ended, paused, and what a fix in between does to that."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.studio.access import Role
from tests.conftest import Clock, Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, headline, newest_in

Look = Callable[..., Seen]
SUNDAY = "2026-11-29T18:00"


pytestmark = ON_BOTH_DATABASES


def test_words_come_and_go_at_the_accounts_own_time(writing: Writing, look: Look, clock: Clock, app: Flask) -> None:
    """Friday nine o'clock in Paris until Sunday; then the words before return."""
    writing.press("publish:", fr_headline="Vendredi", live_from="2026-11-27T09:00", live_until="2026-11-29T18:00")
    assert "It goes live by itself." in writing.text

    seen = []
    for day, hour, minute in ((27, 7, 59), (27, 8, 0), (29, 16, 59), (29, 17, 0)):
        clock.now = clock.now.replace(day=day, hour=hour, minute=minute)
        runtime_of(app).editions.refresh()
        seen.append(headline(look) == "Vendredi")
    assert [False, True, True, False] == seen


def test_what_is_scheduled_is_shown_moved_and_cancelled(writing: Writing, store: Store, look: Look) -> None:
    """On the desk and on the editing page; moving it takes the place of the old one."""
    writing.press("publish:", fr_headline="Vendredi", live_from="2026-11-27T09:00")
    friday = newest_in(store)
    assert f"Revision {friday.id} from" in " ".join(soup(writing.browser.get(DESK)).get_text(" ").split())

    moving = Writing.open(writing.browser, f"{EDIT}?from={friday.id}")
    assert ("Vendredi", "2026-11-27T09:00") == (moving.value("fr_headline"), moving.value("live_from"))
    moving.press("publish:", live_from="2026-11-28T09:00")
    saturday = newest_in(store)
    assert (friday.id, "Vendredi") == (saturday.cancels, saturday.words["headline"])

    moving.press(f"discard:{saturday.id}")
    assert "called off" in moving.text
    assert not moving.page.select(".coming")


def test_pause_and_the_catalogs_words(writing: Writing, look: Look) -> None:
    """At once, in one language; what was typed beside it stays."""
    writing.press("publish:", fr_headline="Neuf")
    writing.press("pause:fr", en_headline="Half a sentence")
    assert headline(look) is None
    assert headline(look, "/en/")
    assert "Half a sentence" == writing.value("en_headline")
    assert "Live" not in soup(writing.browser.get(HISTORY)).get_text()  # nothing is

    writing.press("resume:fr")
    assert "Neuf" == headline(look)
    writing.press("catalog:fr")
    assert "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne." == headline(look)


def test_a_fix_keeps_the_end_of_the_words_that_it_mends(writing: Writing, store: Store) -> None:
    """Words until Sunday show their end where they are mended, and the mended ones end on Sunday as well."""
    writing.press("publish:", fr_headline="Offre du week-end", live_until=SUNDAY)
    assert "Until 29 November 2026, 18:00;" in writing.text
    assert SUNDAY == writing.value("live_until")

    writing.press("publish:", fr_headline="Offre du week-end !")
    assert datetime(2026, 11, 29, 17, tzinfo=UTC) == newest_in(store).live_until


def test_an_end_may_be_moved_or_taken_away(writing: Writing, store: Store) -> None:
    """Without a change to the words, and without touching the language that has no end."""
    writing.press("publish:", fr_headline="Offre du week-end", en_headline="Always", live_until="")
    writing.press("publish:fr", live_until=SUNDAY)
    english = newest_in(store, "en").id

    writing.press("publish:", live_until="2026-11-30T18:00")
    assert datetime(2026, 11, 30, 17, tzinfo=UTC) == newest_in(store).live_until
    writing.press("publish:", live_until="")
    assert newest_in(store).live_until is None
    assert english == newest_in(store, "en").id


def test_two_ends_are_shown_and_none_is_assumed(writing: Writing, store: Store) -> None:
    """One field cannot say two moments: each language says its own."""
    writing.press("publish:", fr_headline="Offre", live_until=SUNDAY)
    writing.press("publish:en", live_until="2026-12-24T18:00")

    assert "Until 29 November 2026, 18:00;" in writing.text and "Until 24 December 2026, 18:00;" in writing.text
    assert "" == writing.value("live_until")
    assert "The languages end at different times" in writing.text

    english = newest_in(store, "en").id
    writing.press("publish:", fr_headline="Offre !")
    assert english == newest_in(store, "en").id  # a fix in French takes no end from the English words


def test_scheduled_words_are_moved_alone(writing: Writing, store: Store) -> None:
    """The other language keeps its words, and the end that they have."""
    writing.press("publish:en", live_until=SUNDAY)
    english = newest_in(store, "en").id
    writing.press("publish:fr", fr_headline="Vendredi", live_from="2026-11-27T09:00", live_until="")
    moving = Writing.open(writing.browser, f"{EDIT}?from={newest_in(store).id}")
    moving.press("publish:", live_from="2026-11-28T09:00")

    assert datetime(2026, 11, 28, 8, tzinfo=UTC) == newest_in(store).live_from
    assert english == newest_in(store, "en").id


def test_paused_words_come_back_as_they_were(writing: Writing, look: Look) -> None:
    """The fields still hold them, and whatever is published meanwhile waits for the pause to end."""
    writing.press("publish:", fr_headline="Les nôtres")
    writing.press("pause:fr")
    assert headline(look) is None

    again = Writing.open(writing.browser)
    assert "Les nôtres" == again.value("fr_headline")
    assert "Readers do not see these words, nor others that are saved" in again.text
    again.press("publish:fr", fr_headline="Mieux")
    assert headline(look) is None
    Writing.open(writing.browser).press("resume:fr")
    assert "Mieux" == headline(look)


def test_paused_words_come_back_with_their_end(writing: Writing, store: Store) -> None:
    """An offer until Sunday that was paused on Thursday still ends on Sunday."""
    writing.press("publish:", fr_headline="Offre", live_until=SUNDAY)
    writing.press("pause:fr")
    again = Writing.open(writing.browser)
    assert "Until" not in str(again.page.select_one("#words_fr"))

    again.press("publish:fr")
    assert datetime(2026, 11, 29, 17, tzinfo=UTC) == newest_in(store).live_until


def test_words_that_ended_during_a_pause_do_not_come_back(
    writing: Writing, sign_in: Callable[..., Editor], clock: Clock, app: Flask
) -> None:
    """What the pause hides then are the words before them."""
    for words, until in (("Toujours", ""), ("Offre", SUNDAY)):
        writing.press("publish:fr", fr_headline=words, live_until=until)
        clock.now += timedelta(minutes=1)
    writing.press("pause:fr")
    clock.now = clock.now.replace(day=30)
    runtime_of(app).editions.refresh()

    assert "Toujours" == Writing.open(sign_in(Role.MARKETING)).value("fr_headline")


def test_another_languages_end_does_not_bring_paused_words_back(writing: Writing, look: Look) -> None:
    """Moving the end of what readers see shows nothing that they do not see."""
    writing.press("publish:", fr_headline="Offre", en_headline="Offer", live_until=SUNDAY)
    writing.press("pause:fr")
    Writing.open(writing.browser).press("publish:", live_until="2026-11-30T18:00")

    assert headline(look) is None
