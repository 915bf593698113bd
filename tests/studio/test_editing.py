"""Editing: both languages side by side, checked, seen, saved; and nothing that was typed is ever lost."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from microsite.config import ROOT, Settings
from microsite.delivery.trial import init_trial
from microsite.editions.publishing import Editions
from microsite.language.po_file import catalog_path
from microsite.runtime import runtime_of
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import PROMOTION, Revisions, Topic
from microsite.storage.saving import Draft
from microsite.storage.store import Store
from microsite.storage.tables import AuditEntry
from microsite.studio.access import Role
from tests.conftest import Clock, Seen
from tests.saves import save_next
from tests.studio.conftest import ON_BOTH_DATABASES, PASSWORD, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, headline, held_by, newest_in, newest_saved
from tests.test_live_revisions import rename

Look = Callable[..., Seen]
FRENCH = Topic(PROMOTION, "planet-freevpn", "fr")


pytestmark = ON_BOTH_DATABASES


class TestPublishing:
    def test_words_are_live_when_the_page_comes_back(self, writing: Writing, look: Look) -> None:
        """No deploy, no restart."""
        writing.press("publish:", fr_headline="Le réseau n'a rien à savoir.")

        assert 303 == writing.status
        assert "Le réseau n’a rien à savoir." == headline(look)
        assert "Français: saved. Live on" in writing.text

    def test_the_first_who_asks_gets_them(self, app: Flask, marketer: Editor, client: FlaskClient) -> None:
        """Pages that are tried while the studio answers are readers' own: in their words, in their language."""
        init_trial(app)
        client.get("/fr/")
        Writing.open(marketer).press("publish:", fr_headline="Un", en_headline="One")
        page = client.get("/fr/").get_data(as_text=True)
        assert '<p class="headline">Un</p>' in page and '<html lang="fr"' in page
        assert '<p class="headline">One</p>' in client.get("/en/").get_data(as_text=True)

    def test_only_what_was_changed_is_saved(self, writing: Writing, store: Store) -> None:
        """The other language stays the catalog's, and the translators'."""
        writing.press("publish:", fr_headline="Neuf")

        assert newest_saved(store, "en") is None
        assert "Neuf" == newest_in(store).words["headline"]

    def test_both_languages_may_be_saved_at_once(self, writing: Writing, look: Look) -> None:
        """Neither is older than the other then."""
        writing.press("publish:", fr_headline="Neuf", en_headline="New")

        assert ("Neuf", "New") == (headline(look), headline(look, "/en/"))
        assert [] == soup(writing.browser.get(DESK)).select("tbody .flag:-soup-contains('English', 'Français')")

    def test_a_page_without_a_change_saves_nothing(self, writing: Writing, store: Store) -> None:
        """It says so."""
        for do in ("publish:", "publish:fr"):
            writing.press(do)
            assert 422 == writing.status
            assert "Nothing would change" in writing.text
        assert newest_saved(store) is None

    def test_older_words_that_are_published_again_still_hold(self, writing: Writing, store: Store) -> None:
        """Unchanged, where nothing else was: then no language is older than the other."""
        writing.press("publish:", fr_headline="Neuf")
        assert "Older than French" in writing.text
        writing.press("publish:")
        assert "Older than" not in writing.text
        assert "catalog" == newest_in(store, "en").action

    def test_what_is_live_is_a_click_away(self, writing: Writing, look: Look) -> None:
        """The sentence after publishing says on how many pages, and leads to one."""
        writing.press("publish:", fr_headline="Neuf")
        status = writing.page.select_one("main [role=status]")
        assert status and "Live on" in status.get_text()
        assert "Neuf" == headline(look, str(status.select_one("a")["href"]))  # type: ignore[index]

    def test_it_keeps_who_when_and_why(self, writing: Writing, store: Store, clock: Clock) -> None:
        """With the note; and the audit has a line."""
        writing.press("publish:", fr_headline="Neuf", note="Plus court")

        saved = newest_in(store)
        assert ("marketing-en@example.org", clock.now, "Plus court") == (saved.author, saved.saved, saved.note)
        with store.read() as session:
            lines = [(entry.what, entry.account, entry.about) for entry in session.scalars(select(AuditEntry))]
        assert ("saved", "marketing-en@example.org", "Planet FreeVPN (planet-freevpn), fr") in lines

    def test_typography_is_not_stored(self, writing: Writing, store: Store) -> None:
        """What was typed is what is kept, but for line breaks."""
        writing.press("publish:", fr_text="Qu'est-ce\r\nque c'est ?  ")

        assert "Qu'est-ce que c'est ?" == newest_in(store).words["text"]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"fr_headline": ""}, "Write something here."),
    ({"fr_headline": "x" * 81}, "That is 81 characters; there is room for 80."),
    ({"fr_text": "é" * 330}, "That is 330 characters; there is room for 320."),
    ({"fr_button": "x" * 41}, "That is 41 characters; there is room for 40."),
    ({"fr_text": "<b>gras</b>"}, "Plain text only, without angle brackets."),
    ({"fr_text": "a\x07b"}, "There is an invisible control character"),
    ({"fr_text": "a", "note": "x" * 301}, "That is 301 characters; there is room for 300."),
    ({"fr_text": "a", "live_from": "tomorrow"}, "Write a date and a time, such as"),
    ({"fr_text": "a", "live_from": "2026-11-22T12:59"}, "This has passed."),
    ({"fr_text": "a", "live_from": "2027-03-28T02:30"}, "There is no such time"),
    ({"fr_text": "a", "live_from": "9999-12-31T23:59"}, "That is too far away."),
    ({"fr_text": "a", "live_until": "2026-11-22T12:59"}, "The end has already passed."),
    (
        {"fr_text": "a", "live_from": "2026-11-25T09:00", "live_until": "2026-11-22T12:59"},
        "The end has already passed.",
    ),
    (
        {"fr_text": "a", "live_from": "2026-11-25T09:00", "live_until": "2026-11-24T09:00"},
        "The end has to come after the beginning.",
    ),
]
"""What somebody types, and what is said beside the one field that is wrong."""


class TestChecks:
    def test_a_fault_is_said_at_its_field_and_nothing_is_lost(self, marketer: Editor, store: Store) -> None:
        """Every field still holds what was typed, in both languages; nothing was saved."""
        for typed, says in FAULTS:
            writing = Writing.open(marketer).press("publish:", en_headline="Also typed", **typed)
            assert 422 == writing.status, typed
            wrong = writing.page.select("[aria-invalid=true]")
            assert 1 == len(wrong), typed
            described = str(wrong[0]["aria-describedby"]).split()[0]
            assert says in str(writing.page.select_one(f"#{described}")).replace("&lt;", "<").replace("&gt;", ">")
            for name, text in {**typed, "en_headline": "Also typed"}.items():
                assert text == writing.value(name)
        assert newest_saved(store) is None

    def test_the_counter_counts_as_the_limit_does(self, writing: Writing) -> None:
        """Characters, not bytes."""
        writing.press("preview", fr_headline="éé🛰")

        assert "3 of at most 80 characters" in writing.text

    def test_the_other_language_may_be_unfinished(self, writing: Writing, look: Look) -> None:
        """One language is published alone, whatever stands in the other."""
        writing.press("publish:fr", fr_headline="Neuf", en_headline="")

        assert (200, "") == (writing.status, writing.value("en_headline"))
        assert "Neuf" == headline(look)


class TestClaims:
    @pytest.fixture(autouse=True)
    def claims(self, app: Flask, settings: Settings) -> None:
        (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
        runtime_of(app).editions.refresh()

    def test_a_claim_is_warned_of_and_asks_for_a_confirmation(self, writing: Writing, store: Store) -> None:
        """It says why, and what to write instead; nothing is saved without the tick."""
        writing.press("publish:", fr_text="Vous devenez anonyme.")

        assert 422 == writing.status
        assert "anonyme" in writing.text and "Un VPN cache votre adresse" in writing.text
        link = writing.page.select_one("#studio_errors a")
        assert link and "Français, Claims" == link.get_text()
        assert "checkbox" == writing.page.select(str(link["href"]))[0]["type"]
        assert newest_saved(store) is None

        writing.press("publish:", tick=True)
        assert 303 == writing.status
        assert ["anonyme"] == newest_in(store).confirmed_claims
        assert "Confirmed although it claims: anonyme" in soup(writing.browser.get(HISTORY)).get_text()

    def test_a_tick_stands_for_the_claims_that_were_shown(self, writing: Writing, store: Store) -> None:
        """Another claim needs another tick."""
        writing.press("publish:", fr_text="Vous devenez anonyme.")
        writing.press("publish:", tick=True, fr_text="Vous devenez anonyme et intraçable.")

        assert 422 == writing.status
        assert newest_saved(store) is None

    def test_older_words_are_asked_as_new_ones_are(self, writing: Writing, store: Store, app: Flask) -> None:
        """The list may have grown since they were published: they open in the editor, with the box."""
        save_next(store, FRENCH, Draft(words={"headline": "H", "text": "Vous devenez anonyme.", "button": "B"}))
        save_next(store, FRENCH, Draft(words={"headline": "H", "text": "T", "button": "B"}))
        older, newer = (str(row.id) for row in read_revisions(store, Revisions()).of(FRENCH).revisions)
        answer = writing.browser.fill_in(HISTORY, revision=older, based_on=newer)
        page = soup(writing.browser.get(answer.location))
        assert "Nothing has been published yet." in page.get_text() and page.select("#claims_fr")
        assert newer == str(newest_in(store).id)

        asked = Writing(writing.browser, page, answer).press("publish:fr")
        assert 422 == asked.status
        assert 303 == asked.press("publish:fr", tick=True).status
        assert ["anonyme"] == newest_in(store).confirmed_claims
        answer = writing.browser.fill_in(HISTORY, revision=str(newest_in(store).id), based_on=str(newest_in(store).id))
        assert HISTORY == answer.location, "what was confirmed is not asked for again"

    def test_the_original_text_is_asked_as_any_other(
        self, writing: Writing, store: Store, settings: Settings, editions: Editions
    ) -> None:
        """A catalog may claim what nobody of marketing has confirmed."""
        catalog = catalog_path(settings.translations, "fr")
        catalog.write_text(catalog.read_text().replace("Il ne vous rend pas anonyme", "Il vous rend anonyme"))
        editions.refresh()
        save_next(store, FRENCH, Draft(words={"headline": "H", "text": "T", "button": "B"}))
        writing.act("catalog")
        assert 422 == writing.status and "words" == newest_in(store).action
        link = writing.page.select_one("#studio_errors a")
        assert link and "#claims_fr" == link["href"]

        box = writing.page.select_one("#claims_fr")
        assert box
        writing.act("catalog", confirmed=str(box["value"]))
        assert ("catalog", ["anonyme"]) == (newest_in(store).action, newest_in(store).confirmed_claims)

    def test_honest_words_need_no_tick(self, writing: Writing) -> None:
        """The default ones say that no VPN makes anonymous."""
        assert not writing.page.select(".claims [type=checkbox]")


class TestConflict:
    def test_two_on_one_wording_lose_nothing(
        self, writing: Writing, sign_in: Callable[..., Editor], store: Store, look: Look
    ) -> None:
        """The second one sees both texts and their difference, and may send theirs again knowingly."""
        other = Writing.open(sign_in(Role.MARKETING, locale="fr"))
        other.press("publish:", fr_headline="Le réseau ne voit rien")
        writing.press("publish:", fr_headline="Le café ne voit rien", en_headline="Mine", note="why")

        assert 409 == writing.status
        first = writing.page.select_one("main [role=alert]")
        assert first and first.get_text(strip=True) == "Nothing was saved: somebody saved Français while you wrote."
        section = writing.page.select_one(".conflict")
        assert section
        assert "Le réseau ne voit rien" in section.get_text() and "Le café ne voit rien" in section.get_text()
        assert "marketing-fr@example.org" in section.get_text()
        assert (["removed: réseau"], ["added: café"]) == (
            [word.get_text() for word in section.select("del")],
            [word.get_text() for word in section.select("ins")],
        )
        assert "Le removed: réseau added: café ne voit rien" in section.get_text()  # with a space between the two
        assert ("Le café ne voit rien", "why") == (writing.value("fr_headline"), writing.value("note"))
        assert "Le réseau ne voit rien" == headline(look)
        assert "Mine" == writing.value("en_headline") != headline(look, "/en/")  # all of it or nothing

        writing.press("publish:")
        assert 303 == writing.status
        assert "Le café ne voit rien" == headline(look)
        assert 2 == len(soup(writing.browser.get(HISTORY)).select(".history li"))

    def test_a_form_that_is_sent_twice_is_saved_once(self, writing: Writing, store: Store, look: Look) -> None:
        """A double click, a slow network: the second answer says what the first one said, and nobody else saved."""
        form = writing.page.select_one("form.editing")
        assert form
        data = held_by(form) | {"words_fr-headline": "Une fois", "do": "publish:"}
        answers = [writing.browser.post(EDIT, data=data) for _ in range(2)]
        statuses = [soup(writing.browser.get(answer.location)).select_one("main [role=status] p") for answer in answers]

        assert [303, 303] == [answer.status_code for answer in answers]
        assert "Une fois" == headline(look)
        words = [" ".join(status.get_text(" ").split()) if status else "" for status in statuses]
        assert all("Français: saved. Live on" in text for text in words)
        assert 1 == len(soup(writing.browser.get(HISTORY)).select(".history li"))
        assert newest_in(store).based_on == 0

    def test_ones_own_other_window_is_not_called_somebody(self, writing: Writing) -> None:
        """Other words from a second window of the same person are no other person's."""
        other = Writing.open(writing.browser)
        other.press("publish:", fr_headline="Là")
        writing.press("publish:", fr_headline="Ici")

        assert 409 == writing.status
        assert "You saved in another window meanwhile" in writing.text

    def test_a_pause_does_not_go_over_words_either(
        self, writing: Writing, sign_in: Callable[..., Editor], store: Store
    ) -> None:
        """Who pauses what they have not seen is shown it first."""
        address = f"{EDIT}pause/"
        form = soup(writing.browser.get(address)).select_one("form.asking")
        assert form
        Writing.open(sign_in(Role.MARKETING, locale="fr")).press("publish:", fr_headline="Neuf")
        refused = writing.browser.post(address, data={**held_by(form), "languages": ["fr", "en"]})

        assert 409 == refused.status_code
        assert "Nothing has been changed." in refused.get_data(as_text=True)
        assert (newest_in(store).action, newest_saved(store, "en")) == ("words", None)
        again = soup(refused).select_one("form.asking")
        assert again
        assert 303 == writing.browser.post(address, data={**held_by(again), "languages": ["fr"]}).status_code


class TestNothingIsLost:
    def test_an_expired_session_keeps_what_was_typed(self, writing: Writing, clock: Clock, look: Look) -> None:
        """After signing in again the form is there, to be sent as it was."""
        clock.forward(hours=2)
        writing.press("publish:", fr_headline="Écrit pendant deux heures")
        assert 401 == writing.status

        signing_in = {"email": "marketing-en@example.org", "password": PASSWORD}
        back = writing.browser.post("/studio/login", data={**held_by(only_form(writing.page)), **signing_in})
        shown = [value.get_text() for value in soup(back).select(".typed")]
        words = [text for name, text in held_by(only_form(soup(back), EDIT)).items() if text and is_typed(name)]
        assert words == shown  # and nothing that the page filled in by itself
        sent = writing.browser.post(EDIT, data=held_by(only_form(soup(back), EDIT)))
        assert 303 == sent.status_code
        assert "Écrit pendant deux heures" == headline(look)

    def test_a_lost_database_keeps_what_was_typed(self, writing: Writing, store: Store, look: Look) -> None:
        """The page that says so holds the form, to be sent again when the database is back."""
        rename(store, "revisions", "hidden")
        writing.press("publish:", fr_headline="Presque perdu")
        assert 503 == writing.status
        assert "Presque perdu" in [value.get_text() for value in writing.page.select(".typed")]

        rename(store, "hidden", "revisions")
        sent = writing.browser.post(EDIT, data=held_by(only_form(writing.page, EDIT)))
        assert 303 == sent.status_code
        assert "Presque perdu" == headline(look)


def is_typed(name: str) -> bool:
    return name.endswith(("-headline", "-text", "-button"))


def only_form(page: BeautifulSoup, action: str = "/studio/login") -> Tag:
    form = page.select_one(f"form[action='{action}']")
    assert form, page
    return form


def test_what_does_not_exist_is_not_found(writing: Writing) -> None:
    """A promotion, a language, a revision."""
    for path in ("/studio/promotions/nothing/", "/studio/promotions/planet-freevpn/history/de/"):
        assert 404 == writing.browser.get(path).status_code
    for action in ("pause", "unpause", "catalog", "unschedule/1"):
        assert 404 == writing.browser.get(f"/studio/promotions/nothing/{action}/").status_code


def test_a_translator_may_not_write_promotions(sign_in: Callable[..., Editor], client: FlaskClient) -> None:
    """Nor may somebody without an account."""
    assert 403 == sign_in(Role.TRANSLATOR).get(EDIT).status_code
    assert 303 == client.get(EDIT).status_code
