"""Articles, promotions and interface are set alike: what a reader sees.

In these tests `_` stands for the narrow no-break space (U+202F) and `~` for the no-break space (U+00A0).
"""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.typography import NBSP, NNBSP
from tests.conftest import Seen
from tests.content.test_typography import spelled

Look = Callable[..., Seen]

FRENCH = """\
---
title: "Qui écoute l'autre : la ville ?"
summary: C'est la 2ème fois ; la 1ère date du 14 juillet !
slug: la-ville
category: news
published: 2026-11-02
sources:
  - publication: L'Hebdo
    title: Qui écoute ?
    date: 2020-07-01
    url: https://example.org/qui?a=b;c!d
---

Le texte dit « bonjour » ; il coûte 12 000 € !

::: also both
:::

Une [adresse](https://example.org/l'un?a=b;c) et du `code ; tel ! "quel"` : voilà.

::: quote Une oratrice ; juillet 2020
Qui l'a dit ?
:::
"""


def placed(settings: Settings, editions: Editions) -> None:
    """A French article with all that typography is about."""
    path = settings.site / "articles/french/fr.md"
    path.parent.mkdir()
    path.write_text(FRENCH, encoding="utf-8")
    editions.refresh()


def visible(page: Seen | BeautifulSoup) -> str:
    """The words of a page that are set: neither code nor addresses, nor what other programs read."""
    soup = BeautifulSoup(str(page.soup if isinstance(page, Seen) else page), "html.parser")
    for tag in soup(["style", "script", "code"]):
        tag.decompose()
    return re.sub(r"https?://\S+", "", soup.get_text())


class TestAFrenchPage:
    """Body, promotion and interface are one text to its reader."""

    path = "/fr/blog/actualites/la-ville/"

    def test_has_its_title_summary_and_sources_set(self, look: Look, settings: Settings, editions: Editions) -> None:
        """All words that come from the front matter."""
        placed(settings, editions)
        page = look(self.path)

        assert spelled("Qui écoute l’autre~: la ville_?") == page.one("h1").get_text()
        assert spelled("C’est la 2e fois_; la 1re date du 14~juillet_!") == page.one(".lede").get_text()
        assert spelled("L’Hebdo, Qui écoute_?, 1er~juillet 2020") in page.one(".sources li").get_text()
        assert page.one("title").get_text().startswith(spelled("Qui écoute l’autre~: la ville_?"))

    def test_has_its_text_set(self, look: Look, settings: Settings, editions: Editions) -> None:
        """Paragraphs, quotations and who said them."""
        placed(settings, editions)
        text = look(self.path).one("article").get_text()

        assert spelled("Le texte dit «~bonjour~»_; il coûte 12_000~€_!") in text
        assert spelled("«~Qui l’a dit_?~»") in text

    def test_has_its_promotion_set(self, look: Look, settings: Settings, editions: Editions) -> None:
        """Its words come from the catalog, where translators type plain spaces."""
        catalog = settings.translations / "fr/LC_MESSAGES/messages.po"
        text = catalog.read_text(encoding="utf-8")
        plain = text.replace(NNBSP, " ").replace(NBSP, " ").replace("’", "'")
        catalog.write_text(plain.replace("Le Wi-Fi du café n'a", "Le Wi-Fi ? Il n'a"), encoding="utf-8")
        placed(settings, editions)
        promotion = look(self.path).one("aside.promo").get_text()

        assert spelled("Le Wi-Fi_? Il n’a pas") in promotion
        assert spelled("jusqu’à ses serveurs~: le réseau") in promotion

    def test_has_its_interface_set(self, look: Look, settings: Settings) -> None:
        """The same of every other message, placeholders included."""
        catalog = settings.translations / "fr/LC_MESSAGES/messages.po"
        text = catalog.read_text(encoding="utf-8").replace(NNBSP, " ").replace(NBSP, " ").replace("’", "'")
        text = text.replace('msgstr "Tous les articles"', 'msgstr "Tous les articles ; l\'index !"')
        catalog.write_text(text, encoding="utf-8")
        page = look("/fr/")

        assert spelled("Tous les articles_; l’index_!") in page.text
        assert spelled("Planet Privacy~: articles") in page.one("title").get_text()
        assert spelled("porte le mot «~Publicité~»") in page.text

    @pytest.mark.parametrize(
        "path",
        [
            "/fr/",
            "/fr/blog/",
            "/fr/blog/actualites/",
            "/fr/blog/actualites/la-ville/",
            "/fr/blog/actualites/le-cable/",
            "/fr/blog/actualites/seulement-en-francais/",
            "/fr/a-propos/",
            "/fr/vu/",
            "/fr/nulle-part",
        ],
    )
    def test_has_no_space_missing(self, look: Look, settings: Settings, editions: Editions, path: str) -> None:
        """Nowhere a plain space, or none, before ; ! ? : or inside « », nor a straight apostrophe."""
        placed(settings, editions)
        text = visible(look(path, 404 if path.endswith("nulle-part") else 200))
        before = rf"[^\s{NNBSP}][ ]?[;!?](?=[\s»)]|$)|[^{NBSP}]:(?=\s|$)"

        assert [] == re.findall(rf".{{0,30}}(?:{before}|«[^{NBSP}]|[^{NBSP}]»|').{{0,10}}", text)

    def test_keeps_code_and_addresses(self, look: Look, settings: Settings, editions: Editions) -> None:
        """Byte for byte as the writer typed them."""
        placed(settings, editions)
        page = look(self.path)
        links = [str(link["href"]) for link in page.all("article a")]

        assert 'code ; tel ! "quel"' == page.one("article code").get_text()
        assert {"https://example.org/l'un?a=b;c", "https://example.org/qui?a=b;c!d"} <= set(links)
        assert [] == [link for link in links if not link.isascii()]

    def test_has_its_feed_set(self, client: FlaskClient, settings: Settings, editions: Editions) -> None:
        """Feed readers show the same title."""
        placed(settings, editions)

        assert spelled("Qui écoute l’autre~: la ville_?") in client.get("/fr/feed.atom").get_data(as_text=True)


def test_an_english_page_has_no_french_space(client: FlaskClient) -> None:
    """Not one U+202F, on any page in English, in its head or in its text."""
    sitemap = client.get("/sitemap.xml").get_data(as_text=True)
    addresses = [*re.findall(r"<loc>http://localhost(/en/[^<]*)", sitemap), "/en/feed.atom", "/en/nowhere"]

    assert len(addresses) > 15
    assert [] == [path for path in addresses if NNBSP in client.get(path).get_data(as_text=True)]


def test_an_english_page_has_curly_quotes(look: Look) -> None:
    """In titles and text; code and addresses stay as they were typed."""
    page = look("/en/blog/news/the-cable/")

    assert "The city’s cable: who listens?" == page.one("h1").get_text()
    assert "The first paragraph says “hello” to the city’s readers." in page.text
    assert 'code; with! "quotes"' == page.one("article code").get_text()
    assert "https://example.org/a?b=c;d!" in page.text
