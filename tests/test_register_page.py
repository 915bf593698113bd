"""Anybody can read every advertisement that was shown: on a page, as JSON, in a feed; and nothing that was not."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import ROOT, Settings
from microsite.promotions.wording import WordsInForce
from microsite.reader.inventory import all_pages
from microsite.storage.revisions import Action, next_midnight
from microsite.storage.tables import PromotionCount, Wording
from tests.conftest import NOW, Clock, Seen
from tests.exports import run
from tests.test_register import CATALOG, KEY, Site

Look = Callable[..., Seen]
PAGE, PAGE_FR, JSON, FEED = "/en/advertisements/", "/fr/publicites/", "/advertisements.json", "/fr/publicites/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site(app: Flask, settings: Settings, clock: Clock) -> Site:
    shutil.copytree(ROOT / "site" / "pages" / "advertisements", settings.site / "pages" / "advertisements")
    return Site(app, settings, clock)


@pytest.fixture
def data(client: FlaskClient) -> Callable[[], dict[str, Any]]:
    """The promotion in the JSON."""

    def read() -> dict[str, Any]:
        promotions = client.get(JSON).get_json()["advertisements"]
        return next(promotion for promotion in promotions if promotion["key"] == KEY)

    return read


def folded(tag: Tag) -> str:
    """Its words, with plain spaces."""
    return " ".join(tag.get_text(" ").split())


def count(site: Site, headline: str, day: date, impressions: int, clicks: int = 0, page: str = "both") -> None:
    """As readers would have had it counted."""
    shown = site.runtime.editions.current.register.words
    words = next(words for key, words in shown.items() if (key.locale, words.headline) == ("fr", headline))
    place = {"locale": "fr", "page": page, "placement": "home", "promotion": KEY, "wording": words.digest}
    with site.runtime.store.begin() as session:
        session.add(PromotionCount(day=day, **place, impressions=impressions, clicks=clicks))


def test_each_wording_stands_as_a_quotation(site: Site, look: Look) -> None:
    """With who paid, since when, and where; there is nothing to press in it."""
    site.at(1)
    site.save("Une offre")
    page = look(PAGE_FR)

    section = page.one(f"section#{KEY}")
    assert section.select("dd")[0].get_text(strip=True) == "Planet FreeVPN, de l’éditeur de ce site"
    quoted = [quotation for quotation in section.select("blockquote") if quotation["lang"] == "fr"]
    assert [quotation.select("p")[0].get_text() for quotation in quoted] == ["Une offre", CATALOG]
    assert not section.select("blockquote a, button, .button, form")
    assert "Depuis le 22 novembre 2026" in page.words(".row > .tag")
    assert "/fr/blog/actualites/le-cable/" in [link["href"] for link in section.select("details a")]
    assert "Complète depuis le 22 novembre 2026, 12:00 UTC" in folded(page.one("main"))


def test_each_advertisement_leads_to_its_own_place_in_the_list(site: Site, look: Look) -> None:
    """In the reader's language."""
    for home, page in (("/en/", PAGE), ("/fr/", PAGE_FR)):
        address, _, anchor = str(look(home).all(".promo .facts a")[-1]["href"]).partition("#")
        assert address == page
        assert look(address).one(f"#{anchor}")


def test_nothing_of_drafts_notes_or_accounts(site: Site, client: FlaskClient) -> None:
    """Neither what is scheduled, nor what was called off, nor what the house calls a promotion, nor who wrote it."""
    site.file.write_text(site.file.read_text().replace('name = "Planet FreeVPN"', 'name = "Housename"\ngoal = 77'))
    site.runtime.editions.refresh()
    site.at(1)
    site.save("Une offre", note="Notesecret")
    site.save("Draftsecret", live_from=NOW + timedelta(days=1), note="Notesecret")
    site.save("Pastsecret", live_from=NOW + timedelta(hours=2), live_until=NOW + timedelta(hours=3))
    cancelled = site.runtime.editions.current.revisions.last_id
    site.save(action=Action.CANCEL, cancels=cancelled)
    site.at(5)
    for address in (PAGE, PAGE_FR, JSON, FEED):
        text = client.get(address).get_data(as_text=True)
        assert "Une offre" in text
        words = text.rpartition("</style>")[2]
        assert [word for word in ("secret", "Housename", "@", "goal") if word in words] == []


def test_a_number_below_fifty_is_not_stated(site: Site, look: Look, data: Callable[[], dict[str, Any]]) -> None:
    """Of whole days that are over: today is not in it."""
    count(site, CATALOG, NOW.date(), 1234, 49)
    count(site, CATALOG, NOW.date(), 50, 0, page="guide")
    count(site, CATALOG, NOW.date() + timedelta(days=1), 10_000, 500)
    assert "Pas encore comptée" in look(PAGE_FR).text
    site.at(24)
    (wording,) = (wording for wording in data()["wordings"] if wording["language"] == "fr")
    assert (wording["figures"], wording["views"], wording["clicks"]) == ("counted", 1284, None)
    assert "Affichée 1 284 fois, suivie moins de 50 fois." in folded(look(PAGE_FR).one("main"))
    assert "Shown 1,284 times, followed fewer than 50 times." in look(PAGE).text


def test_counting_makes_no_new_page(site: Site, client: FlaskClient) -> None:
    """It is read once a day, a minute after midnight: until then the page stays the same, and cached."""
    site.at(13)
    before = client.get(PAGE).headers["ETag"]
    count(site, CATALOG, NOW.date(), 777)
    site.runtime.counts.flush()
    site.at(20)
    assert client.get(PAGE).headers["ETag"] == before
    site.at(36.1)
    assert "Counted until 23 November 2026." in client.get(PAGE).get_data(as_text=True)


def compared(site: Site, days: int) -> None:
    """Two wordings take turns from the first midnight on; B is followed ten times as often."""
    source = {"headline": "A", "text": "Un texte.", "button": "Y aller"}
    site.save("A")
    site.at(1)
    begin = next_midnight(site.clock.now)
    site.save("B", action=Action.COMPARE, source=source, live_from=begin, live_until=begin + timedelta(days=days))
    for number in range(days):
        site.at(24 * number + 13)
        shown = site.runtime.editions.current.words["fr"][KEY].headline
        count(site, shown, begin.date() + timedelta(days=number), 500, 60 if shown == "B" else 5)


def test_a_comparison_says_what_came_of_it_once_it_is_over(
    site: Site, look: Look, data: Callable[[], dict[str, Any]]
) -> None:
    """Before that it is not named, and nobody can find a winner in the figures either."""
    compared(site, 14)
    assert data()["comparisons"] == []
    figures = {wording["headline"]: wording["figures"] for wording in data()["wordings"]}
    assert {headline: figures[headline] for headline in "AB"} == {
        "A": "compared",
        "B": "compared",
    }
    assert "l’autre texte" in folded(look(PAGE_FR).one("main"))
    site.at(24 * 14 + 13)
    (comparison,) = data()["comparisons"]
    assert (comparison["language"], comparison["result"], comparison["pairs_of_days"]) == ("fr", "b", 7)
    assert folded(look(PAGE_FR).one(".row:has(> dl):not(:has(h2))")).endswith("On a suivi B plus souvent.")


def test_a_short_comparison_says_nothing(site: Site, data: Callable[[], dict[str, Any]]) -> None:
    """Below six pairs of days chance alone may lead, as the studio says."""
    compared(site, 4)
    site.at(24 * 4 + 13)
    assert [comparison["result"] for comparison in data()["comparisons"]] == ["too-few"]


def test_what_was_counted_before_the_list_was_kept_is_in_it(site: Site, look: Look) -> None:
    """With the days on which it was counted, since no times are known."""
    old = WordsInForce("Autrefois", "Un texte.", "Y aller")
    with site.runtime.store.begin() as session:
        row = {"digest": old.digest, "promotion": KEY, "locale": "fr"}
        session.add(
            Wording(
                **row, headline=old.headline, text=old.text, button=old.button, first_shown=NOW - timedelta(days=20)
            )
        )
        place = {"locale": "fr", "page": "both", "placement": "home", "promotion": KEY, "wording": old.digest}
        for days in (10, 12):
            session.add(PromotionCount(day=NOW.date() - timedelta(days=days), **place, impressions=30))
    site.at(24)
    (shown,) = [text for text in map(folded, look(PAGE).all("div.row")) if "Autrefois" in text]
    assert shown.startswith("10 November 2026 – 12 November 2026 as it was counted, before this list was kept")
    assert "Shown 60 times" in shown


def test_totals_that_are_deleted_are_said_to_be(site: Site, look: Look, data: Callable[[], dict[str, Any]]) -> None:
    """After 25 months; the words stay."""
    site.at(1)
    site.save("Une offre")
    site.clock.now = NOW + timedelta(days=800)
    site.runtime.editions.check_clock()
    site.runtime.editions.poll_database()
    assert {wording["figures"] for wording in data()["wordings"] if wording["headline"] == CATALOG} == {"not-kept"}
    assert "totals are kept for 25 months" in folded(look(PAGE).one("main"))


def test_what_is_long_is_folded(site: Site, look: Look) -> None:
    """Three wordings of a language are open; older ones, times and pages can be unfolded without a script."""
    for number in range(1, 6):
        site.at(number)
        site.save(f"Une offre {number}")
    section = look(PAGE_FR).one(f"section#{KEY}")
    older = section.select("details.rows")
    assert [folded(details.select("summary")[0]) for details in older] == ["3 textes antérieurs"]
    assert older[0].select("blockquote b")[0].get_text() == "Une offre 2"


def test_the_feed_tells_of_each_wording_once(site: Site, client: FlaskClient) -> None:
    """When it was first shown, whose it is, in which language; its id never changes."""
    site.at(1)
    site.save("Une offre")
    feed = ElementTree.fromstring(client.get(FEED).get_data())
    entries = feed.findall(f"{ATOM}entry")
    assert entries[0].findtext(f"{ATOM}title") == "Une offre"
    assert (entries[0].findtext(f"{ATOM}published") or "").startswith("2026-11-22T13:00:00.")
    assert "payée par Planet FreeVPN" in (entries[0].findtext(f"{ATOM}content") or "")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len({*ids}) == len(ids)
    assert f'href="http://localhost{FEED}"' in client.get(PAGE_FR).get_data(as_text=True)


def test_an_export_keeps_what_it_shows(site: Site, settings: Settings, tmp_path: Path) -> None:
    """Where nothing but exports is public, the next one still knows the words of the one before."""
    headlines = []
    for text in (site.file.read_text(), site.file.read_text().replace('headline = "The', 'headline = "Once, the')):
        site.file.write_text(text)
        assert run(settings, tmp_path / "out").exit_code == 0
        data = json.loads((tmp_path / "out" / JSON[1:]).read_text())
        wordings = [wording for promotion in data["advertisements"] for wording in promotion["wordings"]]
        headlines.append([wording["headline"] for wording in wordings if wording["language"] == "en"])
    first, (newest, *older) = headlines
    assert newest.startswith("Once, the")
    assert older == first


@pytest.mark.parametrize("path", ["/fr/advertisements/feed.atom", "/FR/Publicites/feed.atom"])
def test_its_feed_is_found_by_another_name_as_its_page_is(
    site: Site, client: FlaskClient, settings: Settings, tmp_path: Path, path: str
) -> None:
    """In one step, from the app as from files; no other page has a feed."""
    answer = client.get(path)
    assert (301, FEED) == (answer.status_code, answer.headers["Location"])
    assert 404 == client.get("/fr/about/feed.atom").status_code
    run(settings, tmp_path / "out")
    assert f"/fr/advertisements/feed.atom {FEED} 301" in (tmp_path / "out" / "_redirects").read_text()


def test_data_and_feed_are_among_the_pages_of_the_site(site: Site, client: FlaskClient) -> None:
    """So an export has them. They are nowhere else, and nowhere at all without the page."""
    pages = {*all_pages(site.runtime.editions.current)}
    assert {PAGE, PAGE_FR, JSON, FEED, "/en/advertisements/feed.atom"} <= pages
    assert [client.get(path).status_code for path in (JSON, FEED, "/fr/a-propos/feed.atom")] == [200, 200, 404]
    shutil.rmtree(site.settings.site / "pages" / "advertisements")
    site.runtime.editions.refresh()
    assert [client.get(path).status_code for path in (JSON, FEED)] == [404, 404]
    assert not {JSON, FEED} & {*all_pages(site.runtime.editions.current)}
