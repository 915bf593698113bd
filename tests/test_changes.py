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
