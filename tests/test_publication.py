"""An article whose day of publication is still to come is nowhere, and appears everywhere at midnight UTC."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.edition import as_of
from microsite.editions.publishing import Editions
from microsite.reader.inventory import all_pages
from tests.conftest import NOW, Clock, Seen

Look = Callable[..., Seen]
TITLE, ADDRESS = "Tomorrow’s words", "/en/blog/news/tomorrow/"
TEXT = """\
---
title: Tomorrow's words
summary: A summary.
slug: tomorrow
category: news
published: {}
---

Words of tomorrow.
"""
TOMORROW = NOW.date() + timedelta(days=1)
WHERE_IT_IS_LISTED = ["/en/", "/fr/", "/en/blog/", "/en/blog/news/", "/en/feed.atom", "/en/blog/news/feed.atom"]
PAGES = [ADDRESS, *WHERE_IT_IS_LISTED, "/fr/blog/actualites/tomorrow/", "/sitemap.xml"]


@pytest.fixture
def scheduled(settings: Settings, editions: Editions) -> None:
    """An article of tomorrow, and a text of today that names it."""
    assert editions.current
    write_article(settings, "en", str(TOMORROW))
    guide = settings.site / "articles" / "guide" / "en.md"
    guide.write_text(f"{guide.read_text()}\nSee [what comes](article:tomorrow).\n\n::: also tomorrow\n:::\n")
    editions.refresh()


def write_article(settings: Settings, language: str, published: str) -> None:
    file = settings.site / "articles" / "tomorrow" / f"{language}.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(TEXT.format(published).replace("tomorrow", "demain" if language == "fr" else "tomorrow", 1))


@pytest.mark.usefixtures("scheduled")
def test_before_its_day_it_is_nowhere(client: FlaskClient, editions: Editions) -> None:
    """404 in every language; in no list, feed, sitemap or page of another text."""
    assert 404 == client.get(ADDRESS).status_code
    assert 404 == client.get("/fr/blog/actualites/tomorrow/").status_code
    assert not [address for address in all_pages(editions.current) if "tomorrow" in address]
    for address in [*WHERE_IT_IS_LISTED, "/sitemap.xml"]:
        page = client.get(address).get_data(as_text=True)
        assert "tomorrow" not in page, address
        assert TITLE not in page, address


@pytest.mark.usefixtures("scheduled")
def test_at_midnight_it_is_everywhere(client: FlaskClient, clock: Clock, editions: Editions) -> None:
    """Of the day in UTC, without a file that changes: not a second sooner."""
    clock.now = NOW.replace(hour=23, minute=59, second=59)
    editions.check_clock()
    assert 404 == client.get(ADDRESS).status_code

    clock.forward(seconds=1)
    editions.check_clock()
    assert "Words of tomorrow." in client.get(ADDRESS).get_data(as_text=True)
    assert 200 == client.get("/fr/blog/actualites/tomorrow/").status_code
    assert ADDRESS in all_pages(editions.current)
    for address in WHERE_IT_IS_LISTED:
        assert TITLE in client.get(address).get_data(as_text=True), address
    assert ADDRESS in client.get("/sitemap.xml").get_data(as_text=True)


@pytest.mark.usefixtures("scheduled")
def test_a_text_of_today_that_names_it_is_as_it_was_until_then(look: Look, clock: Clock, editions: Editions) -> None:
    """The link is a fault, as one to what does not exist; from midnight on it is none."""
    address = "/en/blog/guides/a-guide/"
    (fault, *_) = editions.faults["content"]
    assert f"“tomorrow” is not there before {TOMORROW}" in fault.message
    assert "what comes" not in look(address).text

    clock.forward(days=1)
    editions.refresh()
    assert "content" not in editions.faults
    assert ["what comes", TITLE] == [link.get_text() for link in look(address).all(f"main a[href='{ADDRESS}']")]


def test_links_to_what_is_not_there_yet_are_words(settings: Settings, look: Look, editions: Editions) -> None:
    """Where a text cannot be as it was, since it is new."""
    write_article(settings, "en", str(TOMORROW))
    text = TEXT.format(NOW.date()).replace("slug: tomorrow", "slug: today")
    file = settings.site / "articles" / "today" / "en.md"
    file.parent.mkdir()
    file.write_text(f"{text}\nSee [what comes](article:tomorrow).\n\n::: also tomorrow\n:::\n")
    editions.refresh()
    page = look("/en/blog/news/today/")

    assert "See what comes." in page.text
    assert not page.all("a[href*=tomorrow]")


def test_a_language_that_comes_later_is_there_later(settings: Settings, look: Look, editions: Editions) -> None:
    """Until then its readers are told that the article is in another language."""
    write_article(settings, "en", str(NOW.date()))
    write_article(settings, "fr", str(TOMORROW))
    editions.refresh()
    assert look("/fr/blog/actualites/tomorrow/").all("[role=note]")
    look("/fr/blog/actualites/demain/", status=404)

    look_ahead = as_of(editions.current, NOW + timedelta(days=1))
    assert {"en", "fr"} == look_ahead.content.articles["tomorrow"].documents.keys()


@pytest.mark.usefixtures("scheduled")
def test_the_site_as_of_a_later_day_shows_it(editions: Editions) -> None:
    """What previews are made of; the current edition is made anew at midnight."""
    assert "tomorrow" not in editions.current.content.articles
    assert "tomorrow" in as_of(editions.current, NOW + timedelta(days=1)).content.articles
    assert editions.current.due == NOW.replace(hour=0) + timedelta(days=1)
