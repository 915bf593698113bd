"""A text cites its sources where it uses them: `[^key]` in the text, `key` beside a source of the front matter."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from tests.conftest import Seen
from tests.content.writer import Check, faults, in_article, in_text, write

Look = Callable[..., Seen]
HEAD = """---
title: Qui écoute ?
summary: Un câble et ses deux bouts.
slug: qui-ecoute
category: news
published: 2026-11-01
sources:
  - key: doj
    publication: US Department of Justice
    title: "Team Telecom's advice"
    language: en
    date: 2020-06-17
    url: https://www.example.gov/advice
    archive: https://archive.example/advice
  - publication: Le Journal
    date: 2020-06
  - key: gov
    publication: Le Monde
    date: 2020-07-01
    url: https://lemonde.example/recit
---

"""
TEXT = """Un comité a donné son avis.[^gov]

Il a parlé de sécurité[^doj] et d'un câble.[^gov]

::: quote Jeanne ; juin 2020
Nous écoutons.[^doj]
:::

La fin.[^doj]
"""
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "/fr/blog/actualites/qui-ecoute/"


@pytest.fixture
def cited(look: Look, settings: Settings, editions: Editions) -> Seen:
    folder = settings.site / "articles" / "cited"
    folder.mkdir()
    (folder / "fr.md").write_text(HEAD + TEXT, encoding="utf-8")
    editions.refresh()
    return look(ADDRESS)


def test_a_number_leads_to_the_source(cited: Seen) -> None:
    """Numbered in the order in which the text cites them, whatever their order in the file."""
    numbers = cited.soup.select("article sup a")
    assert ["1", "2", "1", "2", "2"] == [number.get_text() for number in numbers]
    assert ["#source-1", "#source-2"] == [number["href"] for number in numbers][:2]
    assert all(len(cited.soup.select(str(number["href"]))) == 1 for number in numbers)


def test_a_source_stands_beside_the_paragraph_that_cites_it_first(cited: Seen) -> None:
    """With its publication, its title in its own language, its date, its address and the copy that somebody keeps."""
    rows = cited.soup.select(".cited")
    assert ["un comité", "il a parlé"] == [row.p.get_text()[:10].lower().strip() for row in rows if row.p]
    source = cited.one("#source-2")
    assert "US Department of Justice, Team Telecom’s advice, 17 juin 2020 (copie archivée)" == " ".join(
        source.get_text().replace("\u00a0", " ").split()
    )
    first, archive = source.select("a")
    assert ("https://www.example.gov/advice", "en", "en") == (first["href"], first["lang"], first["hreflang"])
    assert "https://archive.example/advice" == archive["href"]


def test_a_source_without_a_title_is_a_link_by_its_publication(cited: Seen) -> None:
    """An address that a writer gives is one that readers can follow."""
    assert "Le Monde" == cited.one('#source-1 a[href="https://lemonde.example/recit"]').get_text()


def test_sources_that_no_line_cites_stand_at_the_end(cited: Seen) -> None:
    """Each source stands once on a page."""
    assert ["Le Journal, juin 2020"] == cited.words(".sources li")


@pytest.mark.usefixtures("cited")
def test_a_feed_names_them_all(client: FlaskClient) -> None:
    """A feed has no margin."""
    feed = client.get("/fr/feed.atom").get_data(as_text=True)
    assert "US Department of Justice" in feed and "Le Journal" in feed


def test_a_quotation_cites_its_source(look: Look, settings: Settings, editions: Editions) -> None:
    """It stands under the words."""
    folder = settings.site / "articles" / "cited"
    folder.mkdir()
    quotation = "Une phrase.\n\n::: quote Jeanne ; juin 2020\nNous écoutons.[^doj]\n:::\n"
    (folder / "fr.md").write_text(HEAD + quotation, encoding="utf-8")
    editions.refresh()

    assert "US Department of Justice" in look(ADDRESS).one("blockquote + .cites #source-1").get_text()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("First.\n\nIt did.[^dialy]\n", "22", "Did you mean `[^daily]`?"),
        ("First.\n\nIt did.[^1]\n", "22", "Write `key: 1` beside the source it means"),
    ],
)
def test_a_citation_of_no_source_is_named(check: Check, site: Path, text: str, line: str, words: str) -> None:
    """By its line, with the key that was probably meant."""
    write(
        site, [*in_article("  - publication: The Daily", "  - key: daily\n    publication: The Daily"), *in_text(text)]
    )
    ((where, sentence),) = faults(check())

    assert where.endswith(f":{line}") and words in sentence


def test_two_sources_of_one_key_are_named(check: Check, site: Path) -> None:
    """Nobody could say which of them is cited."""
    again = "  - key: a\n    publication: The Daily\n    date: 2020-07-01\n"
    write(site, in_article("  - publication: The Daily", f"{again}  - key: a\n    publication: The Daily"))
    ((_, sentence),) = faults(check())

    assert "two sources have the key `a`" in sentence


@pytest.mark.usefixtures("cited")
def test_a_feed_lists_the_sources_by_the_numbers_that_stand_in_the_text(client: FlaskClient) -> None:
    """Cited ones first, in the order of their numbers, then all others: whole, in one list."""
    feed = ElementTree.fromstring(client.get("/fr/feed.atom").get_data())
    (text,) = [str(content.text) for content in feed.iter(f"{ATOM}content") if "Un comité" in str(content.text)]
    soup = BeautifulSoup(text, "html.parser")

    assert ["Le Monde", "US Department of Justice", "Le Journal"] == [c.get_text() for c in soup.select("ol li cite")]
    assert ["1", "2", "1", "2", "2"] == [number.get_text() for number in soup.select("sup a")]
    assert soup.select("sup a")[1]["href"] == f"http://localhost{ADDRESS}#source-2"
