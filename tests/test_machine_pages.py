"""What machines read: sitemap, canonical addresses, structured data, health."""

import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import event

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.reader import inventory
from microsite.runtime import runtime_of
from tests.conftest import Seen

Look = Callable[..., Seen]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_the_sitemap_names_every_page_in_every_language_it_is_written_in(client: FlaskClient) -> None:
    """Each with all its alternates, itself among them; each of them answers."""
    urls = list(ElementTree.fromstring(client.get("/sitemap.xml").get_data()))
    alternates_by_address = {
        str(url.findtext(f"{SITEMAP}loc")): {
            str(link.get("href")) for link in url.iter(f"{XHTML}link") if link.get("hreflang") != "x-default"
        }
        for url in urls
    }

    assert all(address in alternates for address, alternates in alternates_by_address.items())
    assert all(other in alternates_by_address for alternates in alternates_by_address.values() for other in alternates)
    assert {
        "http://localhost/en/blog/news/the-cable/",
        "http://localhost/fr/blog/actualites/le-cable/",
    } == alternates_by_address["http://localhost/fr/blog/actualites/le-cable/"]
    assert {200} == {
        client.get(address.removeprefix("http://localhost")).status_code for address in alternates_by_address
    }


def test_the_sitemap_says_when_words_changed_and_what_others_get(client: FlaskClient) -> None:
    """A list changes with its articles; a page that does not say when it changed has no date. And x-default."""
    urls = {
        str(url.findtext(f"{SITEMAP}loc")).removeprefix("http://localhost"): url
        for url in ElementTree.fromstring(client.get("/sitemap.xml").get_data())
    }
    cable = urls["/fr/blog/actualites/le-cable/"]
    defaults = {
        path: link.get("href")
        for path, url in urls.items()
        for link in url.iter(f"{XHTML}link")
        if link.get("hreflang") == "x-default"
    }

    assert "2026-11-02" == cable.findtext(f"{SITEMAP}lastmod")
    assert "2026-11-05" == urls["/en/blog/news/the-cable/"].findtext(f"{SITEMAP}lastmod")
    assert "2026-11-05" == urls["/en/"].findtext(f"{SITEMAP}lastmod")
    assert urls["/en/about/"].find(f"{SITEMAP}lastmod") is None
    assert "http://localhost/en/blog/news/the-cable/" == defaults["/fr/blog/actualites/le-cable/"]
    assert "http://localhost/" == defaults["/fr/"] and urls.keys() == defaults.keys()


def test_a_sitemap_of_too_many_addresses_is_an_index(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of parts that name no more than each may (sitemaps.org), together all; there is no other part."""

    def named(path: str) -> list[str]:
        return re.findall("<loc>http://localhost(.*?)</loc>", client.get(path).get_data(as_text=True))

    assert 404 == client.get("/sitemap-1.xml").status_code
    editions: Editions = runtime_of(client.application).editions
    pages = [page.address for page in inventory.sitemap_pages(editions.current.content)]
    monkeypatch.setattr(inventory, "MAX_SITEMAP_ADDRESSES", most := len(pages) // 2 - 1)

    assert ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"] == named("/sitemap.xml")
    parts = [named(part) for part in named("/sitemap.xml")]
    assert pages == [page for part in parts for page in part]
    assert [most, most] == [len(part) for part in parts[:2]]
    assert 404 == client.get("/sitemap-4.xml").status_code


def test_a_page_that_shows_the_readers_request_is_in_no_sitemap(client: FlaskClient, look: Look) -> None:
    """It says something else to everybody."""
    assert "/fr/vu/" not in client.get("/sitemap.xml").get_data(as_text=True)
    assert "noindex" == look("/fr/vu/").one("meta[name=robots]")["content"]


def test_robots_are_welcome_and_told_where_the_sitemap_is(client: FlaskClient) -> None:
    """Except on counted clicks and in the studio."""
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()

    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert {"Disallow: /en/go/", "Disallow: /fr/go/", "Disallow: /studio/"} <= set(lines)


@pytest.mark.parametrize(
    "path", ["/en/", "/fr/blog/", "/en/blog/guides/", "/fr/blog/actualites/le-cable/", "/en/about/"]
)
def test_every_page_names_its_address_and_its_languages(look: Look, path: str) -> None:
    """Canonical; hreflang that the other language returns; x-default."""
    page = look(path)
    alternates = {str(link["hreflang"]): str(link["href"]) for link in page.all("link[hreflang]")}

    assert f"http://localhost{path}" == page.one("link[rel=canonical]")["href"]
    assert {"en", "fr", "x-default"} <= set(alternates)
    for tag in ("en", "fr"):
        other = look(alternates[tag].removeprefix("http://localhost"))
        assert alternates == {str(link["hreflang"]): str(link["href"]) for link in other.all("link[hreflang]")}


def test_readers_of_any_other_language_are_sent_to_the_front_door(look: Look) -> None:
    """x-default of the home page is the page that negotiates; of an article, its default language."""
    article = look("/fr/blog/actualites/le-cable/")

    assert "http://localhost/" == look("/fr/").one("link[hreflang=x-default]")["href"]
    assert "http://localhost/en/blog/news/the-cable/" == article.one("link[hreflang=x-default]")["href"]


class TestAnArticleOnSocialNetworks:
    """Open Graph, with an image made for the article and the language."""

    path = "/fr/blog/actualites/le-cable/"

    def meta(self, look: Look) -> dict[str, str]:
        tags = look(self.path).all("meta[property^='og:']")
        return {str(tag["property"]): str(tag["content"]) for tag in tags}

    def test_it_says_what_it_is(self, look: Look) -> None:
        """Type, title, summary, whole addresses."""
        meta = self.meta(look)

        assert "article" == meta["og:type"]
        assert "Le câble de la ville\u00a0: qui écoute\u202f?" == meta["og:title"]
        assert f"http://localhost{self.path}" == meta["og:url"]
        assert ("fr_FR", "en_GB") == (meta["og:locale"], meta["og:locale:alternate"])

    def test_it_says_when_it_was_published(self, look: Look) -> None:
        """Other pages have no such moment, and are no articles."""
        page, about = look(self.path), look("/fr/a-propos/")

        assert "2026-11-02" == page.one("meta[property='article:published_time']")["content"]
        assert not about.all("meta[property='article:published_time']")
        assert "website" == about.one("meta[property='og:type']")["content"]

    def test_without_a_translation_it_says_the_language_of_its_words(self, look: Look) -> None:
        """Whoever shares it under /fr/ shares English words."""
        page = look("/fr/blog/actualites/only-in-english/")

        assert ["en_GB"] == [tag["content"] for tag in page.all("meta[property^='og:locale']")]

    def test_its_image_is_drawn_on_demand_and_kept(self, look: Look, client: FlaskClient, settings: Settings) -> None:
        """A PNG of 1200 by 630 that other sites may show."""
        address = self.meta(look)["og:image"].removeprefix("http://localhost")
        answers = [client.get(address), client.get(address)]
        image = Image.open(io.BytesIO(answers[0].get_data()))

        assert ("PNG", (1200, 630)) == (image.format, image.size)
        assert answers[0].get_data() == answers[1].get_data()
        assert "cross-origin" == answers[0].headers["Cross-Origin-Resource-Policy"]
        assert "immutable" in answers[0].headers["Cache-Control"]
        assert 1 == len(list((settings.instance / "share").iterdir()))

    def test_an_image_of_former_words_shows_the_present_ones(self, client: FlaskClient) -> None:
        """An old address still answers, and is not kept."""
        answer = client.get("/fr/share/both-0000.png")

        assert (200, "no-cache") == (answer.status_code, answer.headers["Cache-Control"])
        assert 404 == client.get("/fr/share/nothing-0000.png").status_code


@pytest.mark.parametrize(
    "path", ["/fr/", "/fr/blog/", "/fr/blog/guides/", "/fr/a-propos/", "/fr/vu/", "/en/blog/page/2/"]
)
def test_every_page_has_a_share_image(look: Look, client: FlaskClient, path: str) -> None:
    """Of its own words, in its language."""
    address = str(look(path).one("meta[property='og:image']")["content"]).removeprefix("http://localhost")
    answer = client.get(address)

    assert address.startswith(path[:4] + "share/")
    assert (200, "image/png") == (answer.status_code, answer.mimetype)
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_page_that_is_not_there_has_no_share_image(look: Look, client: FlaskClient) -> None:
    """Nobody is to draw what anybody makes up."""
    assert not look("/fr/nope/", status=404).all("meta[property='og:image']")
    for key in ("category.nothing", "category.", "list.", "list.nothing", ".", "blog"):
        assert 404 == client.get(f"/fr/share/{key}-0000.png").status_code


@pytest.mark.parametrize(("name", "kind"), [("favicon.ico", "ICO"), ("apple-touch-icon.png", "PNG")])
def test_icons_are_where_programs_look_for_them(client: FlaskClient, name: str, kind: str) -> None:
    """At the root, small; asked again they need not be sent again."""
    answer = client.get(f"/{name}")
    image = Image.open(io.BytesIO(answer.get_data()))

    assert kind == image.format and len(answer.get_data()) < 4000
    assert 304 == client.get(f"/{name}", headers={"If-None-Match": answer.headers["ETag"]}).status_code
    assert "no-cache" == answer.headers["Cache-Control"]


def test_structured_data_says_article_and_breadcrumb(look: Look) -> None:
    """schema.org: NewsArticle and BreadcrumbList, with whole addresses."""
    objects = [json.loads(tag.get_text()) for tag in look("/en/blog/news/the-cable/").all("script")]
    data: dict[str, Any] = {item["@type"]: item for item in objects}

    assert "The city’s cable: who listens?" == data["NewsArticle"]["headline"]
    assert ("2026-11-02", "2026-11-05") == (data["NewsArticle"]["datePublished"], data["NewsArticle"]["dateModified"])
    assert "2019-06-01/2020-07-01" == data["NewsArticle"]["temporalCoverage"]
    assert "http://localhost/en/blog/news/the-cable/" == data["NewsArticle"]["mainEntityOfPage"]
    assert ("en", True) == (data["NewsArticle"]["inLanguage"], bool(data["NewsArticle"]["description"]))
    logo = data["NewsArticle"]["publisher"]["logo"]
    assert ("ImageObject", "http://localhost/apple-touch-icon.png") == (logo["@type"], logo["url"])
    assert ["All articles", "News and Updates", "The city’s cable: who listens?"] == [
        step["name"] for step in data["BreadcrumbList"]["itemListElement"]
    ]
    assert all(step["item"].startswith("http://localhost/") for step in data["BreadcrumbList"]["itemListElement"])


def test_a_guide_is_no_news(look: Look, settings: Settings, editions: Editions) -> None:
    """Its category says so: it is an Article, whether it tells of events or not."""
    guide = settings.site / "articles" / "guide" / "en.md"
    before = look("/en/blog/guides/a-guide/")
    guide.write_text(guide.read_text().replace("\n---\n", "\nevents: 2020-07-06\n---\n", 1))
    editions.refresh()
    after = look("/en/blog/guides/a-guide/")

    for page in (before, after):
        assert {"Article", "BreadcrumbList"} == {json.loads(tag.get_text())["@type"] for tag in page.all("script")}
    assert "2020-07-06/2020-07-06" == json.loads(after.all("script")[0].get_text())["temporalCoverage"]


def test_the_day_of_a_guide_is_that_of_its_writing(look: Look) -> None:
    """And says so."""
    page = look("/en/blog/guides/a-guide/")

    byline = page.one(".byline").get_text()
    assert "Written: 1 November 2026" in byline and "Events" not in byline


def test_structured_data_cannot_be_broken_out_of(look: Look, settings: Settings) -> None:
    """A title with markup stays text."""
    path = settings.site / "articles" / "guide" / "en.md"
    path.write_text(path.read_text().replace("A guide that does not age", "</script><b>A guide"))

    assert ["</script><b>A guide"] == look("/en/blog/guides/a-guide/").words("h1")


def test_health_is_told_to_anybody_readiness_to_who_knows_the_name(client: FlaskClient) -> None:
    """/healthz answers any Host; /readyz names every degraded part, and is 200 while pages are served."""
    assert 200 == client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code
    assert 400 == client.get("/readyz", headers={"Host": "10.0.0.7"}).status_code
    assert {} == client.get("/readyz").get_json()["degraded"]


def test_readiness_does_not_tell_where_on_the_machine_files_are(
    client: FlaskClient, settings: Settings, editions: Editions
) -> None:
    """Anybody may ask: files are named from the folder of the site or of the catalogs on, whatever is wrong."""
    editions.refresh()
    french = settings.translations / "fr" / "LC_MESSAGES" / "messages.po"
    french.write_bytes(french.read_bytes() + b"<<<<<<< mine")
    (settings.site / "site.toml").unlink()
    (settings.site / "site.toml").mkdir()
    editions.refresh()
    answer = client.get("/readyz").get_data(as_text=True)

    assert "site/site.toml:1: " in answer and "translations/fr/LC_MESSAGES/messages.po:" in answer
    assert str(settings.site.parent) not in answer


def test_readiness_asks_the_database_for_nothing(app: Flask, client: FlaskClient) -> None:
    """However often somebody asks, while it is away too: what the last look found is said."""
    client.get("/readyz")
    asked = []
    event.listen(runtime_of(app).store.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    for _ in range(20):
        client.get("/readyz")

    assert [] == asked
