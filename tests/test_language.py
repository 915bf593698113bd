"""The language of a page: who decides it, and that it is kept to the last word."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language import dates
from microsite.language.dates import PartialDate, PartialPeriod
from microsite.language.locales import choose_locale, make_locale
from tests.conftest import Seen

Look = Callable[..., Seen]
LOCALES = {tag: make_locale(tag) for tag in ("en", "fr")}

FRENCH_PAGES = [
    "/fr/",
    "/fr/blog/",
    "/fr/blog/page/2/",
    "/fr/blog/actualites/",
    "/fr/blog/actualites/le-cable/",
    "/fr/blog/actualites/seulement-en-francais/",
    "/fr/blog/guides/un-guide/",
    "/fr/a-propos/",
    "/fr/vu/",
]


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        # 1. the address
        ("/fr/", "en", "fr"),
        ("/fr/anything/at/all", "en", "fr"),
        ("/fr", "", "fr"),
        ("/en/", "fr", "en"),
        # 3. the header
        ("/", "fr", "fr"),
        ("/", "fr-CA", "fr"),
        ("/", "fr-CA, en;q=0.9", "fr"),
        ("/", "de, fr;q=0.3, en;q=0.2", "fr"),
        ("/", "EN-us;q=0.1, FR;q=0.9", "fr"),
        ("/", "fr;q=0.5, en;q=0.5", "fr"),
        ("/", "fr-CA;q=0.8, en;q=0.9", "en"),
        ("/", "fr;q=0, en", "en"),
        ("/", "fr;q=0", "en"),
        ("/", "en;q=0", "fr"),
        ("/", "*;q=0.5, en;q=0", "fr"),
        ("/", "*", "en"),
        ("/", "*;q=0.5, fr;q=0.1", "en"),
        ("/", "*;q=0.5, en;q=0.1", "fr"),
        ("/frog/", "fr", "fr"),
        ("/nope", "fr", "fr"),
        # 4. the default
        ("/", "", "en"),
        ("/", "de, ja", "en"),
        ("/", "xx;;;q=abc", "en"),
        ("/", ",,;q=,\x00é", "en"),
        ("/", "fr;q=2", "en"),
    ],
)
def test_the_address_decides_then_the_browser_then_the_default(path: str, accept: str, expected: str) -> None:
    """The order of precedence, case by case."""

    assert choose_locale(path, accept, LOCALES, LOCALES["en"]).tag == expected


@pytest.mark.parametrize(
    ("path", "chosen", "expected"), [("/studio/", "fr", "fr"), ("/en/", "fr", "en"), ("/studio/", "xx", "en")]
)
def test_what_an_account_chose_comes_before_its_browser(path: str, chosen: str, expected: str) -> None:
    """Second after the address, and only where the site has that language."""

    assert choose_locale(path, "en", LOCALES, LOCALES["en"], chosen).tag == expected


@pytest.mark.parametrize(("accept", "expected"), [("fr-FR,fr;q=0.9", "/fr/"), ("de", "/en/"), ("ar", "/ar/")])
def test_the_front_door_leads_to_the_readers_language(client: FlaskClient, accept: str, expected: str) -> None:
    """`/` redirects by Accept-Language; caches may not give one reader's answer to another."""
    answer = client.get("/", headers={"Accept-Language": accept})

    assert (302, expected) == (answer.status_code, answer.location)
    assert "Accept-Language" in answer.vary
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_switch_leads_to_the_same_article(look: Look) -> None:
    """Plain links, each in its own language; the current one is no link."""
    switch = look("/fr/blog/actualites/le-cable/").one("nav.langs")
    links = {link["hreflang"]: link for link in switch.select("a")}

    assert {"en", "ar"} == set(links)
    assert ("/en/blog/news/the-cable/", "en", "English") == (
        links["en"]["href"],
        links["en"]["lang"],
        links["en"].get_text(),
    )
    assert "Français" == switch.select_one("[aria-current]").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize("path", FRENCH_PAGES)
def test_a_french_reader_never_sees_english_chrome(look: Look, editions: Editions, path: str) -> None:
    """No interface message appears in English on a French page."""
    page = look(path)
    names = r"Planet Privacy|Planet FreeVPN|Example Hosting|Global Privacy Control"
    text = re.sub(names, "", re.sub(r"\s+", " ", str(page.soup.body)))
    catalog = editions.current.catalogs["fr"]
    english = [
        msgid
        for (_, msgid), forms in catalog.messages.items()
        if msgid not in forms and "%(" not in msgid and len(msgid) > 6
    ]

    assert len(english) > 40
    assert [msgid for msgid in english if re.search(rf"\b{re.escape(msgid)}\b", text)] == []


@pytest.mark.parametrize("path", FRENCH_PAGES)
def test_every_message_has_its_french_words(look: Look, editions: Editions, path: str) -> None:
    """Nothing on a French page is said by a message that the French catalog lacks."""
    untranslated = editions.current.catalogs["fr"]._untranslated
    untranslated.clear()
    look(path)

    assert {} == untranslated


@pytest.mark.parametrize(
    ("day", "locale", "expected"),
    [
        (date(2020, 7, 1), "fr", "1er\u00a0juillet 2020"),
        (date(2020, 7, 11), "fr", "11\u00a0juillet 2020"),
        (date(2020, 7, 1), "en", "1 July 2020"),
        (date(2020, 7, 1), "de", "1.\u00a0Juli 2020"),
    ],
)
def test_dates_are_written_as_the_language_writes_them(day: date, locale: str, expected: str) -> None:
    """The first of a month is an ordinal in French alone, and no French line ends between day and month."""
    assert expected == dates.long_date(day, make_locale(locale))


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "June 2020"),
        ("fr", "juin 2020"),
        ("de", "Juni 2020"),
        ("pt_BR", "junho de 2020"),
        ("pl", "czerwiec 2020"),
        ("ar", "يونيو 2020"),
        ("he", "יוני 2020"),
        ("zh_Hant", "2020\u2060年\u20606\u2060月"),
    ],
)
def test_a_month_is_written_as_its_language_writes_it(locale: str, expected: str) -> None:
    """Month, year and what stands between them follow the language's own pattern."""
    assert expected == dates.month(date(2020, 6, 1), make_locale(locale))


@pytest.mark.parametrize(
    ("first", "last", "locale", "expected"),
    [
        (date(2020, 7, 6), date(2020, 7, 6), "fr", "juillet 2020"),
        (date(2019, 6, 1), date(2020, 7, 1), "en", "June 2019\u00a0– July 2020"),
        (date(2020, 5, 21), date(2020, 7, 31), "fr", "mai\u00a0– juillet 2020"),
    ],
)
def test_a_period_is_written_in_months(first: date, last: date, locale: str, expected: str) -> None:
    """One month stands alone; two are joined."""
    period = PartialPeriod(PartialDate(first, first), PartialDate(last, last))

    assert expected == dates.months(period, make_locale(locale))


def test_a_day_on_a_french_page_is_french(look: Look) -> None:
    """The date of a source, with its ordinal."""
    assert "1er\u00a0juillet 2020" in look("/fr/blog/actualites/le-cable/").text


def test_reading_time_is_singular_for_one_minute(look: Look) -> None:
    """`1 minute`, never `1 minutes`."""
    page = look("/fr/blog/guides/un-guide/")

    assert "1\u00a0minute de lecture" in page.text
    assert "1 minutes" not in page.text


class TestAnArticleThatLacksALanguage:
    """It is served all the same, honestly."""

    path = "/fr/blog/actualites/only-in-english/"

    def test_it_stands_under_the_readers_chrome_with_a_notice(self, look: Look) -> None:
        """French around, English inside, and a sentence that says so."""
        page = look(self.path)

        assert "en" == page.one("article")["lang"]
        assert "fr" == page.one(".note")["lang"]
        assert "Ce texte est écrit en anglais." in page.one(".note").get_text()
        assert "One paragraph" in page.text

    def test_search_engines_are_told_to_pass_by(self, look: Look) -> None:
        """noindex; no canonical, no hreflang."""
        page = look(self.path)

        assert "noindex" == page.one("meta[name=robots]")["content"]
        assert [] == page.all("link[rel=canonical], link[hreflang]")

    def test_it_is_in_no_feed_and_no_sitemap_of_that_language(self, client: FlaskClient) -> None:
        """Machines find it where it is written."""
        sitemap = client.get("/sitemap.xml").get_data(as_text=True)

        assert "Only in English" not in client.get("/fr/feed.atom").get_data(as_text=True)
        assert self.path not in sitemap
        assert "/en/blog/news/only-in-english/" in sitemap

    def test_its_original_does_not_claim_a_translation(self, look: Look) -> None:
        """hreflang names the written languages alone."""
        page = look("/en/blog/news/only-in-english/")

        assert ["en", "x-default"] == [link["hreflang"] for link in page.all("link[rel=alternate][hreflang]")]

    def test_lists_mark_it(self, look: Look) -> None:
        """“(en anglais)”, with the title in its own language."""
        page = look("/fr/blog/")
        link = next(link for link in page.all("h2 a") if link.get_text() == "Only in English")

        assert ("en", "en") == (link["lang"], link["hreflang"])
        assert "Only in English (en anglais)" in page.words("h2")

    def test_links_in_the_text_mark_it(self, look: Look) -> None:
        """“(in French)” beside a link whose target exists in French alone; none beside the others."""
        english = look("/en/blog/news/the-cable/")
        link = english.one("article > p a[href*=seulement]")

        assert "/en/blog/news/seulement-en-francais/" == link["href"]
        assert "fr" == link["hreflang"]
        assert "the French one (in French)." in english.text
        assert "hreflang" not in english.one("article > p a[href$='only-in-english/']").attrs


class TestAnotherLanguage:
    """A third one is data alone: a locale in site.toml, a catalog, a file or two."""

    def test_its_pages_stand(self, look: Look) -> None:
        """Right to left, its own words, what is missing in the source language."""
        page = look("/ar/blog/dalil/dalil-la-yashikh/")

        assert ("ar", "rtl") == (page.one("html")["lang"], page.one("html")["dir"])
        assert "انتقل إلى المحتوى" in page.words("a.skip")
        assert "دليل لا يشيخ" in page.words("h1")

    def test_what_runs_the_other_way_stands_by_itself(self, look: Look) -> None:
        """Names in Latin letters take neither the date nor the full stop before a number with them; letters of a
        drawing begin where they are drawn to.
        """
        page = look("/ar/blog/dalil/dalil-la-yashikh/")

        assert ("auto", "The Daily") == (page.one(".cites cite")["dir"], page.one(".cites cite").get_text())
        assert {"rtl"} == {str(sup.get("dir")) for sup in page.all("sup")}
        assert "ltr" == page.one(".figure svg")["direction"]
        plain = look("/en/blog/guides/a-guide/")
        assert not plain.all("sup[dir], cite[dir], svg[direction]") and plain.all("sup")

    def test_a_promotion_without_its_words_is_not_shown(self, look: Look) -> None:
        """Better none than one in a foreign language."""
        assert [] == look("/ar/").all(".promo")

    def test_a_language_that_the_site_does_not_speak_is_a_wrong_address(self, look: Look) -> None:
        """/de/ is nothing here."""
        assert look("/de/", status=404, Accept_Language="fr").one("html")["lang"] == "fr"


class TestAWrongAddress:
    """404 in the language of its prefix, with a way on."""

    @pytest.mark.parametrize(
        ("path", "accept", "tag"),
        [("/fr/nope", "en", "fr"), ("/fr/blog/actualites/nope/", "en", "fr"), ("/en/nope/x/y", "fr", "en")],
    )
    def test_speaks_the_language_of_its_prefix(self, look: Look, path: str, accept: str, tag: str) -> None:
        """Whatever the browser asks for."""
        page = look(path, status=404, Accept_Language=accept)

        assert tag == page.one("html")["lang"]
        assert {"fr": "Aucune page à cette adresse", "en": "There is no page at this address"}[tag] in page.words("h1")

    def test_offers_the_closest_articles(self, look: Look) -> None:
        """A word of the address, or nearly one, is enough."""
        for path in ("/fr/blog/actualites/cable", "/fr/blog/actualites/le-cabble/"):
            assert "Le câble de la ville : qui écoute ?" in look(path, status=404).words(".links a")

    def test_offers_the_same_ones_in_every_process(self, look: Look) -> None:
        """Of eleven that are as close as one another, the first three by key."""
        offered = [link["href"] for link in look("/en/blog/news/note/", status=404).all(".links a")]
        assert [f"/en/blog/guides/note-{number}/" for number in (1, 10, 11)] == offered

    def test_knows_the_address_of_another_language(self, look: Look) -> None:
        """Who changes `en` to `fr` in an address, and mistypes it, finds the article, in French."""
        assert "Le câble de la ville : qui écoute ?" == look("/fr/blog/news/the-cabl/", 404).words(".links a")[0]

    def test_depends_on_the_browser_only_outside_every_prefix(self, look: Look) -> None:
        """Caches are told."""
        assert "Accept-Language" in look("/nope", 404, Accept_Language="fr").response.vary
        assert "Accept-Language" not in look("/fr/nope", 404).response.vary

    def test_names_no_page_as_its_own(self, look: Look) -> None:
        """noindex, no canonical address, and none at its foot on paper."""
        page = look("/fr/nope", status=404)

        assert [] == page.all(".address") and look("/fr/").all(".address")
        assert "noindex" == page.one("meta[name=robots]")["content"]
        assert [] == page.all("link[rel=canonical]")


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("/en/blog/news/old-cable/", "/en/blog/news/the-cable/"),
        ("/en/blog/guides/the-cable/", "/en/blog/news/the-cable/"),
        ("/fr/qui-sommes-nous/", "/fr/a-propos/"),
        ("/fr/blog/actualites/le-cable", "/fr/blog/actualites/le-cable/"),
        ("/fr/blog/actualites/former-english/", "/fr/blog/actualites/only-in-english/"),
        ("/en/blog/page/1/", "/en/blog/"),
        ("/fr", "/fr/"),
        ("/fr/blog", "/fr/blog/"),
    ],
)
def test_former_addresses_lead_to_the_present_one_for_good(client: FlaskClient, former: str, now: str) -> None:
    """Former slugs, a changed category, a forgotten slash: 301."""
    answer = client.get(former)

    assert (301, now) == (answer.status_code, answer.location)


def fail() -> str:
    raise ZeroDivisionError


@pytest.mark.parametrize(("tag", "heading"), [("fr", "Une erreur s’est produite"), ("en", "Something failed")])
def test_a_failure_of_ours_is_told_in_the_readers_language(app: Flask, tag: str, heading: str) -> None:
    """500, in words, without a trace of the fault."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["reader.home"] = fail
    answer = app.test_client().get(f"/{tag}/")

    assert 500 == answer.status_code
    assert heading in answer.get_data(as_text=True)
    assert "ZeroDivisionError" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("locales", "waiting", "english", "french"),
    [
        (
            '"en", "fr", "ar"',
            "",
            "Languages: English, French and Arabic.",
            "Langues\u00a0: français, anglais et arabe.",
        ),
        ('"en", "fr", "ar"', "ar = 101", "Languages: English and French.", "Langues\u00a0: français et anglais."),
        (
            '"en", "fr_CA", "fr", "ar"',
            "ar = 101",
            "English, French (Canada) and French.",
            "anglais et français (Canada).",
        ),
        ('"en", "fr", "ar"', "ar = 101\nfr = 101", "The site keeps nothing about the people who read it.", ""),
    ],
)
def test_the_site_names_the_languages_that_readers_see(
    settings: Settings,
    editions: Editions,
    look: Look,
    client: FlaskClient,
    locales: str,
    waiting: str,
    english: str,
    french: str,
) -> None:
    """To search engines, in feeds and at the foot of the home page: all of them, its own first, and none that waits."""
    path = settings.site / "site.toml"
    text = path.read_text(encoding="utf-8").replace('"en", "fr", "ar"', locales)
    text = re.sub(r"(?m)^slug\.fr( = .*)$", r"\g<0>\nslug.fr_CA\1", text)
    path.write_text(f"{text}\n[public_from]\n{waiting}\n", encoding="utf-8")
    editions.refresh()

    for tag, sentence in {"en": english, "fr": french}.items():
        if sentence:
            page = look(f"/{tag}/")
            described = str(page.one("meta[name=description]")["content"])
            assert described.endswith(sentence) and described in page.text
            assert described in client.get(f"/{tag}/feed.atom").get_data(as_text=True)
