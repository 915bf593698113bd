"""Promotions: labelled, honest, in their place, in their time."""

import re
from collections.abc import Callable

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from microsite.config import ROOT, Settings
from microsite.content.blocks import Block, Prose, Quote, default_slot
from microsite.editions.publishing import Editions
from tests.conftest import Clock, Seen

Look = Callable[..., Seen]
LINK = re.compile(r"/(\w+)/go/planet-freevpn/([\w-]+)/([\w-]+)/[0-9a-f]{16}")


def place_in(promotion: Tag) -> tuple[str, ...]:
    """Language, page and placement, as the button of a promotion names them."""
    button = promotion.select_one("a.button")
    link = LINK.fullmatch(str(button["href"])) if button else None
    assert link, button
    return link.groups()


@pytest.mark.parametrize(("path", "label"), [("/en/", "Advertisement"), ("/fr/blog/actualites/le-cable/", "Publicité")])
def test_a_promotion_is_labelled_before_any_other_word(look: Look, path: str, label: str) -> None:
    """The plain word that the law knows is its first line."""
    promotion = look(path).one("aside.promo")

    assert label == promotion.get_text(" ", strip=True).split(" Planet")[0]
    assert "site_promotion" == promotion["aria-labelledby"]


@pytest.mark.parametrize("path", ["/en/", "/fr/blog/actualites/le-cable/"])
def test_its_headline_is_no_heading_of_the_page(look: Look, path: str) -> None:
    """A list of headings, as screen readers make it, has nothing of an advertisement."""
    promotion = look(path).one("aside.promo")

    assert promotion.select_one("p.headline")
    assert not promotion.select("h1, h2, h3, h4, h5, h6, [role=heading]")


def test_the_button_names_its_destination_and_passes_nothing_on(look: Look) -> None:
    """Sponsored, not followed, no referrer, which is no opener either; the host stands below it."""
    button = look("/en/").one("aside.promo a.button")

    assert {"sponsored", "nofollow", "noreferrer"} == set(button["rel"])
    assert "Planet FreeVPN" in button.get_text()
    assert "External link, to freevpnplanet.com." in look("/en/").text


def test_french_readers_get_french_words(look: Look) -> None:
    """The wording comes from the French catalog, typeset."""
    promotion = look("/fr/").one("aside.promo")

    assert "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne." in promotion.get_text()
    assert "jusqu’à ses serveurs\u00a0: le réseau" in promotion.get_text()


def test_a_promotion_stands_where_the_writer_put_it(look: Look) -> None:
    """Between the second paragraph and the third."""
    promotion = look("/fr/blog/actualites/le-cable/").one("aside.promo")
    before, after = promotion.find_previous_sibling("p"), promotion.find_next_sibling("p")

    assert before and before.get_text().startswith("Le deuxième")
    assert after and after.get_text().startswith("Le troisième")
    assert place_in(promotion) == ("fr", "both", "in-text")


def test_an_article_that_names_no_place_gets_one_by_default(look: Look) -> None:
    """After the third paragraph or later."""
    page = look("/en/blog/news/the-cable/")
    promotion = page.one("aside.promo")

    assert len([paragraph for paragraph in promotion.find_previous_siblings("p") if not paragraph.get("class")]) >= 3
    assert place_in(promotion) == ("en", "both", "default")


def paragraph() -> Block:
    return Prose("paragraph", "<p>x</p>", 50)


def heading() -> Block:
    return Prose("heading", "<h2>x</h2>", 2)


@pytest.mark.parametrize(
    ("blocks", "spot"),
    [
        ([], None),
        ([heading()], None),
        ([paragraph()], 1),
        ([paragraph(), paragraph()], 2),
        ([paragraph()] * 3, 3),
        ([paragraph()] * 8, 4),
        ([paragraph(), paragraph(), paragraph(), Quote("", 5, "A", ""), paragraph(), heading(), paragraph()], 5),
        ([*[paragraph()] * 3, heading(), *[paragraph()] * 5], 3),
        ([*[paragraph()] * 6, heading(), paragraph()], 6),
        ([paragraph(), heading(), *[paragraph()] * 6], 4),
        ([paragraph(), paragraph(), paragraph(), Prose("other", "<ul></ul>", 9), paragraph()], 5),
    ],
)
def test_the_default_place_is_between_two_thoughts(blocks: list[Block], spot: int | None) -> None:
    """Before a heading if there is one; never before the first paragraph, nor between a sentence and its quotation."""
    assert spot == default_slot(blocks)


def test_an_article_may_have_none(look: Look) -> None:
    """`promotion: off` in the front matter."""
    assert [] == look("/fr/blog/actualites/seulement-en-francais/").all(".promo")


def test_there_is_one_on_a_page_at_most_and_none_in_a_list_of_articles(look: Look) -> None:
    """Related lists and indexes carry nothing paid."""
    for path in ("/en/blog/news/the-cable/", "/en/", "/fr/blog/actualites/le-cable/"):
        page = look(path)
        assert 1 == len(page.all(".promo"))
        assert [] == page.all("nav .promo, nav a[rel~=sponsored]")
    assert [] == look("/en/blog/").all(".promo, [rel~=sponsored]")


class TestTheWindow:
    """From included, until excluded, by the clock of the site."""

    def headline(self, look: Look) -> str:
        return look("/en/").words("aside.promo .headline")[0]

    def test_an_expired_one_is_hidden(self, look: Look) -> None:
        """It ended in February."""
        assert "An expired headline" != self.headline(look)

    def test_a_coming_one_is_hidden_until_its_moment(self, look: Look, clock: Clock, editions: Editions) -> None:
        """24 December, nine o'clock in Paris; the latest to begin wins."""
        assert "The café’s Wi-Fi does not need to know where you go online." == self.headline(look)
        clock.now = clock.now.replace(month=12, day=24, hour=7, minute=59)
        editions.refresh()
        assert "The café’s Wi-Fi does not need to know where you go online." == self.headline(look)
        clock.forward(minutes=1)
        editions.refresh()
        assert "A coming headline" == self.headline(look)

    def test_an_edition_knows_when_the_next_one_is_due(self, clock: Clock, editions: Editions) -> None:
        """The next beginning or end, or the next midnight, whichever comes first."""
        assert "2026-11-23T00:00:00+00:00" == editions.current.due.isoformat()
        clock.now = clock.now.replace(month=12, day=24, hour=1)
        assert "2026-12-24T08:00:00+00:00" == editions.refresh().due.isoformat()

    def test_nothing_is_shown_where_all_have_ended(self, look: Look, settings: Settings) -> None:
        """The page looks right without one."""
        promotion = settings.site / "promotions" / "planet-freevpn.toml"
        promotion.write_text("until = 2026-11-01T00:00:00Z\n" + promotion.read_text())

        assert [] == look("/en/").all(".promo")
        assert [] == look("/fr/blog/actualites/le-cable/").all(".promo")


def test_a_promotion_keeps_to_the_places_it_may_take(look: Look, settings: Settings) -> None:
    """One that may not stand on the home page is not there."""
    promotion = settings.site / "promotions" / "planet-freevpn.toml"
    promotion.write_text(promotion.read_text().replace(', "home"]', "]"))

    assert [] == look("/en/").all(".promo")
    assert 1 == len(look("/en/blog/news/the-cable/").all(".promo"))


class TestTheWayOut:
    """`/<locale>/go/...` counts, and leads to the promotion's own target."""

    def test_it_leads_to_the_target_and_names_site_promotion_and_language(self, client: FlaskClient) -> None:
        """Nothing of the reader, in the address or in a header."""
        answer = client.get("/fr/go/planet-freevpn/both/in-text/0", headers={"Referer": "http://secret.example/"})

        assert 302 == answer.status_code
        assert (
            "https://freevpnplanet.com/?utm_source=planet-privacy&utm_medium=article"
            "&utm_campaign=planet-freevpn&utm_content=fr"
        ) == answer.location
        assert ("no-store", "no-referrer") == (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"])

    def test_a_target_with_a_query_keeps_it(self, client: FlaskClient) -> None:
        """The utm_ values are added to it."""
        location = client.get("/en/go/coming/home/home/0").location

        assert location.startswith("https://freevpnplanet.com/coming?plan=1&utm_source=")

    @pytest.mark.parametrize(
        "path",
        [
            "/en/go/nothing/both/in-text/0",
            "/en/go/planet-freevpn/no-article/nowhere/99",
            "/en/go/https:%2F%2Fevil.example/x/y/z",
            "/en/go/planet-freevpn/both/in-text/%2F%2Fevil.example",
        ],
    )
    def test_what_it_does_not_know_leads_to_our_own_target(self, client: FlaskClient, path: str) -> None:
        """Never to an address taken from the URL."""
        answer = client.get(path)

        assert answer.status_code == 404 or answer.location.startswith("https://freevpnplanet.com/?utm_")
        assert "evil" not in answer.headers.get("Location", "")

    def test_robots_are_asked_to_stay_out(self, client: FlaskClient) -> None:
        """In robots.txt and in the answer itself."""
        assert "Disallow: /fr/go/" in client.get("/robots.txt").get_data(as_text=True)
        assert "noindex" in client.get("/fr/go/planet-freevpn/home/home/0").headers["X-Robots-Tag"]

    def test_every_button_of_the_site_is_known_to_it(self, look: Look, client: FlaskClient) -> None:
        """No link of ours is counted as unknown."""
        for path in ("/en/", "/fr/", "/en/blog/news/the-cable/", "/fr/blog/actualites/le-cable/"):
            href = str(look(path).one("aside.promo a.button")["href"])
            assert "unknown" not in client.get(href).location


def test_the_real_promotion_claims_no_more_than_a_vpn_does() -> None:
    """The words that no VPN can keep are not in it."""
    text = (ROOT / "site" / "promotions" / "planet-freevpn.toml").read_text().lower()

    assert [] == [word for word in ("100 %", "100%", "untraceable", "guaranteed", "complete") if word in text]
    assert "does not make you anonymous" in text
