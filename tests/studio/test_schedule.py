"""Words for a time: scheduled, ended, paused, and what a fix in between does to that."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.studio.access import Role
from tests.conftest import Clock, Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, headline, held_by, newest_in, newest_saved

Look = Callable[..., Seen]
SUNDAY = "2026-11-29T18:00"


pytestmark = ON_BOTH_DATABASES


def test_words_come_and_go_at_the_accounts_own_time(writing: Writing, look: Look, clock: Clock, app: Flask) -> None:
    """Friday nine o'clock in Paris until Sunday; then the words before return."""
    writing.press("publish:", fr_headline="Vendredi", live_from="2026-11-27T09:00", live_until="2026-11-29T18:00")
    assert "It begins by itself on 27 November 2026, 09:00." in writing.text

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
    assert "Vendredi from 27 November 2026, 09:00" in " ".join(soup(writing.browser.get(DESK)).get_text(" ").split())

    moving = Writing.open(writing.browser, f"{EDIT}?from={friday.id}")
    assert ("Vendredi", "2026-11-27T09:00") == (moving.value("fr_headline"), moving.value("live_from"))
    moving.press("publish:", live_from="2026-11-28T09:00")
    saturday = newest_in(store)
    assert (friday.id, "Vendredi") == (saturday.cancels, saturday.words["headline"])

    moving.act(f"unschedule/{saturday.id}")
    assert "unscheduled." in moving.text
    assert not moving.page.select(".coming")


def test_pause_and_the_catalogs_words(writing: Writing, look: Look) -> None:
    """At once, in one language."""
    writing.press("publish:", fr_headline="Neuf")
    writing.act("pause", "fr")
    assert headline(look) is None
    assert headline(look, "/en/")
    assert "Live" not in soup(writing.browser.get(HISTORY)).get_text()  # nothing is

    writing.act("unpause", "fr")
    assert "Neuf" == headline(look)
    writing.act("catalog", "fr")
    assert "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne." == headline(look)


def test_a_fix_keeps_the_end_of_the_words_that_it_mends(writing: Writing, store: Store) -> None:
    """Words until Sunday show their end where they are mended, and the mended ones end on Sunday as well."""
    writing.press("publish:", fr_headline="Offre du week-end", live_until=SUNDAY)
    assert "Until 29 November 2026, 18:00;" in writing.text
    assert SUNDAY == writing.value("live_until")

    writing.press("publish:", fr_headline="Offre du week-end !")
    assert datetime(2026, 11, 29, 17, tzinfo=UTC) == newest_in(store).live_until


def test_live_words_are_given_an_end_and_lose_it(writing: Writing, store: Store, look: Look) -> None:
    """The same words from the same moment, in all languages that are chosen; the catalog's stay the catalog's."""
    writing.press("publish:", fr_headline="Offre du week-end")
    first = newest_in(store)
    writing.press("preview", live_until=SUNDAY, afterwards="nothing")
    assert "End on Sunday, 29 November 2026, 18:00" in [
        button.get_text() for button in writing.page.select("#studio_publish")
    ]
    writing.press("publish:")
    ended, english = newest_in(store), newest_in(store, "en")
    assert (first.words, first.live_from, first.id) == (ended.words, ended.live_from, ended.cancels)
    assert (datetime(2026, 11, 29, 17, tzinfo=UTC), "nothing") == (ended.live_until, ended.afterwards)
    assert ("catalog", ended.live_until) == (english.action, english.live_until)
    assert "Until 29 November 2026, 18:00; then it is not shown." in writing.text

    writing.press("publish:fr", live_until="2026-11-30T18:00")
    assert datetime(2026, 11, 30, 17, tzinfo=UTC) == newest_in(store).live_until
    assert english.id == newest_in(store, "en").id  # which was not chosen
    writing.press("publish:", live_until="")
    assert (None, None) == (newest_in(store).live_until, newest_in(store, "en").live_until)
    assert "Offre du week-end" == headline(look)


def test_an_end_that_is_sent_twice_is_saved_once(writing: Writing, store: Store) -> None:
    """A double click says twice that it is done."""
    form = writing.page.select_one("form.editing")
    assert form
    data = {**held_by(form), "live_until": SUNDAY, "afterwards": "nothing", "do": "publish:"}
    answers = [writing.browser.post(EDIT, data=data) for _ in range(2)]
    assert [303, 303] == [answer.status_code for answer in answers]
    assert answers[0].location == answers[1].location
    assert newest_in(store).based_on == 0


def test_the_button_says_what_it_does_and_does_nothing_else(writing: Writing, store: Store) -> None:
    """Without scripting it still says “Publish now” when a date has been chosen: then it asks first."""
    publish = "#studio_publish"
    assert "Publish now" == writing.page.select_one(publish).get_text(strip=True)  # type: ignore[union-attr]
    form = writing.page.select_one("form.editing")
    assert form
    later = {"when": "later", "live_from": "2026-11-27T09:00", "words_fr-headline": "Vendredi"}
    writing.answer = writing.browser.post(EDIT, data={**held_by(form), **later, "do": "publish:"})
    writing.page = soup(writing.answer)

    assert (422, None) == (writing.status, newest_saved(store))
    button = writing.page.select_one(publish)
    assert button and "Schedule for Friday, 27 November 2026, 09:00" == button.get_text(strip=True)
    assert "press “Schedule for Friday" in writing.text
    writing.press(str(button["value"]), live_from=later["live_from"])
    assert datetime(2026, 11, 27, 8, tzinfo=UTC) == newest_in(store).live_from


def test_a_date_and_from_now_on_is_one_too_many(writing: Writing, store: Store) -> None:
    """Neither is taken for granted; a beginning that is chosen needs a date."""
    writing.press("publish:", fr_headline="V", live_from="2026-11-27T09:00", when="now")
    assert 422 == writing.status and "“From now on” is chosen" in writing.text
    writing.press("publish:later", fr_headline="V", live_from="", when="later")
    assert 422 == writing.status and "Write when it begins." in writing.text
    assert newest_saved(store) is None


def test_what_was_scheduled_together_is_changed_and_unscheduled_together(writing: Writing, store: Store) -> None:
    """Both languages begin with their scheduled words; one that has nothing scheduled is not ticked, and says so."""
    writing.press("publish:", fr_headline="Vendredi", en_headline="Friday", live_from="2026-11-27T09:00")
    french, english = newest_in(store), newest_in(store, "en")
    changing = Writing.open(writing.browser, f"{EDIT}?from={french.id}")
    assert ("Vendredi", "Friday") == (changing.value("fr_headline"), changing.value("en_headline"))
    changing.press("publish:", live_from="2026-11-28T09:00", live_until=SUNDAY, afterwards="nothing")
    moved = newest_in(store), newest_in(store, "en")
    assert (french.id, english.id) == (moved[0].cancels, moved[1].cancels)
    assert 1 == len({(row.live_from, row.live_until, row.afterwards) for row in moved})

    writing.act(f"unschedule/{moved[0].id}", "en")
    alone = Writing.open(writing.browser, f"{EDIT}?from={moved[0].id}")
    assert not alone.page.select_one("[name=words_en-chosen][checked]")
    assert "Nothing is scheduled in this language for then" in alone.text
    alone.act(f"unschedule/{moved[0].id}")
    assert not alone.page.select(".coming")


def test_a_pause_says_what_begins_behind_it(writing: Writing, store: Store, look: Look) -> None:
    """Before it is pressed and while it runs; it holds in all languages, until its date, which may be changed."""
    writing.press("publish:", fr_headline="Vendredi", live_from="2026-11-27T09:00")
    asking = " ".join(soup(writing.browser.get(f"{EDIT}pause/")).get_text(" ").split())
    assert "Vendredi" in asking and "is not shown before the pause ends" in asking

    writing.act("pause", until="2026-12-01T09:00")
    assert (None, None) == (headline(look), headline(look, "/en/"))
    assert "What is scheduled for 27 November 2026, 09:00 begins behind the pause." in writing.text
    first = newest_in(store)
    writing.act("pause", until="")
    assert (first.id, first.live_from, None) == (
        newest_in(store).cancels,
        newest_in(store).live_from,
        newest_in(store).live_until,
    )
    writing.act("unpause")
    assert headline(look) and headline(look, "/en/")


def test_a_page_that_asks_refuses_what_it_cannot_do(writing: Writing, store: Store) -> None:
    """No language, a date that has passed, something that is not scheduled: with a sentence, or not found."""
    address = f"{EDIT}pause/"
    page = soup(writing.browser.get(address)).select_one("form.asking")
    assert page
    for typed, words in (({"languages": []}, "No language is chosen."), ({"until": "2020-01-01T09:00"}, "has passed")):
        answer = writing.browser.post(address, data={**held_by(page), "languages": ["fr"], **typed})
        assert 422 == answer.status_code and words in answer.get_data(as_text=True)
    assert newest_saved(store) is None
    assert 303 == writing.browser.get(f"{EDIT}unpause/").status_code  # nothing is paused
    for path in ("unschedule/99", "unschedule/1"):
        assert 404 == writing.browser.get(f"{EDIT}{path}/").status_code


def test_two_ends_are_shown_and_none_is_assumed(writing: Writing, store: Store) -> None:
    """One field cannot say two moments: each language says its own, and keeps it."""
    writing.press("publish:", fr_headline="Offre", live_until=SUNDAY)
    writing.press("publish:en", live_until="2026-12-24T18:00")

    assert "Until 29 November 2026, 18:00;" in writing.text and "Until 24 December 2026, 18:00;" in writing.text
    assert "2026-12-24T18:00" == writing.value("live_until")
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
    writing.act("pause", "fr")
    assert headline(look) is None

    again = Writing.open(writing.browser)
    assert "Les nôtres" == again.value("fr_headline")
    assert "Readers do not see these words, nor others that are saved" in again.text
    again.press("publish:fr", fr_headline="Mieux")
    assert headline(look) is None
    Writing.open(writing.browser).act("unpause", "fr")
    assert "Mieux" == headline(look)


def test_paused_words_come_back_with_their_end(writing: Writing, store: Store) -> None:
    """An offer until Sunday that was paused on Thursday still ends on Sunday."""
    writing.press("publish:", fr_headline="Offre", live_until=SUNDAY)
    writing.act("pause", "fr")
    again = Writing.open(writing.browser)
    assert "Until" not in str(again.page.select_one("#words_fr"))

    again.press("publish:fr", fr_headline="Offre !")
    assert datetime(2026, 11, 29, 17, tzinfo=UTC) == newest_in(store).live_until


def test_words_that_ended_during_a_pause_do_not_come_back(
    writing: Writing, sign_in: Callable[..., Editor], clock: Clock, app: Flask
) -> None:
    """What the pause hides then are the words before them."""
    for words, until in (("Toujours", ""), ("Offre", SUNDAY)):
        writing.press("publish:fr", fr_headline=words, live_until=until)
        clock.now += timedelta(minutes=1)
    writing.act("pause", "fr")
    clock.now = clock.now.replace(day=30)
    runtime_of(app).editions.refresh()

    assert "Toujours" == Writing.open(sign_in(Role.MARKETING)).value("fr_headline")


def test_another_languages_end_does_not_bring_paused_words_back(writing: Writing, look: Look) -> None:
    """Moving the end of what readers see shows nothing that they do not see."""
    writing.press("publish:", fr_headline="Offre", en_headline="Offer", live_until=SUNDAY)
    writing.act("pause", "fr")
    Writing.open(writing.browser).press("publish:", live_until="2026-11-30T18:00")

    assert headline(look) is None
