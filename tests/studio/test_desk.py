"""The desk: every promotion in every language at a glance; its history; nothing in it older than it says."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Topic
from microsite.storage.saving import Draft
from microsite.storage.store import Store
from tests.conftest import NOW, Clock, Seen
from tests.saves import save_next
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import DESK, EDIT, HISTORY, Writing, held_by
from tests.studio.many_promotions import add_promotions

Look = Callable[..., Seen]


pytestmark = ON_BOTH_DATABASES


def row(marketer: Editor, language: str) -> str:
    """What the desk says of the real promotion in one language."""
    for line in soup(marketer.get(DESK)).select("tbody tr"):
        link, name = line.select_one(".wording > a"), line.select_one("td[lang]")
        if name and name.get_text() == language and link and str(link["href"]).startswith(EDIT):
            return " ".join(line.get_text(" ").split())
    raise AssertionError(language)


class Team:
    """People who save, one after another."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.store: Store = runtime_of(app).store
        self.editions: Editions = runtime_of(app).editions
        self.clock = clock

    def save(self, *locales: str, action: Action = Action.WORDS) -> None:
        self.clock.forward(minutes=1)
        for locale in locales:
            topic = Topic(PROMOTION, "planet-freevpn", locale)
            words = {"headline": "Titre", "text": "Texte", "button": "Bouton"} if action == Action.WORDS else {}
            save_next(self.store, topic, Draft(action, words), "a@example.org", self.clock())
        self.editions.poll_revisions()


@pytest.fixture
def team(app: Flask, clock: Clock) -> Team:
    return Team(app, clock)


class TestAtAGlance:
    def test_all_words_and_every_page(self, marketer: Editor) -> None:
        """Headline, text and button, and by name the articles that show them, a click away."""
        words = row(marketer, "English")
        assert "encrypts your traffic" in words and "Go to Planet FreeVPN" in words
        pages = {str(link["href"]): link.get_text() for link in soup(marketer.get(DESK)).select("td details li a")}
        assert pages
        for address, title in pages.items():
            assert title in marketer.get(address).get_data(as_text=True)

    def test_words_and_where_they_come_from(self, marketer: Editor, team: Team) -> None:
        """The catalog, or who and when, in the account's own time; a pause; no words at all."""
        assert "The café’s Wi-Fi does not need to know where you go online." in row(marketer, "English")
        assert re.match(r"Live on \d+ pages Planet FreeVPN English .* Original text", row(marketer, "English"))
        assert "Write its words" in row(marketer, "العربية")

        team.save("fr")
        assert re.search(r"Live on .* 22 November 2026, 13:01, a@example.org", row(marketer, "Français"))
        team.save("fr", action=Action.PAUSE)
        assert re.match("Paused until resumed Planet FreeVPN Français Titre .* a@", row(marketer, "Français"))

    def test_where_it_is_used(self, marketer: Editor) -> None:
        """Articles that name it, articles that leave the choice to the site, the home page."""
        assert "Placed by the writer: 1 article" in row(marketer, "Français")
        assert re.search(r"Placed by the site: \d+ articles .* the home page", row(marketer, "English"))
        assert "On no page There are no words in this language." in row(marketer, "العربية")

    def test_a_promotion_that_does_not_run_says_so(self, marketer: Editor) -> None:
        """It has words, and readers see it nowhere."""
        text = " ".join(soup(marketer.get(DESK)).get_text(" ").split())
        assert re.search(r"Scheduled: 24 December 2026, 09:00 The promotion itself begins then", text)
        assert re.search(r"Ended: .{,40} The promotion itself has ended", text)


def names(page: BeautifulSoup) -> list[str]:
    """Of the promotions on the desk, in their order, each once."""
    return list(dict.fromkeys(head.get_text(strip=True) for head in page.select("tbody th[scope=row]")))


class TestTwelvePromotions:
    """The desk finds one of many."""

    def test_it_is_searched(self, marketer: Editor, app: Flask) -> None:
        """In names, advertisers, addresses and words, whatever their case; the search stays in its field."""
        add_promotions(app, 12, NOW)
        numbers = {"WINTER": 2, "winter 2027": 1, "freevpnplanet.com/router": 2, "toute la maison": 2}
        numbers |= {"planet freevpn winter": 2, "nothing of that": 0, "%": 0}
        for q, number in numbers.items():
            page = soup(marketer.get(DESK, query_string={"q": q, "sort": "-views"}))
            field = page.select_one("[name=q]")
            assert field and (q, q, number) == (q, field["value"], len(names(page)))
            again = page.select_one("p[role=status] a")
            assert again and 12 < len(names(soup(marketer.get(str(again["href"])))))

    def test_it_sorts_by_every_head(self, marketer: Editor, app: Flask) -> None:
        """State first: live, scheduled, paused, ended, on no page; of the same state what changes next."""
        add_promotions(app, 12, NOW)
        page = soup(marketer.get(DESK))
        for head in page.select("thead a"):
            assert soup(marketer.get(str(head["href"]))).select_one("th[aria-sort]")
        by_state = soup(marketer.get(f"{DESK}?sort=state")).select("tbody .badge")
        standings = [str(badge["class"][1]) for badge in by_state]
        assert ["live", "scheduled", "paused", "ended", "nowhere"] == list(dict.fromkeys(standings))
        assert ["Winter offer 2027", "Winter offer 2026"] == names(soup(marketer.get(f"{DESK}?q=winter&sort=-views")))

    def test_words_that_are_not_shown_now_stand_there_too(self, marketer: Editor, app: Flask) -> None:
        """Those that come, and those behind a pause."""
        add_promotions(app, 6, NOW)
        page = soup(marketer.get(DESK))
        for key, headline in (("router-2026", "One setting for"), ("journalists-2026", "When a source")):
            link = page.select_one(f".wording > a[href*='/{key}/']")
            assert link and link.get_text().startswith(headline)


class TestOlderLanguages:
    """Whoever changes one language makes the others older, until they have caught up."""

    def marks(self, marketer: Editor) -> list[str]:
        return [language for language in ("English", "Français") if "Older than" in row(marketer, language)]

    def test_nothing_is_older_at_first(self, marketer: Editor) -> None:
        assert [] == self.marks(marketer)

    def test_a_change_makes_the_other_older(self, marketer: Editor, team: Team) -> None:
        """And says than which."""
        team.save("fr")
        assert "Older than French" in row(marketer, "English")
        assert ["English"] == self.marks(marketer)

    def test_one_that_follows_has_caught_up(self, marketer: Editor, team: Team) -> None:
        """Marketing changes English on Monday, somebody French on Tuesday: neither is older."""
        team.save("en")
        team.save("fr")
        assert [] == self.marks(marketer)

    def test_a_further_change_makes_it_older_again(self, marketer: Editor, team: Team) -> None:
        team.save("en")
        team.save("fr")
        team.save("fr")
        assert ["English"] == self.marks(marketer)

    def test_what_was_saved_together_is_of_one_age(self, marketer: Editor, team: Team) -> None:
        team.save("fr", "en")
        assert [] == self.marks(marketer)

    def test_a_pause_is_no_change_of_words(self, marketer: Editor, team: Team) -> None:
        team.save("fr", action=Action.PAUSE)
        assert [] == self.marks(marketer)


class TestHistory:
    def test_every_revision_with_what_it_changed(self, marketer: Editor) -> None:
        """Newest first, word by word, with its note."""
        writing = Writing.open(marketer)
        writing.press("publish:", fr_headline="Le réseau voit tout", note="un")
        writing.press("publish:", fr_headline="Le réseau ne voit rien", note="deux")

        first, second = soup(marketer.get(HISTORY)).select(".history li")
        assert "deux" in first.get_text() and "Live" in first.get_text()
        assert "removed: tout" in first.get_text() and "added: rien" in first.get_text()
        assert second.select("del")[0].get_text().endswith("en ligne."), "compared with the original text"

    def test_it_has_pages_and_leads_to_figures(self, marketer: Editor, team: Team) -> None:
        """Twenty revisions on each; every wording has a link to what it brought."""
        for _ in range(21):
            team.save("fr")
        first = soup(marketer.get(HISTORY))
        assert (
            20
            == len(first.select(".history > li"))
            == len(first.select(".history a[href*='/figures/'][href*='#wording-']"))
        )
        older = first.select_one("nav.turn a[rel=next]")
        assert older and 1 == len(soup(marketer.get(str(older["href"]))).select(".history > li"))
        assert 404 == marketer.get(f"{HISTORY}?page=x").status_code

    def test_restoring_saves_an_older_wording_again(self, marketer: Editor, look: Look) -> None:
        """As a new revision, with a note of where it comes from; the others stay."""
        writing = Writing.open(marketer)
        writing.press("publish:", fr_headline="Un")
        writing.press("publish:", fr_headline="Deux")
        answer = restore(marketer, soup(marketer.get(HISTORY)), 1)

        assert 303 == answer
        assert ["Un"] == look("/fr/").words("aside.promo .headline")
        page = soup(marketer.get(HISTORY))
        assert 3 == len(page.select(".history li"))
        assert "The words of 22 November 2026, 13:00 again" in page.get_text()

    def test_each_is_compared_with_what_readers_saw_before(self, marketer: Editor) -> None:
        """Not with what was saved before: words for Friday come after those that are live until then."""
        writing = Writing.open(marketer)
        writing.press("publish:fr", fr_headline="Vendredi", live_from="2026-11-27T09:00")
        writing.press("publish:fr", fr_headline="Aujourd’hui")
        today, friday = soup(marketer.get(HISTORY)).select(".history > li")
        assert "Aujourd’hui" in friday.select("del")[0].get_text() and "Vendredi" in friday.select("ins")[0].get_text()
        assert "Le Wi-Fi du café" in today.select("del")[0].get_text()
        assert "Publish these words now" in friday.get_text() and "Revision" not in friday.get_text()

        writing.act(f"unschedule/{friday.select('[name=revision]')[0]['value']}")
        entries = [item.get_text(" ") for item in soup(marketer.get(HISTORY)).select(".history > li")]
        assert "What was to begin on 27 November 2026, 09:00 was unscheduled." in entries[0]
        assert "Unscheduled" in entries[2] and "Publish these words now" in entries[2]

    def test_restoring_goes_over_nobody(self, marketer: Editor, team: Team, look: Look) -> None:
        """Somebody saved while the history was open: that is shown first."""
        writing = Writing.open(marketer)
        writing.press("publish:", fr_headline="Un")
        writing.press("publish:", fr_headline="Deux")
        page = soup(marketer.get(HISTORY))
        team.save("fr")

        assert 409 == restore(marketer, page, 1)
        assert ["Titre"] == look("/fr/").words("aside.promo .headline")

    def test_words_of_another_language_are_not_restored(self, marketer: Editor) -> None:
        """Nor a revision that does not exist."""
        writing = Writing.open(marketer)
        writing.press("publish:", fr_headline="Un")
        writing.press("publish:", fr_headline="Deux")
        page = soup(marketer.get(HISTORY))
        english = HISTORY.replace("/fr/", "/en/")

        assert [404, 404] == [restore(marketer, page, 1, english), restore(marketer, page, 9)]


def restore(marketer: Editor, page: BeautifulSoup, number: int, path: str = HISTORY) -> int:
    form = page.select_one(".history form")
    assert form
    return marketer.post(path, data={**held_by(form), "revision": str(number)}).status_code


def test_a_pause_hides_no_words_from_the_desk(app: Flask, clock: Clock, marketer: Editor) -> None:
    """Not even the original text, which nobody has saved: it is what returns."""
    Team(app, clock).save("en", action=Action.PAUSE)
    paused = row(marketer, "English")
    assert "Paused until resumed" in paused
    assert "The café’s Wi-Fi does not need to know" in paused and "Write its words" not in paused
