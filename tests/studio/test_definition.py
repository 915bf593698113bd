"""Promotions are made, duplicated, changed, ended and resumed in the browser."""

import re
from collections.abc import Callable

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.promotions.definition import definition_topic, values_of
from microsite.runtime import runtime_of
from microsite.storage.saving import Draft
from microsite.storage.store import Store
from microsite.storage.tables import AuditEntry, PromotionCount
from microsite.studio.access import Role
from tests.conftest import NOW, Clock, Seen
from tests.saves import save_next
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import held_by

Look = Callable[..., Seen]
NEW, REAL = "/studio/promotions/new_promotion/", "/studio/promotions/planet-freevpn/definition/"
STUDENTS: dict[str, str | list[str]] = {
    "name": "Students, autumn",
    "advertiser": "Planet FreeVPN",
    "target": "https://freevpnplanet.com/students",
    "placements": ["default", "home"],
    "precedence": "1",
    "do": "save",
}
ODD = ("50 % off", "%(x)s", "{0} {{ x }}", "\\* \\1", "é" * 100, "سلام", "a\u200bb")


REFUSED = [
    ("target", "javascript:alert(1)", "from https:// on"),
    ("target", "http://freevpnplanet.com/", "from https:// on"),
    ("target", "https://user:secret@freevpnplanet.com/", "from https:// on"),
    ("target", "https://elsewhere.example\\@freevpnplanet.com/", "from https:// on"),
    ("target", "https://freevpnplanet.com.elsewhere.example/", "only to: freevpnplanet.com"),
    ("target", "https://freevpnplänet.com/", "may not lead to freevpnplänet.com"),
    ("target", "https://%66reevpnplanet.com/", "may not lead to"),
    ("target", "https://freevpnplanet.com/ x", "without spaces"),
    ("target", "https://freevpnplanet.com/" + "x" * 20_000, "there is room for 2000"),
    ("target", "", "from https:// on"),
    ("name", "", "Write something here"),
    ("name", "\u200b", "Write something here"),
    ("name", "x" * 1000, "there is room for 100"),
    ("name", "a\u202eb", "invisible control character"),
    ("advertiser", "<i>", "Plain text only"),
    ("utm_source", "<i>", "Plain text only"),
    ("precedence", "0", "from 1 to 99"),
    ("precedence", "first", "from 1 to 99"),
    ("precedence", "9" * 5000, "from 1 to 99"),
    ("precedence", "", "from 1 to 99"),
    ("begin", "yesterday", "such as 2026-12-24 09:00"),
    ("until", "2026-01-01T09:00", "already passed"),
]


def make(browser: Editor, path: str = NEW, **changed: str | list[str]) -> TestResponse:
    return browser.fill_in(path, on="", **{**STUDENTS, **changed})


def change(browser: Editor, path: str = REAL, **changed: str | list[str]) -> TestResponse:
    """Send the form as it stands on the page, but for what somebody changed."""
    form = soup(browser.get(path)).select_one("form.defining")
    assert form
    return browser.post(path, data={**fields(form), "do": "save", **changed})


def fields(form: Tag) -> dict[str, str | list[str]]:
    """What a browser would send of the form, boxes with one name as a list."""
    boxes: dict[str, str | list[str]] = {}
    for box in form.select("input[type=checkbox][checked]"):
        values = boxes.setdefault(str(box["name"]), [])
        assert isinstance(values, list)
        values.append(str(box["value"]))
    return {**held_by(form), **boxes}


def wrongs(answer: TestResponse) -> str:
    assert answer.status_code == 422, answer.status
    return " ".join(alert.get_text(" ", strip=True) for alert in soup(answer).select(".alert"))


def headlines(look: Look, path: str = "/en/") -> list[str]:
    return look(path).words("aside.promo .headline")


def audited(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(entry.what, entry.about) for entry in entries if entry.what.startswith("promotion-")]


class TestMaking:
    """*New promotion* and *Duplicate*."""

    @ON_BOTH_DATABASES
    def test_a_promotion_is_live_once_it_has_words(self, look: Look, marketer: Editor, store: Store) -> None:
        """Its key is made of its name; the next page is the one on which its words are written."""
        answer = make(marketer)
        assert answer.location == "/studio/promotions/students-autumn/"
        assert "For students" not in headlines(look)

        words = {"headline": "For students", "text": "A text.", "button": "A button"}
        typed = {f"words_en-{part}": text for part, text in words.items()}
        marketer.fill_in(answer.location, **typed, **{"words_en-chosen": "y"}, do="publish:")
        assert ["For students"] == headlines(look)
        assert [
            ("promotion-made", "Students, autumn (students-autumn): https://freevpnplanet.com/students, default home")
        ] == audited(store)

    def test_the_address_is_shown_as_it_will_be_clicked(
        self, look: Look, client: FlaskClient, marketer: Editor
    ) -> None:
        """In every language, before it is saved; it is the very address that a click leads to."""
        page = make(marketer, do="show", utm_campaign="50 % & more")
        shown = [code.get_text() for code in soup(page).select("code")]
        assert 3 == len(shown) and "students-autumn" not in str(marketer.get("/studio/promotions/").data)

        make(marketer, utm_campaign="50 % & more")
        look("/en/")
        assert shown == [client.get(f"/{tag}/go/students-autumn/home/home/0").location for tag in ("en", "fr", "ar")]

    def test_an_address_that_is_refused_is_not_shown(self, marketer: Editor) -> None:
        """As if it could be clicked: it stands there once it is right."""
        answer = make(marketer, do="show", target="https://elsewhere.example/")
        assert answer.status_code == 422 and not soup(answer).select("code")
        assert "Whoever looks after the site’s files can add another host." in wrongs(answer)

    def test_no_two_have_one_key(self, settings: Settings, store: Store, marketer: Editor) -> None:
        """Whatever a key has been used for is another's: a file, a broken one even, figures of long ago."""
        (settings.site / "promotions" / "broken.toml").write_text("x")
        with store.begin() as session:
            spot = {"locale": "en", "page": "home", "placement": "home", "wording": "unknown"}
            session.add(PromotionCount(day=NOW.date(), promotion="counted", **spot, impressions=1))
        names = {"Coming!": "coming-2", "Broken": "broken-2", "Counted": "counted-2", "Unknown": "unknown-2"}
        for name, key in names.items():
            assert make(marketer, name=name).location == f"/studio/promotions/{key}/"
        assert "Another promotion is called that" in wrongs(make(marketer, name="COUNTED"))

    def test_a_form_sent_twice_makes_one_promotion(self, editions: Editions, marketer: Editor, clock: Clock) -> None:
        """A double click leads to the same page; later it is a name that is taken."""
        first, second = make(marketer), make(marketer)
        assert (303, first.location) == (second.status_code, second.location)
        assert ["students-autumn"] == [key for key in editions.current.promotions if "students" in key]
        clock.forward(minutes=2)
        assert "Another promotion is called that" in wrongs(make(marketer))

    def test_a_preview_shows_a_draft_whatever_comes_before_it(self, marketer: Editor) -> None:
        """By precedence, by its own dates, by when it began."""
        make(marketer, precedence="99", begin="2026-12-20T09:00")
        typed = {"words_en-headline": "A draft", "words_en-text": "A text.", "words_en-button": "A button"}
        page = marketer.fill_in("/studio/promotions/students-autumn/", **typed, do="preview")
        frame = soup(page).select_one("iframe[data-frame=en]")
        assert frame and "A draft" in marketer.get(str(frame["src"])).get_data(as_text=True)

    def test_a_duplicate_begins_with_everything_but_name_and_dates(self, marketer: Editor) -> None:
        """It is another promotion: the first stays as it is."""
        make(marketer, begin="2026-12-01T09:00", until="2026-12-24T09:00", categories=["news"], utm_source="us")
        page = soup(marketer.get(f"{NEW}?copy=students-autumn"))
        form = page.select_one("form.defining")
        assert form
        held = fields(form)

        assert "Copy of Students, autumn" == held["name"]
        assert ["", ""] == [held["begin"], held["until"]]
        assert (["default", "home"], ["news"], "us") == (held["placements"], held["categories"], held["utm_source"])

    def test_the_words_of_a_duplicate_begin_as_those_of_the_first(self, look: Look, marketer: Editor) -> None:
        """In every language that has any; they are published by whoever sends them, not before."""
        answer = make(marketer, f"{NEW}?copy=planet-freevpn", name="Again")
        assert "/studio/promotions/again/?copy=planet-freevpn" == answer.location
        page = soup(marketer.get(answer.location))
        typed = {str(field["name"]): field.get_text() for field in page.select("textarea[name$=headline]")}

        assert "The café’s Wi-Fi does not need to know where you go online." in typed["words_en-headline"]
        assert "Le Wi-Fi" in typed["words_fr-headline"]
        assert "Again" not in " ".join(headlines(look))
        assert 0 == len(page.select("[value^='catalog:']"))

    def test_what_somebody_types_is_data(self, look: Look, marketer: Editor) -> None:
        """In the studio and in addresses; never a format, never markup."""
        for name in ODD:
            answer = make(marketer, name=name, utm_campaign=name)
            assert answer.status_code == 303, wrongs(answer)
            path = f"{answer.location}definition/"
            page = soup(marketer.get(path))
            field = page.select_one("input[name=name]")
            assert field and name == field["value"]
            assert name == page.select("h1")[0].get_text()
            assert 303 == change(marketer, path).status_code
            assert name in soup(marketer.get("/studio/promotions/")).get_text()
        look("/en/")


class TestWhatIsRefused:
    """A sentence beside the field, with what was typed still there; nothing is saved."""

    def test_it_is_said_beside_the_field(self, marketer: Editor, store: Store) -> None:
        """And the field is marked as wrong."""
        for field, typed, reason in REFUSED:
            answer = make(marketer, **{field: typed})
            control = soup(answer).select_one(f"[name={field}]")
            assert reason in wrongs(answer), typed[:80]
            assert control and "true" == control["aria-invalid"]
            assert " ".join(typed.split()) == " ".join(str(control["value"]).split()), typed[:80]
        assert [] == audited(store)

    def test_an_end_comes_after_the_beginning(self, marketer: Editor) -> None:
        """In the time zone of the account."""
        answer = make(marketer, begin="2026-12-24T09:00", until="2026-12-24T09:00")
        assert "The end has to come after the beginning." in wrongs(answer)

    def test_what_is_no_choice_is_passed_over(self, editions: Editions, marketer: Editor) -> None:
        """Nobody can tick what no page offers."""
        make(marketer, placements=["home", "nowhere"], categories=["nowhere"], articles=["../x", "guide"])
        made = editions.current.promotions["students-autumn"]
        assert (("home",), (), ("guide",)) == (made.placements, made.categories, made.articles)


class TestChanging:
    """The file is the default; what is saved here wins."""

    @ON_BOTH_DATABASES
    def test_every_change_of_address_or_place_is_in_the_audit(
        self, look: Look, client: FlaskClient, marketer: Editor, store: Store
    ) -> None:
        """With before and after; readers are led there from now on."""
        look("/en/")
        answer = change(marketer, target="https://freevpnplanet.com/new", placements=["default"])

        assert answer.status_code == 303
        assert client.get("/en/go/planet-freevpn/both/default/0").location.startswith("https://freevpnplanet.com/new?")
        assert [] == headlines(look)
        name = "Planet FreeVPN (planet-freevpn)"
        assert [
            ("promotion-changed", f"{name}, target: https://freevpnplanet.com/ → https://freevpnplanet.com/new"),
            ("promotion-changed", f"{name}, placements: in-text default home → default"),
        ] == audited(store)

    def test_the_page_says_who_changed_what(self, marketer: Editor) -> None:
        """From the file on, newest first; articles by their titles."""
        change(marketer, not_articles=["guide"], note="Too early")
        page = soup(marketer.get(REAL))
        [entry] = page.select("ol.history li")

        assert "marketing-en@example.org" in entry.get_text() and "Too early" in entry.get_text()
        added = [" ".join(word.get_text().split()) for word in entry.select("ins")]
        assert ["added: A guide that does not age"] == added

    def test_one_can_return_to_the_file(self, editions: Editions, marketer: Editor, store: Store) -> None:
        """The page shows where the file differs; returning asks first, and is in the audit and among the changes."""
        file = editions.current.promotions["planet-freevpn"]
        assert [] == soup(marketer.get(REAL)).select("#studio_file")
        change(marketer, advertiser="Somebody else")
        differs = soup(marketer.get(REAL)).select_one("section[aria-labelledby=studio_file]")
        assert differs and "Planet FreeVPN" in differs.get_text() and "Somebody else" in differs.get_text()

        path = "/studio/promotions/planet-freevpn/file/"
        marketer.fill_in(path, on=REAL)
        assert "Somebody else" == editions.current.promotions["planet-freevpn"].advertiser
        marketer.fill_in(path, on=REAL, confirm="yes")
        assert file == editions.current.promotions["planet-freevpn"]
        about = "Planet FreeVPN (planet-freevpn), advertiser: Somebody else → Planet FreeVPN"
        assert ("promotion-changed", about) == audited(store)[-1]
        assert 2 == len(soup(marketer.get(REAL)).select("ol.history li"))
        assert 404 == marketer.fill_in("/studio/promotions/none/file/", on=REAL, confirm="yes").status_code

    def test_sending_it_unchanged_changes_nothing(self, editions: Editions, marketer: Editor) -> None:
        """Seconds that the field does not show are kept."""
        before = dict(editions.current.promotions)
        change(marketer)
        change(marketer, "/studio/promotions/coming/definition/")
        change(marketer, "/studio/promotions/expired/definition/")
        after = editions.current.promotions
        assert {key: values_of(promotion) for key, promotion in before.items()} == {
            key: values_of(promotion) for key, promotion in after.items()
        }

    def test_nobody_overwrites_what_they_have_not_seen(
        self, sign_in: Callable[..., Editor], editions: Editions
    ) -> None:
        """They get what somebody else saved, and keep what they typed; sent again it goes after theirs."""
        mia, leo = sign_in(Role.MARKETING), sign_in(Role.MARKETING, locale="fr")
        form = soup(mia.get(REAL)).select_one("form.defining")
        assert form
        held = {**fields(form), "do": "save", "advertiser": "Mine"}
        change(leo, advertiser="Theirs")
        answer = mia.post(REAL, data=held)

        assert answer.status_code == 409
        assert "Theirs" in soup(answer).select(".conflict")[0].get_text()
        again = soup(answer).select_one("form.defining")
        assert again and fields(again)["advertiser"] == "Mine"
        assert 303 == mia.post(REAL, data={**fields(again), "do": "save"}).status_code
        assert "Mine" == editions.current.promotions["planet-freevpn"].advertiser

    def test_one_that_is_no_longer_allowed_can_be_mended(
        self, app: Flask, editions: Editions, store: Store, marketer: Editor
    ) -> None:
        """The desk names it; its page has what was written."""
        values = values_of(editions.current.promotions["planet-freevpn"])
        save_next(store, definition_topic("planet-freevpn"), Draft(words={**values, "target": "https://gone.example/"}))
        editions.poll_revisions()
        desk = soup(marketer.get("/studio/promotions/"))
        [link] = desk.select(".alert a")

        assert "shown nowhere" in desk.select(".alert")[0].get_text()
        page = soup(marketer.get(str(link["href"])))
        target = page.select_one("input[name=target]")
        assert target and target["value"] == "https://gone.example/"
        assert 303 == change(marketer, target="https://freevpnplanet.com/").status_code
        assert "planet-freevpn" in editions.current.promotions
        assert runtime_of(app).editions.faults == {}


class TestTheEnd:
    """A promotion is ended, never deleted; ending and resuming ask first."""

    END, RESUME = "/studio/promotions/planet-freevpn/end/", "/studio/promotions/planet-freevpn/resume/"

    @ON_BOTH_DATABASES
    def test_it_ends_at_once_and_its_figures_stay(
        self, look: Look, client: FlaskClient, marketer: Editor, store: Store, clock: Clock
    ) -> None:
        """An old page still leads where it led; resumed it is shown as before."""
        before = headlines(look)
        assert before
        assert 303 == marketer.fill_in(self.END, on=REAL, confirm="yes").status_code
        assert [] == headlines(look)
        assert client.get("/en/go/planet-freevpn/home/home/0").location.startswith("https://freevpnplanet.com/?")
        assert 200 == marketer.get("/studio/figures/planet-freevpn/en/").status_code
        page = soup(marketer.get(REAL))
        assert [] == page.select("[name=until]")
        assert "Until" in page.select_one("ol.history dt").get_text()  # type: ignore[union-attr]
        assert 303 == change(marketer, advertiser="Changed meanwhile").status_code
        assert [] == headlines(look)

        clock.forward(minutes=5)
        marketer.fill_in(self.RESUME, on=REAL, confirm="yes")
        assert before == headlines(look)
        assert {"promotion-ended", "promotion-resumed"} <= {event for event, _ in audited(store)}

    @pytest.mark.parametrize("path", [END, RESUME])
    def test_nothing_happens_without_the_box(self, look: Look, marketer: Editor, store: Store, path: str) -> None:
        """The page says what to do."""
        before = headlines(look)
        answer = marketer.fill_in(path, on=REAL)
        assert "tick the box" in marketer.get(answer.location).get_data(as_text=True)
        assert before == headlines(look)
        assert [] == audited(store)

    def test_one_that_has_not_begun_can_be_ended(self, editions: Editions, marketer: Editor) -> None:
        """It never begins."""
        path = "/studio/promotions/coming/definition/"
        marketer.fill_in("/studio/promotions/coming/end/", on=path, confirm="yes")
        ended = editions.current.promotions["coming"]
        assert (None, NOW) == (ended.start, ended.until)


class TestWhatStandsOnAPage:
    """“On *X* readers see: 1. … 2. …”."""

    ON_PAGE = "/studio/promotions/on/page/"

    def test_it_lists_what_could_stand_there_in_order(self, look: Look, marketer: Editor, store: Store) -> None:
        """In each language; the first is what readers see."""
        make(marketer)
        words = {"headline": "For students", "text": "A text.", "button": "A button"}
        typed = {f"words_en-{part}": text for part, text in words.items()}
        marketer.fill_in("/studio/promotions/students-autumn/", **typed, **{"words_en-chosen": "y"}, do="publish:")
        page = soup(marketer.get(f"{self.ON_PAGE}?page=both"))
        orders = [[item.select("a")[0].get_text() for item in order.select("li")] for order in page.select("ol.order")]

        assert ["Students, autumn", "Planet FreeVPN"] == orders[0]
        assert re.search("On “The city’s cable.*” readers see:", page.get_text())
        assert ["For students"] == headlines(look, "/en/blog/news/the-cable/")
        assert ["Planet FreeVPN"] == orders[1]  # French: where the writer put it

    def test_every_page_can_be_asked_for(self, marketer: Editor) -> None:
        """By its title; what is no page is not found."""
        options = soup(marketer.get(self.ON_PAGE)).select("option")
        assert {"Home page", "A guide that does not age"} <= {option.get_text() for option in options}
        for option in options:
            assert 200 == marketer.get(f"{self.ON_PAGE}?page={option['value']}").status_code
        assert 404 == marketer.get(f"{self.ON_PAGE}?page=%25s").status_code
