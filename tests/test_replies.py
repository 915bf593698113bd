"""Whoever an article names may reply in it: `::: reply Name; day`, set apart from the article's own words."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.content.markdown import render
from microsite.editions.publishing import Editions
from tests.conftest import Seen

Look = Callable[..., Seen]
ADDRESS = "/fr/blog/actualites/qui-ecoute/"
TEXT = """---
title: Qui écoute ?
summary: Un câble et ses deux bouts.
slug: qui-ecoute
category: news
published: 2026-11-01
promotion: off
---

Un comité a donné son avis.

::: reply Société d'Exemple & fils; 2026-12-01
Nous n'avons *rien* écouté : 100 % de <nos câbles> sont muets.

- Le premier
- Le [second](https://example.org/second)
:::

La fin.
"""
CONTENT = "{http://www.w3.org/2005/Atom}content"


@pytest.fixture
def replied(settings: Settings, editions: Editions) -> None:
    folder = settings.site / "articles" / "replied"
    folder.mkdir()
    (folder / "fr.md").write_text(TEXT.replace("<nos câbles>", "\\<nos câbles\\>"), encoding="utf-8")
    editions.refresh()


@pytest.mark.usefixtures("replied")
def test_a_reply_is_named_dated_and_quoted(look: Look) -> None:
    """Under a heading that says what it is; its words are a quotation, and a screen reader finds the whole by name."""
    page = look(ADDRESS)
    heading = page.one(".reply > h2")

    assert ["Droit de réponse : Société d’Exemple & fils 1er décembre 2026"] == page.words(".reply > h2")
    assert "2026-12-01" == page.one(".reply time")["datetime"]
    assert heading["id"] == page.one("section.reply")["aria-labelledby"]
    assert ["Nous n’avons rien écouté : 100 % de <nos câbles> sont muets."] == page.words(".reply blockquote > p")
    assert ["Le premier", "Le second"] == page.words(".reply blockquote li")


@pytest.mark.usefixtures("replied")
def test_its_label_is_in_the_language_of_the_page(look: Look) -> None:
    """Where the article has been translated into no other, its words stay as they were sent."""
    heading = look("/en/blog/news/qui-ecoute/").one(".reply > h2")

    assert "Right of reply: Société d’Exemple & fils 1 December 2026" == " ".join(heading.get_text().split())
    assert "en" == heading["lang"]


@pytest.mark.usefixtures("replied")
def test_it_is_in_the_feed_as_well(client: FlaskClient) -> None:
    """Whoever reads the article elsewhere reads the reply there."""
    feed = ElementTree.fromstring(client.get("/fr/feed.atom").get_data())
    (text,) = [str(element.text) for element in feed.iter(CONTENT) if "Un comité" in str(element.text)]
    reply = BeautifulSoup(text, "html.parser").select_one("section")

    assert reply and reply.h2 and "Droit de réponse" in reply.h2.get_text()
    assert reply.blockquote and "Le second" in reply.blockquote.get_text()


def test_a_reply_counts_as_words_of_the_text() -> None:
    """Its length is part of how long the text takes to read; a `;` in a name is none before the day."""
    (reply,) = render("::: reply Jo; Jim & Co; 2026-01-31\nOne two three.\n:::\n", "en").blocks

    assert "reply" == reply.kind and ("Jo; Jim & Co", 3) == (reply.name, reply.words)
