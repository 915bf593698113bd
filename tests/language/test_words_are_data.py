"""Words from files are letters: whatever stands in them is shown as it was typed, everywhere."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.promotions.wording import PARTS
from microsite.reader import share_image
from tests.conftest import Seen
from tests.exports import files
from tests.typed_words import TYPED, said, shown, type_everywhere

NEWS = {"en": "news", "fr": "actualites"}
ARTICLE = {"en": "blog/news/the-cable/", "fr": "blog/actualites/le-cable/"}
PAGE = {"en": "about/", "fr": "a-propos/"}
LANGUAGES = {"en": "Languages: English, French and Arabic.", "fr": "Langues\u00a0: français, anglais et arabe."}


@pytest.fixture(autouse=True)
def _typed(settings: Settings) -> None:
    type_everywhere(settings)


def parsed(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_every_page_shows_them_as_typed(client: FlaskClient, look: Callable[..., Seen], tag: str) -> None:
    """Heading, title, description, data for search engines, promotion: and no mark-up is made of them."""
    home = look(f"/{tag}/")
    data = json.loads(home.one("script[type='application/ld+json']").get_text())

    assert shown(f"motto {TYPED}", tag) == home.one("h1").get_text()
    assert f"{shown(f'description {TYPED}', tag)} {LANGUAGES[tag]}" == home.one("meta[name=description]")["content"]
    assert f"name {TYPED}" in home.one("title").get_text()
    assert f"name {TYPED}" in [item.get("name") for item in data.get("@graph", [data])]
    assert all(shown(said(part), tag) in home.one("aside.promo").get_text() for part in PARTS)
    for path in ("", "blog/", f"blog/{NEWS[tag]}/", ARTICLE[tag], PAGE[tag]):
        page = look(f"/{tag}/{path}")
        assert f"name {TYPED}" in page.text
        assert "b" not in page.words("b")
    assert shown(f"News and Updates {TYPED}", tag) == look(f"/{tag}/blog/{NEWS[tag]}/").one("h1").get_text()
    assert f"name {TYPED}" in look(f"/{tag}/nowhere", status=404).text
    assert client.get("/readyz").get_json()["degraded"] == {}


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_what_machines_read_says_them_as_typed(client: FlaskClient, tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Feed, sitemap and share image."""
    feed = ElementTree.fromstring(client.get(f"/{tag}/feed.atom").data)
    all_articles = {"en": ": all articles", "fr": "\u00a0: tous les articles"}[tag]
    assert [f"name {TYPED}{all_articles}"] == [title.text for title in feed.findall("{*}title")]
    assert [f"{shown(f'description {TYPED}', tag)} {LANGUAGES[tag]}"] == [
        subtitle.text for subtitle in feed.findall("{*}subtitle")
    ]
    assert ElementTree.fromstring(client.get("/sitemap.xml").data).findall("{*}url")

    drawn = Mock(wraps=share_image.draw)
    monkeypatch.setattr(share_image, "draw", drawn)
    image = str(parsed(client, f"/{tag}/blog/{NEWS[tag]}/").select_one("meta[property='og:image']"))
    assert client.get(re.findall(r"/../share/[^\"]+", image)[0]).data.startswith(b"\x89PNG")
    title, _, name = drawn.call_args.args[:3]
    assert (title, name) == (shown(f"News and Updates {TYPED}", tag), f"name {TYPED}")


def test_an_export_says_them_as_typed(exported: Path) -> None:
    """In its files, the pages of errors among them."""
    for tag in ("en", "fr"):
        home = BeautifulSoup((exported / tag / "index.html").read_text(encoding="utf-8"), "html.parser")
        assert [shown(f"motto {TYPED}", tag)] == [heading.get_text() for heading in home.select("h1")]
    pages = {name: data.decode() for name, data in files(exported).items() if name.endswith(".html")}
    assert pages and all(html.escape(f"name {TYPED}", quote=False) in text for text in pages.values())
