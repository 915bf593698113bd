"""What marketing is told of what is to come: on which pages, until when, and what readers see then."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from werkzeug.test import TestResponse

from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.store import Store
from microsite.studio.access import Role
from tests.conftest import Clock
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, held_by, newest_in
from tests.studio.test_compare import text_of
from tests.studio.test_definition import fields, make
from tests.studio.test_told_truly import entries

pytestmark = ON_BOTH_DATABASES
WORDS = {f"words_en-{part}": f"An autumn {part}" for part in ("headline", "text", "button")}
FRIDAY, SUNDAY = "2026-11-27T09:00", "2026-11-29T18:00"


def send(browser: Editor, path: str, **typed: str) -> str:
    """English words from the editor of another promotion than the real one, and what it says of them."""
    form = soup(browser.get(path)).select_one("form.editing")
    assert form
    data = {**held_by(form), **WORDS, "do": f"publish:{typed.get('live_from', '')}", **typed}
    if "live_from" in typed:
        data["when"] = "later"
    answer = browser.post(path, data=data)
    assert answer.status_code == 303, text_of(answer)
    return said(browser.get(answer.location))


def said(page: TestResponse) -> str:
    """What a page says has come of what was pressed."""
    return " ".join(" ".join(each.get_text(" ") for each in soup(page).select(".alert.said")).split())


def test_words_that_no_page_will_show_say_so_before_their_day(marketer: Editor) -> None:
    """Another promotion comes first wherever they could stand: after saving, on the desk, under Today."""
    path = make(marketer, precedence="99").location
    why = "Its place on the home page: Planet FreeVPN stands there."
    told = send(marketer, path, live_from=FRIDAY)
    assert "It begins by itself on 27 November 2026, 09:00. Then: On no page" in told and why in told
    row = next(row for row in soup(marketer.get(DESK)).select("tbody tr") if "An autumn headline" in row.get_text())
    assert "On no page then." in row.get_text()
    page = text_of(marketer.get(path))
    assert "On no page then." in page and why in page
    assert "Students, autumn, English: begins 27 November 2026, 09:00, on no page." in text_of(marketer.get("/studio/"))


def test_words_say_on_how_many_pages_they_will_be_and_what_follows(marketer: Editor) -> None:
    """Of words to come: their pages, their end, and what readers see then; also where they are listed."""
    path = make(marketer).location
    told = send(marketer, path, live_from=FRIDAY, live_until=SUNDAY, afterwards="nothing")
    assert "Then: Live on" in told and "Until 29 November 2026, 18:00; then it is not shown. Now: Scheduled" in told
    listed = "from 27 November 2026, 09:00 until 29 November 2026, 18:00, then nothing"
    assert listed in text_of(marketer.get(path))
    assert "On no page then." not in text_of(marketer.get(DESK))


def test_whoever_takes_the_place_of_another_promotion_is_told(marketer: Editor) -> None:
    """On the pages on which it would stand but for this one."""
    assert "In place of Planet FreeVPN." in send(marketer, make(marketer).location)
    assert "In place of" not in said(Writing.open(marketer).press("publish:fr", fr_headline="Un").answer)


def test_the_words_before_can_follow_the_first_change(marketer: Editor, app: Flask) -> None:
    """Of a promotion that was made here: its first words have none before them, the next ones have the first."""
    path = make(marketer).location
    send(marketer, path)
    choice = soup(marketer.get(path)).select_one("[name=afterwards][value=before]")
    assert choice and not choice.has_attr("disabled")
    changed = {"words_en-headline": "Other words", "live_from": FRIDAY, "live_until": SUNDAY, "afterwards": "before"}
    assert "Until 29 November 2026, 18:00; then other words." in send(marketer, path, **changed)
    saved = runtime_of(app).editions.current.revisions.of(Topic(PROMOTION, "students-autumn", "en"))
    assert [row.afterwards for row in saved.revisions] == ["before", "before"]


def test_older_words_keep_the_end_of_those_that_they_replace(writing: Writing, store: Store, clock: Clock) -> None:
    """An offer until Sunday ends on Sunday, whichever of its wordings is published again; the page says so."""
    writing.press("publish:fr", fr_headline="Un")
    clock.now += timedelta(minutes=1)
    Writing.open(writing.browser).press(
        "publish:fr", fr_headline="Deux", live_until="2026-11-29T18:00", afterwards="nothing"
    )
    first = min(int(str(button["value"])) for button in soup(writing.browser.get(HISTORY)).select("[name=revision]"))
    newest = str(newest_in(store).id)
    writing.browser.fill_in(HISTORY, revision=str(first), based_on=newest)
    restored = newest_in(store)
    assert restored.words["headline"] == "Un"
    assert (restored.live_until, restored.afterwards) == (clock.now.replace(day=29, hour=17, minute=0), "nothing")
    told = said(writing.browser.get(HISTORY))
    assert "They keep the end of those that they replace: 29 November 2026, 18:00." in told


def test_a_pause_says_which_words_wait_behind_it(writing: Writing, clock: Clock) -> None:
    """On the desk and where it is ended, also where others are scheduled."""
    writing.press("publish:fr", fr_headline="Les mots d'hiver")
    Writing.open(writing.browser).press("publish:fr", fr_headline="Vendredi", live_from=FRIDAY)
    Writing.open(writing.browser).act("pause", "fr")
    assert "Behind the pause: Les mots" in text_of(writing.browser.get(f"{EDIT}unpause/"))
    wording = soup(writing.browser.get(DESK)).select_one(f".wording > a[href='{EDIT}#words_fr']")
    assert wording and wording.get_text().startswith("Les mots d’hiver")


def test_scheduled_words_whose_end_was_changed_stand_in_the_history_with_it(writing: Writing) -> None:
    """The entry that is marked as scheduled says which words, from when, until when, and what then."""
    writing.press("publish:fr", fr_headline="Vendredi", live_from=FRIDAY, live_until=SUNDAY, afterwards="nothing")
    link = next(a for a in soup(writing.browser.get(EDIT)).select("a") if a.get_text(" ").strip().startswith("Change "))
    Writing.open(writing.browser, str(link["href"])).press("publish:fr", afterwards="before", live_from=FRIDAY)
    newest = entries(writing.browser)[0]
    assert "Scheduled" in newest and "Vendredi" in newest
    assert "from 27 November 2026, 09:00 until 29 November 2026, 18:00, then the words before" in newest


def test_copied_words_are_not_saved_before_somebody_does(marketer: Editor) -> None:
    """The editor of a duplicate says whose words stand in its fields, and leaving it asks."""
    path = make(marketer, "/studio/promotions/new_promotion/?copy=planet-freevpn", name="Another").location
    page = soup(marketer.get(path))
    assert "These are the words of Planet FreeVPN. They are not saved here yet." in text_of(page)
    assert page.body and page.body.has_attr("data-unsaved")
    send(marketer, path)
    page = soup(marketer.get(path))
    assert "They are not saved here yet" not in text_of(page)
    assert page.body and not page.body.has_attr("data-unsaved")


def test_nothing_is_paused_where_there_is_nothing(marketer: Editor) -> None:
    """A promotion without words has no way to a pause; with words to come it has."""
    path = make(marketer).location
    assert not soup(marketer.get(path)).select("[href$='/pause/']")
    send(marketer, path, live_from=FRIDAY)
    assert soup(marketer.get(path)).select("[href$='/pause/']")


def test_a_language_that_was_not_changed_is_not_compared(writing: Writing) -> None:
    """Coming from the editor with other words in French alone, French alone is ticked."""
    form = writing.page.select_one("form.editing")
    assert form
    typed = {**held_by(form), "words_fr-headline": "Mieux dit", "do": "compare"}
    page = soup(writing.browser.post(f"{EDIT}compare/", data=typed))
    assert ["words_fr-chosen"] == [box["name"] for box in page.select(".comparing [type=checkbox][checked]")]


def test_the_history_compares_what_readers_saw(writing: Writing) -> None:
    """An apostrophe that was typed plain is no change."""
    writing.press(
        "publish:fr", fr_headline="Le Wi-Fi du café n'a pas à savoir où vous allez en ligne.", fr_button="Voir"
    )
    entry = soup(writing.browser.get(HISTORY)).select_one(".history li")
    assert entry and [each.get_text() for each in entry.select("ins, del") if "n’a" in each.get_text()] == []


def test_languages_are_called_as_in_the_language_of_the_account(sign_in: Callable[..., Editor]) -> None:
    """“Plus ancien qu’en anglais”, not “qu’en English”."""
    browser = sign_in(Role.MARKETING, "fr")
    assert "Comparer en anglais" in text_of(browser.get(f"{EDIT}compare/"))
    Writing.open(browser).press("publish:en", en_headline="Other words")
    assert "Texte plus ancien qu’en anglais" in text_of(browser.get(DESK))
    assert "texte plus ancien que celui en anglais" in text_of(browser.get("/studio/"))


def test_a_promotion_that_nobody_sees_is_not_said_to_be_seen(marketer: Editor) -> None:
    """After its address or places were changed; nor does the button promise it."""
    for path, seen in ((make(marketer).location, False), (EDIT, True)):
        path = f"{path.partition('?')[0]}definition/"
        form = next(form for form in soup(marketer.get(path)).select("form") if form.select("[name=target]"))
        button = form.select("[value=save]")[0].get_text(strip=True)
        answer = marketer.post(path, data={**fields(form), "goal": "20", "do": "save"})
        assert answer.status_code == 303, text_of(answer)
        told = said(marketer.get(answer.location))
        assert ("Readers see it so" in told, "for readers from now on" in button) == (seen, seen), told
        assert ("No reader sees it at present." in told, button == "Save") == (not seen, not seen)
