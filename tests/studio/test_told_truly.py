"""What the studio says of a comparison, of a pause and of ends that were changed: on every page, and true."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask

from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.store import Store
from microsite.studio.access import Role
from tests.conftest import Clock
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, newest_in
from tests.studio.test_compare import BEGIN, COMPARE, FIGURES, A, B, Running, sent, text_of
from tests.studio.test_compare import running as running
from tests.studio.test_definition import make

pytestmark = ON_BOTH_DATABASES


def entries(browser: Editor) -> list[str]:
    """The history, newest first."""
    return [" ".join(entry.get_text(" ").split()) for entry in soup(browser.get(HISTORY)).select(".history li")]


def publish(page: Tag) -> Tag:
    button = page.select_one("#studio_publish")
    assert button
    return button


def test_a_length_that_does_not_fit_cannot_be_chosen(writing: Writing) -> None:
    """Two weeks are chosen; what lasts beyond an end is said, with whose end it is, and not offered."""
    Writing.open(writing.browser).press("publish:fr", live_until="2026-12-24T09:00")
    Writing.open(writing.browser).press("publish:en", live_until="2026-12-30T09:00")
    page = soup(writing.browser.get(COMPARE))
    days = {str(option["value"]): option for option in page.select("[name=days]")}
    assert [value for value, option in days.items() if option.has_attr("disabled")] == ["42", "56", "84"]
    assert days["14"].has_attr("checked")
    assert "Too long. Français: the words that are live end on 24 December 2026, 09:00." in text_of(page)


def test_a_language_that_ends_too_soon_is_not_ticked(writing: Writing) -> None:
    """Where even the shortest is too long in one of the languages; where it is in all, nothing can be begun."""
    Writing.open(writing.browser).press("publish:fr", live_until="2026-12-01T09:00")
    page = soup(writing.browser.get(COMPARE))
    ticked = [str(box["name"]) for box in page.select(".comparing [type=checkbox][checked]")]
    assert ticked == ["words_en-chosen"]
    assert page.select("[name=do][value=begin]")
    Writing.open(writing.browser).press("publish:en", live_until="2026-12-02T09:00")
    page = soup(writing.browser.get(COMPARE))
    assert not page.select("[name=do][value=begin]")
    assert "None of these lengths fits" in text_of(page)


def test_whose_end_it_is(writing: Writing, app: Flask) -> None:
    """The promotion’s own end is called that."""
    settings = runtime_of(app).settings
    file = settings.site / "promotions" / "planet-freevpn.toml"
    file.write_text(file.read_text().replace("advertiser", "until = 2026-12-10T09:00:00Z\nadvertiser", 1))
    runtime_of(app).editions.refresh()
    assert "Français: the promotion itself ends on 10 December 2026, 10:00." in text_of(writing.browser.get(COMPARE))


@pytest.mark.parametrize("day", [-0.2, 6.5])
def test_ending_a_comparison_is_said_in_the_same_words_everywhere(
    running: Running, sign_in: Callable[..., Editor], day: float
) -> None:
    """Before it begins or while it runs: the message, the history, the audit speak of its end, and of A."""
    running.at(day, sign_in)
    text = Writing.open(running.browser).act("compare/end").text
    assert "Français: the comparison has ended. Readers see A. Live on" in text
    assert "unscheduled" not in text
    newest, begun = entries(running.browser)
    assert "The comparison has ended. Readers see A, the words before it." in newest
    assert "Ended" in begun and "Unscheduled" not in begun
    assert "until 7 December" not in begun and ("never did" in begun) == (day < 0)
    audit = text_of(sign_in(Role.ADMIN).get("/studio/audit"))
    assert "A comparison of two wordings was ended early" in audit and "unscheduled" not in audit


def test_during_a_comparison_nothing_is_offered_that_would_be_refused(
    running: Running, sign_in: Callable[..., Editor]
) -> None:
    """A language that is compared is not ticked; alone it has no button, but the reason and a way to end it."""
    running.at(0.5, sign_in)
    writing = Writing.open(running.browser)
    assert [str(box["name"]) for box in writing.page.select("form.editing [name$=-chosen][checked]")] == [
        "words_en-chosen",
        "words_ar-chosen",
    ]
    assert not publish(writing.page).has_attr("hidden")
    refused = writing.press("publish:fr", fr_headline="Autre")
    assert publish(refused.page).has_attr("hidden")
    notice = refused.page.select_one("#studio_barred")
    assert notice and "Français: A and B are compared until 7 December 2026, 01:00" in notice.get_text(" ")
    assert notice.select(f"a[href='{COMPARE}end/']")


def test_where_all_is_compared_the_button_schedules_for_afterwards(writing: Writing, store: Store) -> None:
    """The first moment that is allowed stands in the field; with “From now on” there is no button."""
    data = {"en_headline": "Said better", "fr_headline": B}
    assert sent(writing.browser, "begin", "en", "fr", **data).status_code == 303
    page = Writing.open(writing.browser)
    assert page.value("live_from") == "2026-12-07T01:00"
    assert publish(page.page).get_text() == "Schedule for Monday, 7 December 2026, 01:00"
    assert page.press("publish:fr", fr_headline="Après", live_from="2026-12-07T01:00").answer.status_code == 303
    assert newest_in(store).live_from == BEGIN + timedelta(days=14)


def test_pages_that_ask_say_what_is_live_and_what_comes(running: Running, sign_in: Callable[..., Editor]) -> None:
    """The words that readers see, that what is scheduled is a comparison, and what a pause does to it."""
    asking = text_of(running.browser.get(f"{EDIT}pause/"))
    assert f"Live: {A}" in asking
    assert f"Scheduled: A comparison with B: {B} from 23 November 2026, 01:00 until 7 December 2026, 01:00" in asking
    assert "A pair of days with a paused day is left out" in asking
    running.at(0.5, sign_in)
    shown = B if running.comparison.has_b(BEGIN.date()) else A
    for page in ("pause", "compare/end"):
        asking = text_of(running.browser.get(f"{EDIT}{page}/"))
        assert f"Live: {shown}" in asking and "Compared with B until 7 December 2026, 01:00" in asking


def test_history_says_what_became_of_an_end(writing: Writing, sign_in: Callable[..., Editor], store: Store) -> None:
    """Added, changed, removed; not the same words once more. The audit says it too."""
    writing.press("publish:fr", fr_headline="Un")
    for until in ("2026-12-24T09:00", "2026-12-28T09:00", ""):
        Writing.open(writing.browser).press("publish:fr", live_until=until)
    removed, changed, added, words = entries(writing.browser)
    assert "The end was removed: it was 28 December 2026, 09:00." in removed and "Live" in removed
    assert "The end was changed: 28 December 2026, 09:00, in place of 24 December 2026, 09:00." in changed
    assert "An end was added: 24 December 2026, 09:00. Then the words before are shown." in added
    assert "Un" in words and not any("Un" in entry for entry in (removed, changed, added))
    assert text_of(sign_in(Role.ADMIN).get("/studio/audit")).count("The end of words was changed") == 3


def test_an_end_of_the_original_text_is_no_return_to_it(writing: Writing) -> None:
    """Nobody had written anything before."""
    writing.press("publish:fr", live_until="2026-12-24T09:00", afterwards="nothing")
    (added,) = entries(writing.browser)
    assert "An end was added: 24 December 2026, 09:00. Then nothing is shown." in added and "Back" not in added


def test_a_pause_that_was_ended_has_its_true_window(writing: Writing, clock: Clock) -> None:
    """Not the date until which it was meant to last; and no entry of the history is without its mark."""
    writing.press("publish:fr", fr_headline="Un")
    clock.now += timedelta(hours=1)
    Writing.open(writing.browser).act("pause", "fr", until="2026-12-24T09:00")
    assert ["Running" in entries(writing.browser)[0], "Waiting behind it" in entries(writing.browser)[1]] == [True] * 2
    clock.now += timedelta(hours=1)
    Writing.open(writing.browser).act("unpause")
    resumed, paused, words = entries(writing.browser)
    assert "from 22 November 2026, 14:00 until 22 November 2026, 15:00" in paused and "24 December" not in paused
    assert "The pause has been ended." in resumed and "Live" in words
    marks = [entry.select(".flag") for entry in soup(writing.browser.get(HISTORY)).select(".history li")]
    assert [len(each) for each in marks] == [1, 1, 1]


def test_over_the_fields_stands_when_their_words_were_saved(writing: Writing, clock: Clock) -> None:
    """Not when they were paused."""
    writing.press("publish:fr", fr_headline="Un")
    clock.now += timedelta(minutes=30)
    page = Writing.open(writing.browser).act("pause", "fr").page
    legend = page.select_one("#words_fr legend")
    assert legend and "22 November 2026, 13:00" in legend.get_text(" ")
    assert "22 November 2026, 13:00" in text_of(writing.browser.get(DESK))


def test_what_follows_is_asked_only_with_an_end(writing: Writing, store: Store) -> None:
    """Nothing is chosen before there is an end; whoever chooses nothing has the words before."""
    assert not writing.page.select("[name=afterwards][checked]")
    after = writing.press("publish:fr", fr_headline="Un", live_until="2026-12-24T09:00")
    assert newest_in(store).afterwards == "before"
    (chosen,) = after.page.select("[name=afterwards][checked]")
    assert chosen["value"] == "before"


def test_where_there_are_no_words_before_nothing_follows(marketer: Editor, app: Flask) -> None:
    """Of a promotion that was made here: its first words leave nothing, and the choice says why."""
    path = make(marketer).location
    page = soup(marketer.get(path))
    barred = page.select_one("[name=afterwards][value=before]")
    assert barred and barred.has_attr("disabled") and "There are no words before these." in text_of(page)
    assert "Nothing is overwritten" not in text_of(page)
    words = {f"words_en-{part}": "x" for part in ("headline", "text", "button")}
    marketer.fill_in(path, **words, **{"words_en-chosen": "y"}, live_until="2026-12-24T09:00", do="publish:")
    saved = runtime_of(app).editions.current.revisions.of(Topic(PROMOTION, "students-autumn", "en"))
    assert [row.afterwards for row in saved.revisions] == ["nothing"]
    assert "Nothing is overwritten" in text_of(marketer.get(path))


def test_a_pair_whose_clicks_are_not_told_apart_yet(running: Running, sign_in: Callable[..., Editor]) -> None:
    """While a comparison runs the table of wordings has neither clicks nor rate of A and B; at its end it has."""
    running.count(5, 30)
    for day, told in ((5.5, 0), (14.5, 2)):
        running.at(day, sign_in)
        table = soup(running.browser.get(FIGURES)).select_one("[aria-labelledby=studio_wordings]")
        assert table
        cells = [[each.get_text(" ", strip=True) for each in row.select("td")[-2:]] for row in table.select("tbody tr")]
        assert len(cells) == 2
        assert sum(cell != ["told at the end of the comparison", "–"] for cell in cells) == told
