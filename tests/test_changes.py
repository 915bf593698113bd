"""What changed in a text after it had appeared, what of that was an error, and how to report one."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.edition import Editions
from tests.conftest import Seen

Look = Callable[..., Seen]
ADDRESS = "/en/blog/guides/a-guide/"
CHANGES = """\
changes:
  - date: 2026-11-10
    text: It's new.
  - date: 2026-11-12
    text: The street was another.
    correction: true
"""
SINCE = """\
since:
  - date: 2024-05
    text: The guide's shop closed.
  - date: 2022-03-01
    key: shop
    text: It was printed.
sources:
  - key: shop
    publication: The Shop
    date: 2022-03-02
"""
PAGE = "---\ntitle: Corrections\nsummary: A list.\nslug: corrections\n---\n\nWords.\n\n::: corrections\n:::\n"


def guide(settings: Settings, language: str = "en") -> Path:
    return settings.site / "articles" / "guide" / f"{language}.md"


@pytest.fixture
def changed(settings: Settings, editions: Editions) -> None:
    """An article with two changes in one of its languages, and a page of corrections."""
    file = guide(settings)
    file.write_text(file.read_text().replace("---\n", f"---\n{CHANGES}", 1))
    for language in ("en", "fr"):
        page = settings.site / "pages" / "corrections" / f"{language}.md"
        page.parent.mkdir(exist_ok=True)
        page.write_text(PAGE)
    editions.refresh()


@pytest.mark.usefixtures("changed")
def test_a_text_says_what_changed(look: Look) -> None:
    """Newest first, at its foot, typeset; a correction is called one. The newest dates the article."""
    page = look(ADDRESS)

    assert [
        "12 November 2026, correction: The street was another.",
        "10 November 2026: It’s new.",
    ] == page.words("[aria-labelledby=site_changes] li")
    assert "Updated: 12 November 2026" in page.text
    assert not look("/fr/blog/guides/un-guide/").all("#site_changes")


@pytest.mark.usefixtures("changed")
def test_machines_are_told_the_day_of_the_newest(client: FlaskClient) -> None:
    """Feed, sitemap, structured data and social networks."""
    article, feed, sitemap = (
        client.get(path).get_data(as_text=True) for path in (ADDRESS, "/en/feed.atom", "/sitemap.xml")
    )

    assert '"dateModified":"2026-11-12"' in article
    assert '<meta property="article:modified_time" content="2026-11-12">' in article
    assert "<updated>2026-11-12T" in feed
    assert "<lastmod>2026-11-12</lastmod>" in sitemap.partition(f"{ADDRESS}</loc>")[2][:80]


@pytest.mark.usefixtures("changed")
def test_a_page_lists_every_correction_of_its_language(look: Look) -> None:
    """With its day and the text that was wrong; other changes are none."""
    page = look("/en/corrections/")

    assert ["12 November 2026", "5 November 2026"] == page.words("article article .tag")
    assert ADDRESS == page.all("article article h2 a")[0]["href"]
    assert "It’s new." not in page.text


@pytest.mark.usefixtures("changed")
def test_without_corrections_the_page_says_so(look: Look) -> None:
    """In the language of its reader."""
    assert "Aucune correction pour l’instant." in look("/fr/corrections/").text


def test_an_error_is_reported_by_mail(look: Look, settings: Settings, editions: Editions) -> None:
    """The subject names article and language. Without an address of the publisher's nothing is offered."""
    site = settings.site / "site.toml"
    text = site.read_text()
    site.write_text(text.replace('email = "', 'email = "[to come]" #'))
    editions.refresh()
    assert "Report an error" not in look(ADDRESS).text

    site.write_text(text.replace('email = "', 'email = "desk@example.org" #'))
    editions.refresh()
    (link,) = [link for link in look(ADDRESS).all("main a") if link.get_text() == "Report an error"]
    parts = urlsplit(str(link["href"]))
    assert ("mailto", "desk@example.org") == (parts.scheme, parts.path)
    assert {"subject": [f"Error in “A guide that does not age” ({ADDRESS})"]} == parse_qs(parts.query)


def test_what_became_of_a_story_stands_at_its_end(look: Look, settings: Settings, editions: Editions) -> None:
    """Dated, the oldest first, each with its source, which is not listed again; in feeds as well."""
    file = guide(settings)
    file.write_text(file.read_text().replace("---\n", f"---\n{SINCE}", 1))
    editions.refresh()
    page = look(ADDRESS)

    notes = page.words("[aria-labelledby=site_since] li")
    assert ["1 March 2022: It was printed. The Shop, 2 March 2022", "May 2024: The guide’s shop closed."] == notes
    assert not page.all("#site_sources")


def test_what_became_of_a_story_names_a_source_that_there_is(settings: Settings, editions: Editions) -> None:
    """A key of none is a fault."""
    file = guide(settings)
    file.write_text(file.read_text().replace("---\n", f"---\n{SINCE.replace('- key: shop', '- key: shops')}", 1))
    editions.refresh()
    assert ["`shop` is the key of no source."] == [
        fault.message.partition(" Write")[0] for fault in editions.faults["content"]
    ]


def test_a_feed_tells_what_became_of_a_story(client: FlaskClient, settings: Settings, editions: Editions) -> None:
    """It holds whole articles."""
    file = guide(settings)
    file.write_text(file.read_text().replace("---\n", f"---\n{SINCE}", 1))
    editions.refresh()
    assert "It was printed." in client.get("/en/feed.atom").get_data(as_text=True)
