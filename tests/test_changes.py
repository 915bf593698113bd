"""What changed in a text after it had appeared, what of that was an error, and how to report one."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from microsite.catalog_tools.progress import text_state
from microsite.config import Settings
from microsite.editions.publishing import Editions
from tests.conftest import Clock, Seen

Look = Callable[..., Seen]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
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
"""
SHOP = """\
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
def test_the_page_of_corrections_changes_with_the_newest_of_them(client: FlaskClient) -> None:
    """Search engines look at it again: in the language that had the error alone."""
    urls = ElementTree.fromstring(client.get("/sitemap.xml").get_data()).iter(f"{SITEMAP}url")
    days = {str(url.findtext(f"{SITEMAP}loc")): url.findtext(f"{SITEMAP}lastmod") for url in urls}

    assert "2026-11-12" == days["http://localhost/en/corrections/"]
    assert days["http://localhost/fr/corrections/"] is None


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


def told_since(settings: Settings, source: str = SHOP) -> None:
    """The guide tells what became of its story, and has one more source."""
    file = guide(settings)
    file.write_text(file.read_text().replace("---\n", f"---\n{SINCE}", 1).replace("sources:\n", source, 1))


def test_what_became_of_a_story_stands_at_its_end(look: Look, settings: Settings, editions: Editions) -> None:
    """Dated, the oldest first, each with its source, which is not listed again; in feeds as well."""
    told_since(settings)
    editions.refresh()
    page = look(ADDRESS)

    notes = page.words("[aria-labelledby=site_since] li")
    assert ["1 March 2022: It was printed. The Shop, 2 March 2022", "May 2024: The guide’s shop closed."] == notes
    assert not page.all("#site_sources")


def test_what_became_of_a_story_names_a_source_that_there_is(settings: Settings, editions: Editions) -> None:
    """A key of none is a fault."""
    told_since(settings, source=SHOP.replace("shop", "shops"))
    editions.refresh()
    assert ["`shop` is the key of no source."] == [
        fault.message.partition(" Write")[0] for fault in editions.faults["content"]
    ]


def test_a_feed_tells_what_became_of_a_story(client: FlaskClient, settings: Settings, editions: Editions) -> None:
    """It holds whole articles."""
    told_since(settings)
    editions.refresh()
    assert "It was printed." in client.get("/en/feed.atom").get_data(as_text=True)


class TestReviews:
    """Somebody read an article again and found nothing, or nobody did."""

    @pytest.fixture(autouse=True)
    def _monthly(self, settings: Settings) -> None:
        """Guides have to be read again each month; this one was written on 1 November 2026."""
        site = settings.site / "site.toml"
        site.write_text(site.read_text().replace('slug.en = "guides"', 'slug.en = "guides"\nreview_months = 1'))

    def test_past_its_day_readers_are_told(
        self, look: Look, clock: Clock, settings: Settings, editions: Editions
    ) -> None:
        """Not before, and under no other category."""
        assert not look(ADDRESS).all(".age")

        clock.now = datetime(2026, 12, 1, tzinfo=UTC)
        editions.refresh()
        assert "It has not been checked since 1 November 2026." in look(ADDRESS).words(".age p")[1]
        assert "checked since" not in look("/en/blog/news/the-cable/").text
        (warning,) = [fault for fault in editions.current.content.warnings if fault.path == guide(settings)]
        assert "write `reviewed: 2026-12-01`" in warning.message

    def test_a_review_settles_it(self, look: Look, clock: Clock, settings: Settings, editions: Editions) -> None:
        """Readers see when it was checked; written and changed keep their days, for machines as well."""
        reviewed(settings)
        clock.now = datetime(2026, 12, 1, tzinfo=UTC)
        editions.refresh()
        page = look(ADDRESS)

        assert not page.all(".age")
        assert "Written: 1 November 2026" in page.text
        assert "Checked: 20 November 2026" in page.text
        assert '"dateModified":"2026-11-01"' in page.response.get_data(as_text=True)

    def test_a_change_after_a_review_is_what_readers_see(
        self, look: Look, settings: Settings, editions: Editions
    ) -> None:
        """The newest date alone."""
        reviewed(settings, CHANGES.replace("2026-11-12", "2026-11-21"))
        editions.refresh()
        page = look(ADDRESS)

        assert "Updated: 21 November 2026" in page.text
        assert "Checked" not in page.text

    def test_a_review_clears_the_mark_of_a_text_left_behind(self, settings: Settings, editions: Editions) -> None:
        """Another language changed; this one need not."""
        french = editions.current.content.site.locales["fr"]
        english = guide(settings)
        english.write_text(english.read_text().replace("---\n", f"---\n{CHANGES}", 1))
        assert "changed" == text_state(editions.refresh().content.articles["guide"], french)

        reviewed(settings, language="fr")
        assert text_state(editions.refresh().content.articles["guide"], french) is None


def reviewed(settings: Settings, fields: str = "", language: str = "en") -> None:
    file = guide(settings, language)
    file.write_text(file.read_text().replace("---\n", f"---\nreviewed: 2026-11-20\n{fields}", 1))
