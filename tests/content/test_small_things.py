"""What a reader hardly sees, and misses: raised ordinals, numbers that stay with their units, names of headings."""

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup

from microsite.config import Settings
from microsite.content.blocks import Prose
from microsite.content.fields import heading_id, slugify
from microsite.content.markdown import render
from microsite.editions.publishing import Editions
from microsite.language.dates import long_date
from microsite.language.locales import make_locale
from microsite.language.typography import typeset
from tests.conftest import Seen

Look = Callable[..., Seen]
NBSP = "\u00a0"


def html(text: str, language: str) -> str:
    return "".join(block.html for block in render(text, language).blocks if isinstance(block, Prose))


@pytest.mark.parametrize(
    ("language", "typed", "set_"),
    [
        ("fr", "Il y a 6 ans, 30 jours", f"Il y a 6{NBSP}ans, 30{NBSP}jours"),
        ("fr", "%(num)s minutes, %(num)s an", f"%(num)s{NBSP}minutes, %(num)s{NBSP}an"),
        ("fr", "en IPv6 128 bits, 10 000 pages", "en IPv6 128 bits, 10\u202f000 pages"),
        ("en", "6 years ago, 30 days", f"6{NBSP}years ago, 30{NBSP}days"),
        ("en", "%(num)s years ago", f"%(num)s{NBSP}years ago"),
        ("en", "the '90s, and '1990s' in quotes", "the ’90s, and ‘1990s’ in quotes"),
        ("en", "6 annoying 2 dayshift", "6 annoying 2 dayshift"),
        ("en", "on 6 July 2020, Articles 5 and 13", f"on 6{NBSP}July 2020, Articles 5 and 13"),
    ],
)
def test_numbers_stay_with_what_they_count(language: str, typed: str, set_: str) -> None:
    """And a number stays apart from another that it is not part of."""
    assert set_ == typeset(typed, language) == typeset(typeset(typed, language), language)


def test_the_first_of_a_month_has_its_letters_raised(look: Callable[..., Seen]) -> None:
    """In the dates of a page and in the words of a text; not in English, nor where there is no markup."""
    words = html("Le 1er juillet, la 1ère fois, [1er](https://example.org/1er).", "fr")
    byline = look("/fr/blog/guides/un-guide/").one(".byline")

    assert "1<sup>er</sup>" in words and "1<sup>re</sup>" in words and 'href="https://example.org/1er"' in words
    assert "1<sup>er</sup>" in str(byline) and "1er" in byline.get_text()
    assert "<sup>" not in html("The 1er of July", "en")
    assert "1er" in long_date(date(2026, 11, 1), make_locale("fr"))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("The key F12 on IPv6, in COVID-19's year (5G).", ["F12", "IPv6", "COVID-19", "5G"]),
        ("On 6 July 2020 Article 43 of C-154/21; 2nd, HK$100,000, iOS 14", ["C-154/21"]),
        ("`F12` and [a link](https://example.org/F12) & https://example.org/", []),
        ("R&D2 <3", ["D2"]),
    ],
)
def test_figures_beside_capitals_are_as_tall_as_they(typed: str, codes: list[str]) -> None:
    """A code is marked in the words of a text, in any language; numbers and code are not."""
    for language in ("en", "fr", "de"):
        words = BeautifulSoup(html(typed, language), "html.parser")
        assert codes == [code.get_text() for code in words.find_all("abbr")]


NOTED = """---
title: Du 1er au 2 juillet & après
summary: Le 1er juillet, il y a 6 ans.
slug: du-premier
category: news
published: 2026-11-01
sources:
  - {key: own, publication: Le Journal, title: La 1re page, date: 2020-07-01}
  - {publication: The Paper, title: The 1er and 6 years, language: en, date: 2020-07-01}
since:
  - {date: 2021-07-01, text: "Depuis le 1er juillet, 6 ans <de suite>.", key: own}
changes:
  - {date: 2026-11-01, text: "Nous avions écrit le 1er août, 6 ans avant.", correction: true}
---

::: quote Jeanne 1re ; 1er juin 2020
Nous écoutons.
:::
"""


def test_titles_and_notes_are_set_as_the_text_is(look: Look, settings: Settings, editions: Editions) -> None:
    """Raised letters and numbers that keep their noun: in titles, lists, the trail, notes, sources, corrections."""
    folder = settings.site / "articles" / "noted"
    folder.mkdir()
    (folder / "fr.md").write_text(NOTED, encoding="utf-8")
    editions.refresh()
    page = look("/fr/blog/actualites/du-premier/")

    for selector in ("h1", ".trail [aria-current]", ".lede", "figcaption", "figcaption small", "cite + a, cite + span"):
        assert page.soup.select(selector)[0].sup, selector
    for selector in ("[aria-labelledby=site_since] li", "[aria-labelledby=site_changes] li"):
        (note,) = page.soup.select(selector)
        assert [note.get_text().count(f"6{NBSP}ans"), len(note.select("sup")) > 1] == [1, True], selector
    assert "The 1er and 6\xa0years" in page.text and "<de suite>" in page.text
    assert page.soup.title and "Du 1er au" in page.soup.title.get_text()
    assert any(link.sup for link in look("/fr/blog/").soup.select("h2 a"))
    assert any(link.sup for link in look("/en/blog/").soup.select("h2 a[lang=fr]"))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Ce qu’il ne cache pas\u00a0: l’été", "ce-quil-ne-cache-pas-lete"),
        ("香港的电缆", "香港的电缆"),
        ("من يستمع إلى الكابل", "من-يستمع-إلى-الكابل"),
        ("Кто слушает?", "кто-слушает"),
        ("कौन सुनता है", "कौन-सुनता-है"),
        ("— ?! —", "section"),
    ],
)
def test_headings_of_any_script_have_a_name(words: str, name: str) -> None:
    """In letters of their own; those of Latin letters have the names that they had."""
    assert name == heading_id(words)
    assert not name.isascii() or name == slugify(words)


def test_a_link_finds_a_heading_of_another_script() -> None:
    """Each has its own name, and nothing is wrong with the text."""
    body = render("## 香港\n\n[one](#香港) and [two](#电缆)\n\n## 电缆\n\nWords.", "en")

    assert [] == body.faults
