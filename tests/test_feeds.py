"""What programs that read feeds get: whole articles, under ids that nothing changes."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import create_app
from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from tests.conftest import Seen

Look = Callable[..., Seen]
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: FlaskClient, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert (200, "application/atom+xml") == (answer.status_code, answer.mimetype)
    return ElementTree.fromstring(answer.get_data())


def ids(feed: ElementTree.Element) -> list[str]:
    return [str(entry.findtext(f"{ATOM}id")) for entry in feed.iter(f"{ATOM}entry")]


def content(feed: ElementTree.Element, key: str) -> BeautifulSoup:
    """The words of an article, as a program that shows them reads them."""
    (entry,) = [entry for entry in feed.iter(f"{ATOM}entry") if str(entry.findtext(f"{ATOM}id")).endswith(f"/{key}")]
    return BeautifulSoup(str(entry.findtext(f"{ATOM}content")), "html.parser")


@pytest.mark.parametrize(("tag", "count"), [("en", 14), ("fr", 14), ("ar", 1)])
def test_each_language_has_a_feed_of_what_is_written_in_it(client: FlaskClient, tag: str, count: int) -> None:
    """Atom, whole addresses, titles and summaries in that language alone."""
    feed = read(client, f"/{tag}/feed.atom")
    links = feed.iterfind(f"{ATOM}entry/{ATOM}link[@hreflang='{tag}']")
    addresses = [str(link.get("href")) for link in links]

    assert tag == feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert count == len(addresses)
    assert all(address.startswith(f"http://localhost/{tag}/blog/") for address in addresses)
    assert all(entry.findtext(f"{ATOM}{part}") for entry in feed.iter(f"{ATOM}entry") for part in ("title", "updated"))


def test_articles_are_whole_in_it_without_the_promotion(client: FlaskClient) -> None:
    """To the last word, the quotation with its speaker, and the sources; an advertisement is this site's alone."""
    text = content(read(client, "/fr/feed.atom"), "both").get_text()

    assert "Le premier paragraphe s’adresse aux lecteurs" in text
    assert "Nous l’avons dit." in text and "Une oratrice" in text and "Le Quotidien" in text
    assert "Planet FreeVPN" not in text and "/go/" not in text


def test_its_dates_say_what_they_are(client: FlaskClient) -> None:
    """As under the title of an article: when it happened, was written, and changed."""
    first = content(read(client, "/en/feed.atom"), "both").select("p")[0].get_text(" ", strip=True)

    assert "Events: June 2019 – July 2020 Written: 2 November 2026 Updated: 5 November 2026" == " ".join(first.split())


def test_every_link_in_it_is_whole(client: FlaskClient) -> None:
    """It is read elsewhere, where `/fr/` is another page."""
    for tag in ("en", "fr"):
        for element in read(client, f"/{tag}/feed.atom").iter(f"{ATOM}content"):
            links = BeautifulSoup(str(element.text), "html.parser").select("a")
            assert links and all(re.match(r"https?://|mailto:", str(link["href"])) for link in links)


@pytest.mark.parametrize(("tag", "words"), [("en", "First published on Planet Privacy"), ("fr", "Publié pour la")])
def test_its_articles_say_where_they_come_from(client: FlaskClient, tag: str, words: str) -> None:
    """In the language of the feed, with a link: what is copied from a feed still names its origin."""
    last = content(read(client, f"/{tag}/feed.atom"), "both").select("p")[-1]

    assert words in last.get_text()
    assert str(last.select("a")[0]["href"]).startswith(f"http://localhost/{tag}/blog/")


def test_a_feed_knows_an_article_by_its_key_whatever_the_host(settings: Settings, client: FlaskClient) -> None:
    """Slug, category and host may change: a feed reader shows what has the same id once (RFC 4287, 4.2.6)."""
    elsewhere = create_app(settings.model_copy(update={"base_url": "https://other.example"}))
    with elsewhere.test_client() as there:
        moved = ElementTree.fromstring(there.get("/fr/feed.atom", headers={"Host": "other.example"}).get_data())
    runtime_of(elsewhere).store.close()
    feed = read(client, "/fr/feed.atom")

    assert ids(feed) == ids(moved) and feed.findtext(f"{ATOM}id") == moved.findtext(f"{ATOM}id")
    assert all(re.fullmatch(r"tag:freevpnplanet\.com,[\d-]+:fr/[a-z0-9-]+", entry_id) for entry_id in ids(feed))
    assert not set(ids(feed)) & set(ids(read(client, "/en/feed.atom")))


def test_no_two_articles_were_changed_at_the_same_moment(client: FlaskClient) -> None:
    """Though we know the day alone; and each time somebody asks it is the same moment."""
    first, second = (client.get("/en/feed.atom").get_data(as_text=True) for _ in range(2))
    moments = re.findall("<updated>(.*?)</updated>", first)

    assert len(set(moments[1:])) == len(moments[1:]) and max(moments[1:]) == moments[0]
    assert first == second


def test_a_category_has_a_feed_of_its_own(client: FlaskClient, look: Look) -> None:
    """Its page leads there, and names it to programs."""
    page = look("/fr/blog/guides/")
    address = "/fr/blog/guides/feed.atom"
    listed = ids(read(client, address))

    assert "tag:freevpnplanet.com,2026:fr/guide" in listed and "tag:freevpnplanet.com,2026:fr/both" not in listed
    assert address in [link["href"] for link in page.all("main a")]
    assert f"http://localhost{address}" in [link["href"] for link in page.all("link[type='application/atom+xml']")]
    assert 404 == client.get("/fr/blog/nothing/feed.atom").status_code


@pytest.mark.parametrize("name", ["feed.atom", "blog/guides/feed.atom"])
def test_feeds_of_other_languages_are_named(client: FlaskClient, name: str) -> None:
    """And each names this one."""
    links = read(client, f"/fr/{name}").iterfind(f"{ATOM}link[@type='application/atom+xml']")
    named = {str(link.get("rel")): str(link.get("href")) for link in links if link.get("hreflang") in (None, "en")}

    assert f"http://localhost/fr/{name}" == named["self"]
    assert f"http://localhost/en/{name}" == named["alternate"]


def test_the_feed_is_typeset_and_escaped(client: FlaskClient) -> None:
    """French spaces; no markup of a title gets through."""
    feed = client.get("/fr/feed.atom").get_data(as_text=True)

    assert "Le câble de la ville\u00a0: qui écoute\u202f?" in feed


def test_an_authority_that_is_none_is_a_fault(settings: Settings, editions: Editions) -> None:
    """The fault says what to write; what was good stays."""
    editions.refresh()
    site = settings.site / "site.toml"
    site.write_text('feed_authority = "our feed"\n' + site.read_text())
    editions.refresh()

    assert "example.com,2026-01-31" in str(editions.faults["content"][0].message)
