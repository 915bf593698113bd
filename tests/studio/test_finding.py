"""Finding a message: what a search and the filters show, and that every number of messages says the same."""

import json
import re
import unicodedata
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.message import Message
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft, save
from microsite.studio.access import Role
from microsite.text import folded
from tests.conftest import NOW, Clock, Seen
from tests.studio.conftest import Editor, soup
from tests.studio.translators import FRENCH, IN_FILE, SKIP, French, Translating, queue_of

SignIn = Callable[..., Editor]
SIGN_OUT = "Sign out"
"""A message that only the studio says."""
HEADLINE = "The café's Wi-Fi does not need to know where you go online."


def numbers(page: BeautifulSoup) -> dict[str, int]:
    """What stands at each filter of a queue's page."""
    links = {link: link.select_one("small") for link in page.select(".filters a")}
    return {
        link.get_text(" ").removesuffix(number.get_text()).strip(): int(number.get_text())
        for link, number in links.items()
        if number
    }


def listed(browser: Editor, **asked: str) -> int:
    """How many rows the queue has on all its pages."""
    pages = soup(browser.get(FRENCH, query_string=asked)).select_one("nav.turn span")
    last = int(re.findall(r"\d+", pages.get_text())[-1]) if pages else 1
    rows = [soup(browser.get(FRENCH, query_string={**asked, "page": str(page)})) for page in range(1, last + 1)]
    return sum(len(page.select(".queue tbody tr")) for page in rows)


class TestSearching:
    def test_nobody_has_to_type_what_keyboards_lack(self, translator: Editor, french: French) -> None:
        """Apostrophes, accents, case, ligatures, quotation marks, dashes and kinds of space are one, on both sides."""
        words = "Déjà\N{NO-BREAK SPACE}vu\N{NARROW NO-BREAK SPACE}; l’ateliers d’autres, au cœur – « mot »"
        for form in ("NFC", "NFD"):
            french.says(unicodedata.normalize(form, words))
            for typed in ("d'autres", "D’AUTRES", "l ʼateliers", "deja vu", "DÉJÀ VU", "coeur", '" mot "', "vu ; -"):
                assert SKIP in queue_of(translator, q=unicodedata.normalize(form, typed)), (form, typed)

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("promotion planet-freevpn", "Go to Planet FreeVPN"),
            ("label of every promotion", "Advertisement"),
            ("layout.html skip", SKIP),
            ("contenu", SKIP),
            ("CONTENT", SKIP),
        ],
        ids=["context", "comment", "place", "translation", "source"],
    )
    def test_it_looks_at_all_that_is_known_of_a_message(self, typed: str, message: str, translator: Editor) -> None:
        """Not at its words alone."""
        assert message in queue_of(translator, q=typed)

    def test_the_words_of_the_file_are_found_behind_those_of_the_studio(self, translator: Editor) -> None:
        """Whoever remembers what stood there finds it."""
        Translating.open(translator).save("Passer outre")
        assert SKIP in queue_of(translator, q=IN_FILE)
        assert SKIP in queue_of(translator, q="passer outre")

    def test_all_words_have_to_stand_in_it(self, translator: Editor) -> None:
        """In any order."""
        assert SKIP in queue_of(translator, q="contenu skip")
        assert SKIP not in queue_of(translator, q="contenu skip elsewhere")

    def test_folding_is_the_same_for_each_normal_form(self) -> None:
        """And leaves letters that a language tells apart: a vowel sign of Devanagari is no accent."""
        for text in ("Ångström", "한국어", "İstanbul", "العَرَبيّة", "हिन्दी", "ﬁn…"):
            assert len({folded(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}) == 1
        assert folded("कि") != folded("क")
        assert folded("ŒUVRE Straße") == "oeuvre strasse"


class TestFilters:
    def test_what_readers_see(self, translator: Editor) -> None:
        """Without the studio's own messages, and without texts."""
        for message, is_for_readers in ((SKIP, True), (SIGN_OUT, False), ("Only in English", False)):
            assert message in queue_of(translator, q=message)
            assert (message in queue_of(translator, q=message, readers="1")) == is_for_readers

    @pytest.mark.parametrize(
        ("files", "is_public"),
        [
            (("microsite/reader/errors.py", "microsite/studio/errors.py"), True),
            (("site/site.toml",), True),
            (("microsite/text.py", "microsite/language/message_checks.py"), False),
            (("microsite/promotions/placement.py",), False),
            (("site/templates/studio/layout.html",), False),
        ],
    )
    def test_what_is_wrong_with_a_file_is_nothing_that_readers_see(
        self, files: tuple[str, ...], is_public: bool
    ) -> None:
        """Nor are the checks, nor the names of places: no language waits for them to be public."""
        assert Message(None, "Save it.", None, (), "", files, False, None, 1).is_for_readers == is_public

    def test_what_i_saved(self, translator: Editor, sign_in: SignIn) -> None:
        """Of all that anybody has saved; it stays mine when somebody else saves it again."""
        Translating.open(translator).save("Passer au contenu")
        Translating.open(sign_in(Role.ADMIN), SIGN_OUT).save("Sortir")
        assert queue_of(translator, mine="1").keys() == {SKIP}
        Translating.open(sign_in(Role.ADMIN)).save("Aller au texte")
        assert queue_of(translator, mine="1").keys() == {SKIP}

    def test_what_was_saved_since_a_day(self, sign_in: SignIn, clock: Clock) -> None:
        """A day of the account's time zone, that day included; with “What I saved”, by oneself."""
        Translating.open(sign_in(Role.TRANSLATOR)).save("Passer au contenu")
        clock.forward(hours=36)
        translator = sign_in(Role.TRANSLATOR)  # the session of the day before has ended
        Translating.open(translator, SIGN_OUT).save("Sortir")
        assert queue_of(translator, since="2026-11-22").keys() == {SKIP, SIGN_OUT}
        assert queue_of(translator, since="2026-11-24").keys() == {SIGN_OUT}
        assert queue_of(translator, since="2026-11-24", mine="1").keys() == {SIGN_OUT}
        assert queue_of(translator, since="2026-11-25", mine="1") == {}

    def test_a_day_that_is_none_asks_for_nothing(self, translator: Editor) -> None:
        """The list is as without it."""
        page = queue_of(translator)
        assert page and queue_of(translator, since="2026-11-22") == {}
        for day in ("2026-02-30", "yesterday", "20261122", "９" * 10, "2026-11-22T00:00"):
            assert queue_of(translator, since=day) == page, day

    def test_texts_are_counted_and_listed_by_themselves(self, translator: Editor) -> None:
        """They are written in files; what a state counts are messages."""
        assert "Only in English" in queue_of(translator, show="texts")
        assert "Only in English" not in queue_of(translator, show="missing")

    def test_going_on_stays_within_all_filters(self, translator: Editor) -> None:
        """“Next”, “Previous” and the place are those of the list that one came from."""
        for message in (SKIP, SIGN_OUT):
            Translating.open(translator, message).save("Autre")
        page = soup(translator.get(FRENCH, query_string={"mine": "1", "since": "2026-11-01", "q": "sign autre"}))
        links = [str(link["href"]) for link in page.select(".queue th > a")]
        assert len(links) == 1
        page = soup(translator.get(links[0]))
        assert not page.select("a[rel=next], a[rel=prev]")
        assert "1 of 1" in page.select_one("[aria-label='In the queue']").get_text(" ")  # type: ignore[union-attr]


class TestCountsAgree:
    @pytest.mark.parametrize(
        "asked",
        [{}, {"q": "articles"}, {"readers": "1"}, {"q": "the", "readers": "1"}],
        ids=["all", "q", "readers", "both"],
    )
    def test_a_filter_lists_as_many_as_it_says(self, asked: dict[str, str], translator: Editor, french: French) -> None:
        """With a search beside it as well."""
        french.says("")
        french.says("Aller à %(nothing)s", "Go to")
        shows = {"Everything": "", "Missing": "missing", "Failing a check": "failing", "Texts": "texts"}
        shown = numbers(soup(translator.get(FRENCH, query_string=asked)))
        assert {name: shown[name] for name in shows} == {
            name: listed(translator, show=show, **asked) for name, show in shows.items()
        }

    def test_the_list_of_languages_today_and_the_command_say_the_same(
        self, translator: Editor, french: French, app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As the queue, with what was saved in the studio."""
        french.says("", "Sign out")
        french.says("Aller à %(nothing)s", "Go to")
        Translating.open(translator).save("Passer au contenu")
        shown = numbers(soup(translator.get(FRENCH)))

        row = next(
            row for row in soup(translator.get("/studio/translations/")).select("tbody tr") if row.select("[lang=fr]")
        )
        cells = {str(cell["data-label"]): cell.get_text(" ").split()[0] for cell in row.select("td")[1:]}
        assert cells == {name: str(number) for name, number in shown.items() if name != "Everything"}

        today = soup(translator.get("/studio/")).get_text(" ")
        assert f"Français: {shown['Failing a check']} message" in today
        assert f"Français: {shown['Texts']} text" in today

        for name in ("site", "translations", "instance"):
            monkeypatch.setenv(f"MICROSITE_{name.upper()}", str(getattr(settings, name)))
        output = app.test_cli_runner().invoke(args=["catalogs", "status", "--json"]).output
        status = next(status for status in json.loads(output) if status["locale"] == "fr")
        assert status["missing"] == shown["Missing"] and status["failing"] == shown["Failing a check"]
        assert len(status["texts_missing"]) + len(status["texts_older"]) == shown["Texts"]
        assert status["messages"] + shown["Texts"] == shown["Everything"]


class TestMessagesOfAPage:
    def test_the_preview_of_any_page_leads_to_its_messages(self, translator: Editor, look: Callable[..., Seen]) -> None:
        """All that it says and nothing else, in its order, the words of its promotion among them."""
        link = soup(translator.get(FRENCH)).find("a", string="See the site in this language")
        assert isinstance(link, Tag)
        home = soup(translator.get(str(link["href"])))
        article = home.select_one("main a[href*='/fr/blog/']:not([href$='/blog/'])")
        assert article
        page = soup(translator.get(str(article["href"])))
        note = page.select_one(".preview a")
        assert note
        address, _, shown = str(note["href"]).partition("?on=")
        messages = list(queue_of(translator, address, on=shown))

        for message in ("Breadcrumb", "Skip to content", "Advertisement", HEADLINE, "Who publishes"):
            assert message in messages
        assert messages[:1] == ["%(page)s – %(site)s"]
        assert (
            messages.index(SKIP)
            < messages.index("Breadcrumb")
            < messages.index("Advertisement")
            < messages.index(HEADLINE)
        )
        assert "Page not found" not in messages and SIGN_OUT not in messages

    def test_words_of_marketing_are_no_message_of_a_page(
        self, translator: Editor, app: Flask, settings: Settings, editions: Editions
    ) -> None:
        """They are not in the catalog, nor in the queue."""
        assert HEADLINE in queue_of(translator, on="/fr/")
        words = {"headline": "Titre", "text": "Texte", "button": "Bouton"}
        save(
            runtime_of(app).store, Topic(PROMOTION, "planet-freevpn", "fr"), Draft(words=words), 0, "m@example.org", NOW
        )
        assert HEADLINE not in queue_of(translator, on="/fr/")

    def test_with_a_state_and_on_the_way_from_one_to_the_next(self, translator: Editor, french: French) -> None:
        """It is a filter like the others; its order is the page’s."""
        for message in ("Who publishes", SKIP):
            french.says("", message)
        page = soup(translator.get(FRENCH, query_string={"on": "/fr/", "show": "missing"}))
        links = [str(link["href"]) for link in page.select(".queue th > a")]
        assert len(links) == 2
        onward = soup(translator.get(links[0])).select_one("a[rel=next]")
        assert onward and str(onward["href"]) == links[1]
        assert "What /fr/ says, in its order." in page.get_text(" ")

    def test_an_address_that_is_no_page_says_nothing(self, translator: Editor) -> None:
        """Nothing is rendered for it, and no click counted."""
        for page in ("/en/", "/studio/", "/fr/go/x/y/z/w", "/fr/share/x.png", "fr", "//x/fr/"):
            assert queue_of(translator, on=page) == {}, page

    def test_who_may_not_translate_sees_no_link_to_the_desk(self, translator: Editor, sign_in: SignIn) -> None:
        """It would lead to a page that is closed to them."""
        link = soup(translator.get(FRENCH)).find("a", string="See the site in this language")
        assert isinstance(link, Tag)
        page = soup(sign_in(Role.MARKETING).get(str(link["href"])))
        assert page.select(".preview") and not page.select(".preview a[href*='on=']")


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({}, "Translations into French"),
        ({"page": "2"}, "Page 2 of {} – Translations into French"),
        ({"show": "missing"}, "Missing – Translations into French"),
        ({"show": "texts", "q": "câble"}, "Texts – câble – Translations into French"),
        (
            {"mine": "1", "readers": "1", "since": "2026-11-01"},
            "What readers see – What I saved – Saved since 1 November 2026 – Translations into French",
        ),
    ],
)
def test_each_part_of_the_queue_has_a_title_of_its_own(translator: Editor, asked: dict[str, str], title: str) -> None:
    """Which language, what is asked for, which page: ten tabs are ten titles (WCAG 2.4.2)."""
    page = soup(translator.get(FRENCH, query_string=asked))
    turn = page.select_one(".turn span")
    pages = turn.get_text().split()[-1] if turn else ""
    assert page.select("head title")[0].get_text() == f"{title.format(pages)} – Studio – Planet Privacy"
