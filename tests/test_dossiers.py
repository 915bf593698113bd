"""Articles on one line of dates, where a reader goes on from an article, and how to come back."""

import re
from collections.abc import Callable

import pytest

from microsite.config import Settings
from microsite.content.blocks import Dossier
from microsite.content.markdown import render
from microsite.editions.publishing import Editions
from tests.conftest import Seen

Look = Callable[..., Seen]
LINE = """---
title: The line
summary: What happened, in order.
slug: line
---

A beginning.

::: dossier
- 2019-02: A bill is read.
- both
- note-2
- note-1
:::
"""
SINCE = """since:
  - date: 2021-03-04
    key: speech
    text: The cable was cut.
"""


@pytest.fixture
def line(settings: Settings, editions: Editions) -> None:
    """The small site with a dossier of three articles, two of them on one event, and a note on what came later."""
    site = settings.site
    (site / "pages" / "line").mkdir()
    (site / "pages" / "line" / "en.md").write_text(LINE)
    for name in ("note-1", "note-2"):
        path = site / "articles" / name / "en.md"
        path.write_text(re.sub("(?m)^events: .*$", "events: 2019-06-16", path.read_text()))
    path = site / "articles" / "both" / "en.md"
    path.write_text(path.read_text().replace("aliases:", f"{SINCE}aliases:", 1))
    editions.refresh()


@pytest.mark.usefixtures("line")
class TestADossier:
    """`::: dossier` on a page."""

    def test_tells_everything_in_the_order_of_the_events(self, look: Look) -> None:
        """Articles at their events, by name; what came later at its own date; the dossier's own sentences."""
        page = look("/en/line/")

        dates = ["February 2019", "Events: June 2019 – July 2020", "Events: 16 June 2019", "4 March 2021"]
        assert dates == [words.replace("\u00a0", " ") for words in page.words(".line > li > .tag")]
        assert ["The city’s cable: who listens?", "Note 2", "Note 1"] == page.words(".line h2")
        assert ["A bill is read."] == page.words(".line > li:first-child p:not(.tag)")
        later = page.all(".line > li")[-1]
        assert later.select_one("cite") and "/en/blog/news/the-cable/" in [link["href"] for link in later.select("a")]

    def test_is_on_the_home_page_each_event_once(self, look: Look) -> None:
        """Its articles are not among the latest as well."""
        page = look("/en/")

        assert ["The city’s cable: who listens?", "Note 2"] == page.words(".line a")
        assert all(words.startswith(("Events: ", "Written: ")) for words in page.words(".line .tag"))
        assert not {"Note 1", "Note 2"} & set(page.words(".rows h3"))

    def test_leads_from_each_of_its_articles_to_the_ones_beside_it(self, look: Look) -> None:
        """In place of two of the four others; the later one with its standfirst."""
        onward = look("/en/blog/guides/note-2/").one(".onward")

        assert ["Before that", "After that"] == [
            tag.get_text().split(" Events")[0].strip() for tag in onward.select(".row .tag")
        ]
        assert ["The city’s cable: who listens?", "Note 1", "The line"] == [
            link.get_text() for link in onward.select("a")
        ]
        assert 1 == len(onward.select("p:not(.tag, .alone)"))
        assert 2 == len(look("/en/blog/guides/note-2/").all("[aria-labelledby=site_more] a"))

    def test_ends_where_nothing_came_after(self, look: Look) -> None:
        """The last one leads to what else there is to read."""
        onward = look("/en/blog/guides/note-1/").one(".onward")

        assert "Before that" in onward.get_text() and "After that" not in onward.get_text()
        assert "Read next" in onward.get_text()


def test_an_ordered_category_leads_from_one_article_to_the_next(look: Look, settings: Settings) -> None:
    """With its standfirst."""
    site = settings.site / "site.toml"
    site.write_text(f'{site.read_text()}order = ["note-7", "guide"]\n')

    onward = look("/en/blog/guides/note-7/").one(".onward")

    assert "Read next" in onward.get_text()
    assert ["/en/blog/guides/a-guide/"] == [link["href"] for link in onward.select("a")]


def test_the_newest_of_a_category_may_lead_the_home_page(look: Look, settings: Settings) -> None:
    """`lead` names it."""
    site = settings.site / "site.toml"
    site.write_text('lead = "guides"\n' + site.read_text())

    assert ["A guide that does not age"] == look("/en/").words(".lead h2")


def test_the_way_back_is_a_page_and_no_address(look: Look, settings: Settings, editions: Editions) -> None:
    """Where the site has one, every link to a feed that people follow leads there; it has the address, to be copied."""
    page = settings.site / "pages" / "feed"
    page.mkdir()
    (page / "en.md").write_text("---\ntitle: Feed\nsummary: A feed.\nslug: the-feed\n---\n\nA feed.\n\n::: feed\n:::\n")
    editions.refresh()
    article, category = look("/en/blog/guides/a-guide/"), look("/en/blog/guides/")

    assert "/en/the-feed/" in [link["href"] for link in article.all(".also a")]
    assert not [link for link in article.all("a") + category.all("a") if str(link["href"]).endswith(".atom")]
    assert "http://localhost/en/feed.atom" == look("/en/the-feed/").words("code")[0]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("::: dossier\n:::", "a dossier needs a line `- key`"),
        ("::: dossier\nboth\n:::", "a dossier needs a line `- key`"),
        ("::: dossier\n- 2019-13: Nothing.\n:::", "“2019-13” is not a date of the calendar"),
        ("::: feed all\n:::", "takes neither a name nor text"),
    ],
)
def test_what_is_wrong_with_a_block_is_said(block: str, message: str) -> None:
    """By its line."""
    ((line, sentence),) = render(f"One.\n\n{block}\n", "en").faults

    assert line >= 3 and message in sentence


def test_sentences_of_a_dossier_are_typeset() -> None:
    """As its language sets them."""
    (_, block) = render("Un.\n\n::: dossier\n- 2019-02: L'an neuf : rien.\n- both\n:::\n", "fr").blocks

    assert isinstance(block, Dossier)
    assert "L’an neuf\u00a0: rien." == block.events[0].text
