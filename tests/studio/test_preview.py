"""Preview: the real page with words that are not published, or as it will be; for whoever has the link."""

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.storage.tables import Account, AuditEntry
from microsite.studio.access import Role
from microsite.studio.accounts import accounts
from tests.conftest import Clock, Seen
from tests.studio.conftest import ON_BOTH_DATABASES, PASSWORD, Editor, account, soup
from tests.studio.editors import DESK, Writing
from tests.test_counting import BROWSER
from tests.test_revisions import clicks

Look = Callable[..., Seen]
LINKS = "/studio/promotions/preview_links/"


pytestmark = ON_BOTH_DATABASES


def whole(writing: Writing, language: str = "fr") -> str:
    """The address of the whole page with the draft."""
    link = writing.page.select_one(f"a[data-whole={language}]")
    assert link
    return str(link["href"])


class TestADraft:
    def test_it_is_seen_in_the_real_page_and_nowhere_else(self, writing: Writing, look: Look) -> None:
        """Typeset, in every language, at the width of a phone and of a desktop; readers see what they saw."""
        writing.press("preview", fr_headline="Qu'en dites-vous ?")
        frames = writing.page.select("iframe")
        assert 2 * 3 == len(frames)

        french = soup(writing.browser.get(str(frames[2]["src"])))
        promotion = french.select_one("aside.promo .headline")
        assert promotion and "Qu’en dites-vous\u202f?" == promotion.get_text()
        assert "Qu’en dites-vous" not in look("/fr/blog/actualites/le-cable/").text

    @pytest.mark.parametrize("where", ["home", "both", "note-1"])
    def test_any_page_and_each_placement(self, writing: Writing, where: str) -> None:
        """Where the writer put it, where the site does, the home page."""
        writing.press("preview", fr_headline="Brouillon", where=where)
        page = soup(writing.browser.get(whole(writing)))

        assert ["Brouillon"] == [headline.get_text() for headline in page.select("aside.promo .headline")]
        placement = {"home": "home/home", "both": "both/in-text", "note-1": "note-1/default"}[where]
        assert f"/{placement}/" in str(page.select_one("aside.promo a.button"))

    def test_a_language_without_words_shows_an_empty_frame(self, writing: Writing) -> None:
        """With a sentence, rather than another promotion; in the whole page its place is empty too."""
        writing.press("preview", fr_headline="", fr_text="", fr_button="")
        frame = writing.browser.get(str(writing.page.select("iframe")[2]["src"]))
        assert "Français\u00a0: pas encore de texte." in soup(frame).get_text()
        page = soup(writing.browser.get(whole(writing)))
        assert not page.select("aside.promo") and "pas encore de texte" in page.get_text()
        assert soup(writing.browser.get(whole(writing, "en"))).select("aside.promo")

    def test_one_that_stands_nowhere_is_shown_where_it_could(
        self, writing: Writing, editions: Editions, settings: Settings
    ) -> None:
        """In a page where the site could place it, and both the editor and the page say so."""
        file = settings.site / "promotions" / "planet-freevpn.toml"
        lines = [line for line in file.read_text().splitlines() if not line.startswith("placements")]
        target = next(number for number, line in enumerate(lines) if line.startswith("target"))
        (file.parent / "nowhere.toml").write_text(
            "\n".join([*lines[:target], 'placements = ["in-text"]', *lines[target:]])
        )
        editions.refresh()
        nowhere = Writing.open(writing.browser, "/studio/promotions/nowhere/")
        assert "this is a page where it could stand" in nowhere.text
        page = soup(writing.browser.get(whole(nowhere, "en")))
        assert "/go/nowhere/" in str(page.select_one("#studio_draft + aside.promo a.button"))
        assert "this is a page where it could stand" in page.get_text()

    def test_the_draft_is_framed_and_says_what_is_new(self, writing: Writing) -> None:
        """Right before its block, whichever block of the page that is: part by part, what readers see and what not."""
        writing.press("preview", fr_headline="Brouillon", where="both")
        page = soup(writing.browser.get(whole(writing)))
        note = page.select_one("#studio_draft + aside.promo")
        assert note and "Brouillon" in note.get_text()
        news = page.select("#studio_draft dd")
        assert 1 == len(news) and news[0].select("ins")[0].get_text().endswith("Brouillon")
        english = soup(writing.browser.get(whole(writing, "en"))).select_one("#studio_draft")
        assert english and "Nothing is new in this language" in english.get_text()

    def test_a_frame_begins_right_before_the_promotion(self, writing: Writing) -> None:
        """By a style that the page's own policy lets through; the whole page says instead that it is a preview."""
        frame = writing.browser.get(str(writing.page.select("iframe")[0]["src"]))
        page = writing.browser.get(whole(writing))

        assert "display:none" in soup(frame).select("style")[1].get_text()
        assert not soup(frame).select(".preview")
        note = soup(page).select_one(".preview")
        assert note and "le texte encadré de Planet FreeVPN est un brouillon" in note.get_text()

    def test_only_the_studio_may_frame_it(self, writing: Writing, client: FlaskClient) -> None:
        """Every other page may be framed by nobody; the editing page frames ours alone."""
        frame = writing.browser.get(str(writing.page.select("iframe")[0]["src"]))

        assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
        assert "frame-src 'self'" in writing.answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in writing.answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in client.get("/fr/").headers["Content-Security-Policy"]

    def test_a_promotion_out_of_its_window_is_previewed_all_the_same(self, writing: Writing) -> None:
        """It is prepared before it begins."""
        coming = Writing.open(writing.browser, "/studio/promotions/coming/")
        page = soup(writing.browser.get(whole(coming, "en")))

        assert ["A coming headline"] == [headline.get_text() for headline in page.select("aside.promo .headline")]


def share(writing: Writing, **typed: Any) -> str:
    """The path of the link to what is typed, as the page shows it."""
    writing.press("share", **typed)
    return urlsplit(str(writing.page.select("#studio_links input.key")[0]["value"])).path


class TestTheLink:
    def test_it_is_short_and_opens_at_the_block(self, writing: Writing, client: FlaskClient) -> None:
        """Without an account: the page that was chosen, in the browser's language, at the framed block."""
        path = share(writing, fr_headline="Brouillon", en_headline="A draft", where="both")
        assert re.fullmatch(r"/studio/preview/[\w-]{22}/", path)
        for language, page in (("fr", "/fr/blog/actualites/le-cable/"), ("en", "/en/blog/news/the-cable/")):
            answer = client.get(path, headers={"Accept-Language": language})
            assert (302, f"{path.rstrip('/')}{page}#studio_draft") == (answer.status_code, answer.location)
        shown = soup(client.get(answer.location))
        assert "A draft" in shown.select("#studio_draft + aside.promo .headline")[0].get_text()
        note = shown.select(".preview")[0].get_text()
        assert "This link works until" in note and "(Europe/Paris)" in note

    def test_it_opens_in_a_language_with_news(self, writing: Writing, client: FlaskClient) -> None:
        """Somebody whose browser speaks English is shown the French words, if only they are new."""
        answer = client.get(share(writing, fr_headline="Brouillon", where="home"), headers={"Accept-Language": "en"})
        assert answer.location.endswith("/fr/#studio_draft")

    def test_it_needs_no_account_and_is_never_indexed(self, writing: Writing, client: FlaskClient) -> None:
        """The whole site is browsable from it."""
        answer = client.get(client.get(share(writing, fr_headline="Brouillon", where="home")).location)

        assert 200 == answer.status_code
        assert ("noindex", "no-store") == (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"])
        links = [str(link["href"]) for link in soup(answer).select("main a[href]")]
        inside = [link for link in links if link.startswith("/studio/preview/")]
        assert len(inside) > 5
        assert [] == [link for link in links if link.startswith(("/fr/", "/en/"))]
        for link in [address for address in inside if "/go/" not in address][:5]:
            assert client.get(link).status_code in (200, 302), link

    def test_it_names_nothing_of_the_studio_to_a_stranger(
        self, writing: Writing, client: FlaskClient, editions: Editions
    ) -> None:
        """A promotion has a name for those who work here: whoever has a link is told who pays; withdrawn, it leads
        nowhere."""
        link = share(writing, en_headline="A draft")
        promotion = editions.current.promotions["planet-freevpn"]
        with patch.object(type(promotion), "title", "Working title"):
            strangers = client.get(client.get(link).location).get_data(as_text=True)
            ours = writing.browser.get(client.get(link).location).get_data(as_text=True)
        assert f"the framed words of {promotion.advertiser} are" in strangers and "Working title" not in strangers
        assert "the framed words of Working title are" in ours
        gone = client.get("/studio/preview/AAAAAAAAAAAAAAAA/")
        assert gone.status_code == 410 and not [a for a in soup(gone).select("a[href]") if a["href"][0] != "#"]

    def test_the_same_words_have_the_same_link(self, writing: Writing) -> None:
        """Pressing twice makes no second one; other words have another, and what was typed stays in the fields."""
        first = share(writing, fr_headline="Brouillon")
        assert (first, "Brouillon") == (share(writing), writing.value("fr_headline"))
        assert first != share(writing, fr_headline="Autre")
        assert 2 == len(writing.page.select("#studio_links input.key"))
        assert "Brouillon" in writing.page.select("#studio_links li")[1].get_text()

    def test_it_is_called_back(self, writing: Writing, client: FlaskClient, store: Store) -> None:
        """By a button beside it, on the editor and on the page of all links; the audit tells of both."""
        path = share(writing, fr_headline="Brouillon")
        assert 302 == client.get(path).status_code
        button = str(writing.page.select("#studio_links button[value^=withdraw]")[0]["value"])
        writing.press(button, fr_headline="Je continue")

        assert 410 == client.get(path).status_code
        assert "Je continue" == writing.value("fr_headline") and not writing.page.select("#studio_links input.key")
        path = share(writing)
        page = soup(writing.browser.get(LINKS))
        button = str(page.select("button[value^=withdraw]")[0]["value"])
        writing.browser.fill_in(LINKS, do=button)
        assert 410 == client.get(path).status_code
        with store.read() as session:
            events = session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)).all()
        assert ["preview-link-made", "preview-link-withdrawn"] * 2 == [event for event in events if "preview" in event]

    def test_a_number_of_no_link_withdraws_nothing(self, writing: Writing) -> None:
        """Twice the same button, or one that somebody has made up."""
        assert 200 == writing.press("withdraw:999").status
        assert 303 == writing.browser.fill_in(LINKS, do="withdraw:999").status_code
        assert 400 == writing.browser.fill_in(LINKS, do="withdraw:x").status_code

    def test_it_expires(self, writing: Writing, client: FlaskClient, clock: Clock) -> None:
        """And says so, in the language of the browser; from then on no list names it."""
        path = share(writing, fr_headline="Brouillon")
        clock.forward(days=7)
        answer = client.get(path, headers={"Accept-Language": "fr"})

        assert 410 == answer.status_code
        assert "Ce lien vers un aperçu ne fonctionne pas" in answer.get_data(as_text=True)

    def test_one_of_the_future_opens_nothing(self, writing: Writing, client: FlaskClient, clock: Clock) -> None:
        """It was made while the clock was wrong, and would work for years."""
        path = share(writing, fr_headline="Brouillon")
        clock.forward(days=-2)
        assert 410 == client.get(path).status_code

    def test_it_ends_with_the_role_of_its_maker(
        self, writing: Writing, client: FlaskClient, app: Flask, clock: Clock
    ) -> None:
        """And stays ended for an account that ends and begins again under the same address."""
        path, email = share(writing, fr_headline="Brouillon"), "marketing-en@example.org"

        def change(step: Callable[[Session, Account], object]) -> int:
            with app.test_request_context("/studio/"), runtime_of(app).store.begin() as session:
                step(session, session.scalars(select(Account).where(Account.email == email)).one())
            return client.get(path).status_code

        assert 410 == change(lambda session, maker: setattr(maker, "role", Role.TRANSLATOR))
        assert 302 == change(lambda session, maker: setattr(maker, "role", Role.MARKETING))
        assert 410 == change(lambda session, maker: setattr(maker, "active", False))
        clock.forward(days=1)
        assert 410 == change(lambda session, maker: accounts.add(session, email, PASSWORD, Role.MARKETING, "en"))

    def test_it_ends_with_the_account_that_made_it(
        self, writing: Writing, sign_in: Callable[..., Editor], app: Flask, client: FlaskClient
    ) -> None:
        """Whoever has left shows nobody what is being prepared."""
        link = share(writing, fr_headline="Brouillon")
        path = f"/studio/accounts/{account(app, 'marketing-en@example.org').id}"
        assert 302 == client.get(link).status_code
        sign_in(Role.ADMIN).fill_in(f"{path}/end", on=path, confirm="yes")
        assert 410 == client.get(link).status_code

    def test_nobody_makes_one_but_the_studio(self, writing: Writing, client: FlaskClient) -> None:
        """One with another letter opens nothing; that of somebody who is writing asks for an account."""
        path, own = share(writing, fr_headline="Brouillon"), whole(writing)
        other = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
        assert 410 == client.get(other).status_code
        assert 404 == client.get("/studio/preview/x/fr/").status_code
        assert "/studio/login" in client.get(own).location
        token = own.split("/")[3]
        # Not its last letter: base64 leaves two bits of that one unused, two letters of it may mean the same.
        for at in (1, token.rindex(".", 0, token.rindex(".")) + 1, token.rindex(".") + 1):
            forged = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
            assert 404 == writing.browser.get(own.replace(token, forged)).status_code, at

    @pytest.mark.parametrize("path", ["studio/promotions/", "static/site.css", "studio/login"])
    def test_it_leads_to_the_readers_pages_alone(self, writing: Writing, client: FlaskClient, path: str) -> None:
        assert 404 == client.get(share(writing) + path).status_code

    def test_a_wrong_address_is_the_readers_own_404(self, writing: Writing, client: FlaskClient) -> None:
        assert 404 == client.get(share(writing) + "fr/nulle-part/").status_code

    def test_nothing_is_counted(self, writing: Writing, app: Flask, client: FlaskClient) -> None:
        """Neither an impression nor a click; in a frame the button leads nowhere."""
        page = client.get(client.get(share(writing)).location, headers={"User-Agent": BROWSER})
        button = soup(page).select_one("aside.promo a.button")
        assert button
        out = client.get(str(button["href"]), headers={"User-Agent": BROWSER})
        framed = client.get(str(button["href"]), headers={"User-Agent": BROWSER, "Sec-Fetch-Dest": "iframe"})

        assert (302, "https://freevpnplanet.com/", 204) == (out.status_code, out.location, framed.status_code)
        runtime_of(app).counts.flush()
        store: Store = runtime_of(app).store
        assert {} == clicks(store)


class TestAsOf:
    def test_it_leads_to_the_changes_around_it_and_back(self, writing: Writing, client: FlaskClient) -> None:
        """For whoever may use the desk; by a link of its own, to somebody without an account, in its maker's zone."""
        made = writing.browser.get(f"{DESK}?moment=2026-12-24T11:00")
        links = {
            link.get_text(): link["href"] for link in soup(writing.browser.get(made.location)).select(".preview a")
        }
        assert {"‹ earlier change", "Back to the studio"} <= set(links) and links["Back to the studio"] == DESK
        assert f"{DESK}?moment=2026-12-24T09:00" == links["‹ earlier change"]
        assert "/studio/login" in client.get(made.location).location
        writing.browser.fill_in("/studio/account", locale="en", timezone="Europe/Paris")
        assert 422 == writing.browser.fill_in(LINKS, moment="soon").status_code
        asked = soup(writing.browser.get(f"{LINKS}?moment=2026-12-24T11:00")).select_one("#moment")
        assert asked and "2026-12-24T11:00" == asked["value"]
        writing.browser.fill_in(LINKS, moment="2026-12-24T11:00")
        path = urlsplit(str(soup(writing.browser.get(LINKS)).select("input.key")[0]["value"])).path
        note = soup(client.get(client.get(path).location)).select_one(".preview")
        assert note and "24 December 2026, 11:00 (Europe/Paris)" in note.get_text() and not note.select("a")

    def test_the_site_as_it_will_be(self, writing: Writing, look: Look, clock: Clock) -> None:
        """With all that is scheduled until then, in every page; today readers see what they see."""
        writing.press("publish:", fr_headline="Vendredi", live_from="2026-11-27T09:00")
        for moment, words in (("2026-11-27T08:59", "Le Wi-Fi"), ("2026-11-27T09:00", "Vendredi")):
            answer = writing.browser.get(DESK, query_string={"moment": moment})
            assert 303 == answer.status_code
            page = soup(writing.browser.get(answer.location.replace("/en/", "/fr/")))
            assert words in page.select("aside.promo .headline")[0].get_text()
            note = page.select_one(".preview")
            assert note and "Aperçu\u00a0: le site à la date du 27" in note.get_text()
        assert "Vendredi" not in look("/fr/").text

    def test_a_promotion_of_then_is_shown(self, writing: Writing) -> None:
        """Its window goes by that moment too; so do the years that have passed."""
        answer = writing.browser.get(DESK, query_string={"moment": "2026-12-24T10:00"})
        page = soup(writing.browser.get(answer.location))

        assert ["A coming headline"] == [headline.get_text() for headline in page.select("aside.promo .headline")]

    def test_the_desk_offers_the_moments_that_change_something(self, writing: Writing) -> None:
        """The beginning and the end of whatever is scheduled."""
        writing.press("publish:", fr_headline="V", live_from="2026-11-27T09:00", live_until="2026-11-29T18:00")
        offered = [str(link["href"]) for link in soup(writing.browser.get(DESK)).select(".moments a")]

        assert ["2026-11-27T09:00", "2026-11-29T18:00", "2026-12-24T09:00"] == [
            address.partition("moment=")[2].replace("%3A", ":") for address in offered
        ]

    def test_a_wrong_moment_is_said(self, writing: Writing) -> None:
        answer = writing.browser.get(DESK, query_string={"moment": "soon"})

        assert 422 == answer.status_code
        assert "Write a date and a time" in soup(answer).get_text()
        assert "soon" in str(soup(answer).select_one("#moment"))
