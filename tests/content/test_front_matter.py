"""Front matter: what YAML does to a sentence is said, fields of other generators are known, every field has an end."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from microsite.content.document import Document, parse_document
from microsite.content.foreign_fields import EVERY_TEXT, WITHHELD
from microsite.faults import Faults

FIELDS = {
    "title": "title: Fresh news",
    "summary": "summary: A fresh article.",
    "slug": "slug: fresh",
    "category": "category: news",
    "published": "published: 2026-11-01",
}
SOURCE = "sources:\n- publication: {publication}\n  title: {title}\n  date: 2020-07\n  url: https://x.org/{url}"


def article(text: str) -> Document:
    return parse_document(Path("/site/articles/fresh/en.md"), "article", text.encode())


def with_fields(added: str = "", **fields: str) -> Document:
    """An article with these fields; what is `added` stands on line 7."""
    lines = [fields.get(name, line) for name, line in FIELDS.items()]
    return article("\n".join(["---", *lines, added, "---", "", "The first paragraph."]))


def faults(added: str = "", **fields: str) -> list[tuple[int, str]]:
    with pytest.raises(Faults) as raised:
        with_fields(added, **fields)
    return [(fault.line, fault.message) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("title: Hong Kong: the law", "a value with `: ` needs quotes"),
        ("title: The law # and you", "` #` begins a comment"),
        ("title: # and you", "` #` begins a comment"),
        ("title: The law\n  of C # and you", "` #` begins a comment"),
        ('title: "Secret" files', "words follow a closing quotation mark"),
        ("title: 'It's here'", "words follow a closing quotation mark"),
        ('title: "Secret files', "the quotation mark is not closed"),
        (r'title: "C:\path"', "a backslash between double quotes"),
        ("title: @planet speaks", "begins with @ needs quotes"),
        ("title: `code` speaks", "begins with ` needs quotes"),
        ("title: %s of all", "begins with % needs quotes"),
        ("title: *Really* fresh", "begins with * needs quotes"),
        ("title: *really", "begins with * needs quotes"),
        ("title: &more news", "begins with & needs quotes"),
        ("title: !important news", "begins with ! needs quotes"),
        ("title: !!bool news", "begins with ! needs quotes"),
        ("title: [Opinion] Fresh", "begins with [ needs quotes"),
        ("title: {x} Fresh", "begins with { needs quotes"),
        ("title: - Fresh", "begins with - needs quotes"),
        ("title: |Fresh", "begins with | needs quotes"),
        ("title: > Fresh", "begins with > needs quotes"),
        ("title: Yes", "needs quotes: it is text"),
        ("title: off", "needs quotes: it is text"),
        ("title: 1984", "needs quotes: it is text"),
        ("title: 12:30", "needs quotes: it is text"),
        ("title: 2020-07-06", "needs quotes: it is text"),
        pytest.param("title: " + "9" * 5000, "needs quotes", id="five thousand digits"),
        ("title: ~", "is empty"),
        ("title:\tx\n\tmore: x", "a tab begins this line"),
        ("title:Fresh", "no space follows the colon"),
        ("title: Fresh\ntitle: Again", "`title` stands twice"),
        ('title: "Fresh \\u202e news"', "U+202E"),
        ('title: "Fresh \\0 news"', "U+0000"),
        pytest.param("title: " + "[" * 3000, "needs quotes", id="three thousand brackets"),
    ],
)
def test_what_yaml_does_to_a_sentence_is_said(title: str, words: str) -> None:
    """A comment that cuts it off, a colon, a quotation mark, a sign that begins something else."""
    ((line, sentence),) = faults(title=title)

    assert words in sentence
    assert line in (2, 3)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("title: '% of C# and #1'", "% of C# and #1"),
        ("title: C#, F# and a:b", "C#, F# and a:b"),
        ("title: >-\n  Over two\n  lines # with a sign", "Over two lines # with a sign"),
        ("title: |\n  Over two\n  lines", "Over two lines"),
        ("title: It is 100 % yours", "It is 100 % yours"),
        ("title: Cafe\u0301", "Caf\u00e9"),
        ('title: "Fresh" # a comment', "Fresh"),
    ],
)
def test_a_sentence_that_yaml_leaves_alone_is_taken(typed: str, title: str) -> None:
    """As typed, on one line, in normal form C."""
    assert title == with_fields(title=typed).title


def test_a_date_may_stand_in_quotes() -> None:
    """It is the same day."""
    assert date(2026, 11, 1) == with_fields(published="published: '2026-11-01'").article_matter.published


@pytest.mark.parametrize(
    "field",
    [
        *("draft: true", "Draft: yes", "status: draft", "published: false", "publish: false", "hidden: true"),
        *("private: yes", "visibility: private", "unlisted: true", "password: x", "expiryDate: 2020-01-01"),
        *("publish_on: 1999-01-01", "scheduled: yes", "embargo: Friday", "draft:", "state: pending"),
    ],
)
def test_a_hint_never_publishes_a_draft(field: str) -> None:
    """Whatever another generator keeps from readers is refused until it is out of the folder."""
    named = {"published": field} if field.startswith("published") else {"added": field}
    ((_, sentence),) = faults(**named)

    assert WITHHELD in sentence


@pytest.mark.parametrize("field", ["publishDate: 2999-01-01", "date: 2999-01-01 10:00:00", "embargo: 2999-01-01"])
def test_a_hint_keeps_a_day_that_lies_ahead(field: str) -> None:
    """The text appears on the day on which it would have appeared elsewhere."""
    ((_, sentence),) = faults(field)

    assert "Write `published: 2999-01-01`" in sentence


@pytest.mark.parametrize("field", ["draft: false", "status: published", "hidden: no", "publish: true"])
def test_a_field_that_says_that_a_text_is_public_goes_without_saying(field: str) -> None:
    assert [(7, f"`{field.partition(':')[0]}` is not a field here. {EVERY_TEXT}.")] == faults(field)


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("date: 2020-01-31", "`published: 2026-01-31`"),
        ("Date: 2020-01-31 10:00", "`published: 2026-01-31`"),
        ("updated: 2020-01-31", "`changes`, each with a `date` and a `text`"),
        ("last_modified_at: 2020-01-31", "`changes`"),
        ("description: Words", "`summary`"),
        ("excerpt: Words", "`summary`"),
        ("tags: [a, b]", "none here"),
        ("categories: [a, b]", "one `category`"),
        ("layout: post", "The folder says"),
        ("permalink: /a/b/", "`slug`"),
        ("author: Jo", "signs its texts"),
        ("lang: fr", "file's name says the language"),
        ("redirect_from: /a", "`aliases`"),
        ("featured_image: a.png", "no pictures"),
        ("Titel: x", "Did you mean `title`"),
        ("<<: {title: x}", "not a field here"),
        ("yes: x", "`yes` is not a field here"),
        ("2026: x", "`2026` is not a field here"),
    ],
)
def test_fields_of_other_generators_are_known(field: str, hint: str) -> None:
    """Each says what it is here, or that there is none."""
    ((line, sentence),) = faults(field)

    assert 7 == line
    assert hint in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("+++\ntitle = 'x'\n+++\n\nWords.", "is TOML"),
        ('{"title": "x"}\n\nWords.', "is JSON"),
        ("<!--\n.. title: x\n-->\n\nWords.", "is Nikola's"),
        ("Title: x\nDate: 2020-01-01\n\nWords.", "has no line `---` above it"),
        ("\n---\ntitle: x\n---\n\nWords.", "first of the file"),
        ("—\ntitle: x\n—\n\nWords.", "other dashes than three"),
        ("---\ntitle: x\n\nWords.", "not closed"),
        ("---\n---\n\nWords.", "is empty"),
        ("# Title\n\nWords.", "is missing"),
        ("", "is missing"),
    ],
)
def test_front_matter_in_another_form_is_named(text: str, words: str) -> None:
    """With what to write instead."""
    with pytest.raises(Faults, match=words):
        article(text)


@pytest.mark.parametrize(
    ("field", "value", "room"),
    [
        ("title", "title: {}", 200),
        ("summary", "summary: {}", 600),
        ("slug", "slug: {}", 100),
        ("sources.publication", SOURCE.format(publication="{}", title="a", url=""), 100),
        ("sources.title", SOURCE.format(publication="a", title="{}", url=""), 200),
    ],
)
def test_every_field_says_how_much_it_holds(field: str, value: str, room: int) -> None:
    """As many characters are taken; with one more, the fault says how many there may be."""
    name = field if field in FIELDS else "added"
    assert with_fields(**{name: value.format("x" * room)})
    ((_, sentence),) = faults(**{name: value.format("x" * (room + 1))})

    assert f"`{field}`" in sentence
    assert str(room) in sentence


def test_lists_have_an_end() -> None:
    """Fifty former slugs, a hundred sources."""
    ((_, sentence),) = faults(f"aliases: [{', '.join(f's{n}' for n in range(51))}]")
    assert "more than 50 entries" in sentence


def test_a_date_ahead_of_today_is_a_date() -> None:
    """The text appears on that day."""
    ahead = date.today() + timedelta(days=2)
    assert ahead == with_fields(published=f"published: {ahead}").article_matter.published


@pytest.mark.parametrize("url", ["https://", "https://[x", "https://x.org:99999/", "https://a@b.org", "ftp://x.org"])
def test_the_address_of_a_source_is_one(url: str) -> None:
    """Whole, with a host, the same to every browser."""
    ((_, sentence),) = faults(f"sources:\n- publication: x\n  date: 2020-07\n  url: {url}")
    assert "not an address" in sentence
