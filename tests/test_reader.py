"""The pages that a reader expects."""

import shutil
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.reader.inventory import all_pages
from microsite.runtime import runtime_of
from tests.conftest import Clock, Seen

Look = Callable[..., Seen]


def test_home_opens_with_the_newest_article_and_says_what_the_site_is(look: Look) -> None:
    """Lead, latest, the way to all, a sentence on the site."""
    page = look("/en/")

    assert ["The city’s cable: who listens?"] == page.words(".lead h2")
    assert 6 == len(page.all(".rows article"))
    assert "The city’s cable: who listens?" not in page.words(".rows h3")
    assert "The site keeps nothing about the people who read it. Languages: English, French and Arabic." in page.text
    assert "/en/about/" == page.all("section a")[-1]["href"]


def test_the_lead_is_the_editors_choice(look: Look, settings: Settings) -> None:
    """`lead` in site.toml, where it is set."""
    site = settings.site / "site.toml"
    site.write_text('lead = "guide"\n' + site.read_text())

    assert ["A guide that does not age"] == look("/en/").words(".lead h2")


def test_home_hides_what_the_site_sees_behind_bars(look: Look) -> None:
    """The button lifts them, on a page of its own."""
    page = look("/fr/")

    assert 3 == len(page.all(".bar"))
    assert "/fr/vu/" == page.one(".sees a.button")["href"]


def test_the_list_of_articles_has_pages(look: Look) -> None:
    """Twelve on the first, newest first; three on the second; no third."""
    first, second = look("/en/blog/"), look("/en/blog/page/2/")

    assert (12, 3) == (len(first.all(".rows article")), len(second.all(".rows article")))
    assert "The city’s cable: who listens?" == first.words(".rows h2")[0]
    assert "/en/blog/page/2/" == first.one("a[rel=next]")["href"]
    assert "/en/blog/" == second.one("a[rel=prev]")["href"]
    look("/en/blog/page/3/", status=404)
    look("/en/blog/page/0/", status=404)


@pytest.mark.parametrize("removed", [["note-10"], ["note-10", "note-11"]])
def test_one_or_two_articles_alone_are_no_page(app: Flask, look: Look, settings: Settings, removed: list[str]) -> None:
    """They stand on the page before, which is then the last: for readers, and for whatever asks for every page."""
    for key in removed:
        shutil.rmtree(settings.site / "articles" / key)
    page = look("/en/blog/")

    assert 15 - len(removed) == len(page.all(".rows article"))
    assert not page.all("nav.pages, [rel=next]")
    look("/en/blog/page/2/", status=404)
    assert "/en/blog/page/2/" not in all_pages(runtime_of(app).editions.current)


def test_a_category_lists_its_own(look: Look) -> None:
    """Under its slug in this language."""
    page = look("/fr/blog/guides/")

    assert "Un guide qui ne vieillit pas" in page.words("h2")
    assert "Le câble de la ville : qui écoute ?" not in page.words("h2")


def test_a_category_may_say_what_to_read_first(look: Look, settings: Settings) -> None:
    """`introduction` stands over its first page; `order` is that of its list, and of no feed."""
    site = settings.site / "site.toml"
    site.write_text(f'{site.read_text()}introduction = "Begin with the first."\norder = ["note-7", "guide"]\n')

    page = look("/en/blog/guides/")

    assert ["Note 7", "A guide that does not age", "Note 3"] == page.words(".rows h2")[:3]
    assert ["Begin with the first."] == page.words("main .lede")
    assert "Begin with the first." == page.one("meta[name=description]")["content"]


def test_the_breadcrumb_is_blog_category_title(look: Look) -> None:
    """As in the files that the site was made after."""
    trail = look("/fr/blog/actualites/le-cable/").one("nav.trail")
    links = [(link.get_text(), link["href"]) for link in trail.select("a")]

    assert [("Tous les articles", "/fr/blog/"), ("Actualités et mises à jour", "/fr/blog/actualites/")] == links
    assert trail.select_one("[aria-current=page]")


@pytest.mark.parametrize(
    "path", ["/en/", "/en/blog/", "/en/blog/guides/", "/en/blog/news/the-cable/", "/en/blog/the-cabl"]
)
def test_no_date_stands_in_the_place_of_another(look: Look, path: str) -> None:
    """When a story happened, and when it was written: each by its name, in a column of its own."""
    page = look(path, 404 if path.endswith("cabl") else 200)
    beside_links = "[aria-labelledby=site_more] small, [aria-labelledby=site_suggestions] small"

    assert all(words.startswith("Events: ") for words in page.words(f".dates > span, {beside_links}"))
    assert all(words.startswith("Written: ") for words in page.words(".dates > small:first-of-type"))
    assert page.words(".dates > small, [aria-labelledby=site_suggestions]")


class TestAnArticle:
    """Title, standfirst, dates, age, body, sources, more."""

    def test_says_when_it_was_published_and_changed(self, look: Look) -> None:
        """Both dates, for people and for machines."""
        page = look("/en/blog/news/the-cable/")

        assert "2 November 2026" in page.words(".byline time")
        assert "Updated: 5 November 2026" in page.text

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("/en/blog/news/the-cable/", "This article is about events between June 2019 and July 2020. The law"),
            ("/fr/blog/actualites/seulement-en-francais/", "Cet article raconte ce qui s’est passé en novembre 2025."),
        ],
    )
    def test_tells_its_age_after_twelve_months(self, look: Look, path: str, expected: str) -> None:
        """By when its story happened, not by when it was written down."""
        assert expected in look(path).text

    def test_draws_a_ring_for_every_year(self, look: Look) -> None:
        """Six years, six rings around the planet."""
        assert 1 + 6 == len(look("/en/blog/news/the-cable/").all(".age circle"))

    def test_keeps_quiet_before_twelve_months(self, look: Look, clock: Clock, editions: Editions) -> None:
        """The notice appears on the day, with the edition of that day."""
        clock.now = clock.now.replace(day=19)
        editions.refresh()
        assert [] == look("/fr/blog/actualites/seulement-en-francais/").all(".age")
        clock.forward(days=1)
        editions.refresh()
        assert "Il y a 1\u00a0an" in look("/fr/blog/actualites/seulement-en-francais/").one(".age").get_text()

    def test_a_guide_does_not_age(self, look: Look, clock: Clock, editions: Editions) -> None:
        """It tells of no events."""
        clock.forward(days=4000)
        editions.refresh()

        assert [] == look("/en/blog/guides/a-guide/").all(".age")

    def test_names_its_sources(self, look: Look) -> None:
        """Publication, title, date; a link where there is one."""
        page = look("/en/blog/news/the-cable/")

        assert ["The Daily, The cable, 1 July 2020", "The Gazette, June 2020"] == page.words(
            "[aria-labelledby=site_sources] li"
        )
        assert "https://example.org/cable" == page.one(".sources a")["href"]

    def test_a_quotation_has_its_speaker_and_the_marks_of_its_language(self, look: Look) -> None:
        """The speaker in the margin, the marks set by the page."""
        english, french = look("/en/blog/news/the-cable/"), look("/fr/blog/actualites/le-cable/")

        assert "“We said so.”1" == english.one("blockquote").get_text(strip=True)
        assert "«\u00a0Nous l’avons dit.1\u00a0»" == french.one("blockquote").get_text().strip()
        assert ["Une oratrice juillet 2020"] == french.words("figcaption")
        assert ["Le Discours, juillet 2020"] == french.words(".quote .cites")

    def test_a_link_to_write_to_us_knows_the_address(self, look: Look, settings: Settings, editions: Editions) -> None:
        """From site.toml; while that is a placeholder, the words stand without a link."""
        assert (
            "mailto:hello@example.org"
            == look("/en/blog/news/the-cable/").one("article > p:not(.alone) a[href^=mailto]")["href"]
        )
        site = settings.site / "site.toml"
        site.write_text(site.read_text().replace("hello@example.org", "[contact]"))
        editions.refresh()
        assert [] == look("/en/blog/news/the-cable/").all("[href^=mailto]")


class TestRelatedArticles:
    """Lists in the text, the line “Read also”, and what stands at the foot."""

    def test_a_list_in_the_text_shows_title_and_minutes(self, look: Look) -> None:
        """In the writer's order, each in its language."""
        assert ["Only in English 1 minute", "Seulement en français (in French) 1 minute"] == look(
            "/en/blog/news/the-cable/"
        ).words(".within li")

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/en/blog/news/the-cable/", "Read also: A guide that does not age"),
            ("/fr/blog/actualites/only-in-english/", "À lire aussi : Seulement en français"),
        ],
    )
    def test_read_also_is_one_line(self, look: Look, path: str, words: str) -> None:
        """In the words of the reader's language."""
        assert [words] == look(path).words(".also")

    def test_the_foot_offers_four_of_this_language_same_category_first(self, look: Look) -> None:
        """Newest first within the category, then the others; never the article itself."""
        page = look("/fr/blog/guides/un-guide/")
        titles = [link.get_text() for link in page.all(".onward a, [aria-labelledby=site_more] a")]

        assert ["Note numéro 3", "Note numéro 2", "Note numéro 1", "Note numéro 9"] == titles

    def test_the_foot_offers_none_that_the_text_links_to(self, look: Look) -> None:
        """Nor a paid one, nor one in another language."""
        page = look("/en/blog/news/the-cable/")
        titles = [link.get_text() for link in page.all(".onward a, [aria-labelledby=site_more] a")]

        assert ["Note 6", "Note 5", "Note 4", "Note 3"] == titles


def test_a_query_string_changes_nothing(client: FlaskClient) -> None:
    """Public pages take none: an unknown one is ignored."""
    assert client.get("/en/").get_data() == client.get("/en/?lang=fr&utm_source=x").get_data()


def test_who_publishes_is_told_and_what_is_missing_is_marked(look: Look) -> None:
    """From site.toml, with plain placeholders."""
    page = look("/fr/a-propos/")

    assert "Example Ltd" in page.words("dd")
    assert ["à compléter par l’éditeur"] == page.words("dd em")
