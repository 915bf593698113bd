"""`flask content check`: every fault once, all of them at once, in a writer's words; and what is no fault."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from microsite.config import Settings
from tests.conftest import Seen
from tests.content.writer import (
    ARTICLE,
    GOOD,
    PAGE,
    PROMOTION,
    SITE,
    Check,
    Edit,
    faults,
    in_article,
    in_page,
    in_promotion,
    in_site,
    in_text,
    new_article,
    write,
)

Look = Callable[..., Seen]


def test_without_a_fault_the_command_says_so(check: Check) -> None:
    """Exit code 0, and how much was read; what the publisher has not filled in is a warning."""
    result = check()

    assert 0 == result.exit_code, result.stderr
    assert [
        "security.txt:1: warning: is not there: it says whom to tell of a weakness (RFC 9116). Add it.",
        f"{SITE}:14: warning: `publisher.address` is still a placeholder. Fill it in.",
    ] == result.stderr.splitlines()
    assert "are in order" in result.stdout


def test_a_link_to_an_article_that_is_not_there_yet_is_a_fault(check: Check, site: Path) -> None:
    """With the day on which it will be there. One that appears no sooner itself may link to it."""
    link = "See [the guide](article:later)."
    later = new_article("articles/later/en.md", "2026-11-01", "2999-02-01")
    write(site, [*later, *in_text(link), *in_page("The only paragraph.", link)])
    sentence = "“later” is not there before 2999-02-01. Take the link out, and put it back then."
    assert [(f"{ARTICLE}:19", sentence), (f"{PAGE}:7", sentence)] == faults(check())

    write(site, [*in_article("2026-11-01", "2999-02-01"), *in_page(link, "The only paragraph.")])
    assert [] == faults(check())


def test_the_real_site_is_without_fault(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make content` on what is committed: nothing but warnings."""
    monkeypatch.delenv("MICROSITE_SITE", raising=False)
    monkeypatch.delenv("MICROSITE_TRANSLATIONS", raising=False)
    monkeypatch.setenv("MICROSITE_INSTANCE", str(settings.instance))
    result = app.test_cli_runner().invoke(args=["content", "check"])

    assert 0 == result.exit_code, result.stderr
    assert [] == [line for line in result.stderr.splitlines() if ": warning: " not in line]


def test_every_fault_is_named_at_once(check: Check, site: Path) -> None:
    """In front matter, text, pages, promotions and site.toml: the writer mends all of them in one go."""
    write(
        site,
        [
            *in_site('lead = "both"', 'lead = "boht"'),
            *in_site('name = "Guides"', 'name = "Guides"\norder = ["both", "boht"]'),
            *in_promotion("https://", "http://"),
            *in_promotion("A fresh headline", "x" * 81),
            *in_article("2026-11-01", "tomorrow"),
            *in_article("category: news", "category: news\nauthor: Jo"),
            *in_text("# Title\n\n[Two](/en/)\n\n::: promo fresh\n:::\n\n::: also both"),
            *in_page("slug: fresh-page", "slug: blog"),
        ],
    )
    result = check()
    expected = [(ARTICLE, 6), (ARTICLE, 7), (ARTICLE, 20), (ARTICLE, 22), (ARTICLE, 24), (ARTICLE, 27)]
    expected += [(PAGE, 4), (PROMOTION, 2), (PROMOTION, 8), (SITE, 6), (SITE, 28)]

    assert [f"{file}:{line}" for file, line in expected] == [place for place, _ in faults(result)]
    assert "11 faults." == result.stderr.splitlines()[-1]
    assert 1 == result.exit_code


def test_a_fault_hides_no_other_in_the_same_file(check: Check, site: Path) -> None:
    """A wrong date does not keep a wrong category, promotion, link or source from being named."""
    write(
        site,
        [
            *in_article("2026-11-01", "tomorrow"),
            *in_article("category: news", "category: nws"),
            *in_text("[Two](article:boht)\n\n::: promotion frish\n:::\n\nThree.[^nobody]"),
        ],
    )

    assert [f"{ARTICLE}:{line}" for line in (5, 6, 19, 21, 24)] == [place for place, _ in faults(check())]


def test_a_broken_site_file_hides_no_fault_of_others(check: Check, site: Path) -> None:
    """What texts and promotions have wrong by themselves is named beside it, and nothing that depends on it."""
    write(
        site,
        [
            *in_site('motto = "A motto."\n', ""),
            *in_article("2026-11-01", "tomorrow"),
            *in_page("The only", "# Title\n\nThe only"),
            *in_promotion("https://", "http://"),
        ],
    )

    assert [f"{ARTICLE}:6", f"{PAGE}:7", f"{PROMOTION}:2", f"{SITE}:1"] == [place for place, _ in faults(check())]


def test_a_link_to_a_broken_article_is_no_second_fault(check: Check, site: Path) -> None:
    """Articles and site.toml name it rightly: only its own file is wrong."""
    write(site, [("articles/only-english/en.md", "category: news\n", ""), *in_site('"both"', '"only-english"')])

    assert [("articles/only-english/en.md:1")] == [place for place, _ in faults(check())]


def test_a_promotion_within_a_section_is_remarked_on(check: Check, site: Path) -> None:
    """What follows it may say “it” of what stands before it; before a heading nothing does."""
    parts = "First.\n\nSecond.\n\n{}## A heading\n\nThird.\n\n{}Fourth.\n"
    promotion = "::: promotion planet-freevpn\n:::\n\n"
    write(site, in_text(parts.format("", promotion)))
    assert "warning: a promotion within a section." in check().stderr

    write(site, [(ARTICLE, parts.format("", promotion), parts.format(promotion, ""))])
    assert "within a section" not in check().stderr


def test_a_quotation_without_its_source_is_remarked_on(check: Check, site: Path) -> None:
    """Readers can look up the words of others; a page has no sources to cite."""
    quotation = "We.\n\n::: quote A speaker; July 2020\nSaid so.{}\n:::\n"
    named = in_article("  - publication: The", "  - key: a\n    publication: The")
    write(site, [*named, *in_text(quotation.format("")), *in_page("The only", quotation.format("") + "\nThe only")])
    (warning,) = [line for line in check().stderr.splitlines() if "a quotation without its source" in line]
    assert "articles/fresh/en.md:22: warning:" in warning

    write(site, [(ARTICLE, "Said so.", "Said so.[^a]")])
    assert "without its source" not in check().stderr


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("#### Four\n\nMore.", 19, "a heading of level 4 below one of level 1. Write `## `."),
        ("## Two\n\n#### Four\n\nMore.", 21, "a heading of level 4 below one of level 2. Write `### `."),
        ('::: quote Jo\n"We said so."\n:::', 20, "quotation marks around a quotation."),
        ("::: quote Jo\n«\u00a0We.\n\nSaid so.\u00a0»\n:::", 20, "quotation marks around a quotation."),
    ],
)
def test_what_is_shown_and_hardly_meant_is_remarked_on(
    check: Check, site: Path, text: str, line: int, words: str
) -> None:
    """Who listens to a page goes from heading to heading; a quotation has the marks that the page sets."""
    write(site, in_text(text))
    result = check()

    assert [] == faults(result)
    assert any(f"{ARTICLE}:{line}: warning: {words}" in warning for warning in result.stderr.splitlines())


def test_what_is_right_is_not_remarked_on(check: Check, site: Path) -> None:
    """Headings that go one level down and any number up, and a quotation that quotes."""
    write(site, in_text('## A\n\n### B\n\n## C\n\n::: quote Jo\n"We", he said, "and they".\n:::'))

    assert "heading" not in check().stderr and "quotation marks" not in check().stderr


def test_a_file_that_is_not_read_is_named(check: Check, site: Path) -> None:
    """Windows hides what stands behind the last point; what editors leave behind is theirs."""
    for name in ("fr.md.txt", "photo.jpg", ".fr.md.swp", "en.md~"):
        (site / ARTICLE).with_name(name).write_text("")
    result = check()

    assert [] == faults(result)
    named = [line.partition(": warning: ")[0] for line in result.stderr.splitlines() if "is not read" in line]
    assert ["articles/fresh/fr.md.txt:1", "articles/fresh/photo.jpg:1"] == named


def test_what_is_not_written_yet_is_named(check: Check, site: Path) -> None:
    """One language may come before the other, and nobody forgets the other by mistake; one that waits may lack all."""
    write(site, in_site("foot =", "public_from = {ar = 100}\nfoot ="))
    result = check()

    assert 0 == result.exit_code, result.stderr
    (french,) = [line for line in result.stdout.splitlines() if "Not written yet, fr.md" in line]
    assert "only-english" in french and "only-french" not in french
    assert "ar.md" not in result.stdout


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        ("reviewed", "reviewed: {}"),
        ("changes", "changes:\n  - date: {}\n    text: It has one more paragraph."),
        ("since", "since:\n  - date: {}\n    text: It was printed."),
    ],
)
def test_a_day_ahead_of_what_has_happened_is_remarked_on(check: Check, site: Path, field: str, lines: str) -> None:
    """Readers are told now that it has."""
    write(site, in_article("category: news", f"category: news\n{lines.format('9999-01-31')}"))

    assert f"warning: `{field}` names a day that lies ahead, 9999-01-31" in check().stderr


def test_a_hint_names_thirty_and_says_how_many_more_there_are(check: Check, site: Path) -> None:
    """Of ten thousand articles nobody reads the names."""
    write(site, [edit for number in range(40) for edit in new_article(f"articles/n{number}/en.md")])
    write(site, in_text("[This](article:zzz)"))
    (hint,) = re.findall(r"“zzz”\. There are: (.*)\.", check().stderr)

    assert 29 == hint.count(",") and hint.endswith(" more")


@pytest.mark.parametrize(
    ("edits", "among", "not_among"),
    [
        ([*in_text("[This](page:zzz)"), *in_article("category: news\n", "")], "about", "fresh"),
        ([*in_page("The only", "[The](article:zzz) only"), *in_page("slug: fresh-page\n", "")], "both", "fresh-page"),
    ],
)
def test_a_hint_on_pages_names_no_article(
    check: Check, site: Path, edits: list[Edit], among: str, not_among: str
) -> None:
    """Nor the other way round, though the file that has the link is broken otherwise."""
    write(site, edits)
    (hint,) = re.findall(r"“zzz”\. There are: (.*)\.", check().stderr)

    assert among in hint.split(", ")
    assert not_among not in hint.split(", ")


def test_a_broken_promotion_is_no_fault_of_the_article_that_names_it(check: Check, site: Path) -> None:
    """One mistake is named once."""
    write(site, [*in_promotion("https://", "http://"), *in_text("::: promotion fresh\n:::")])

    assert [f"{PROMOTION}:2"] == [place for place, _ in faults(check())]


def test_a_file_in_another_encoding_is_named(check: Check, site: Path) -> None:
    """Words from an old editor never reach readers as mojibake."""
    (site / ARTICLE).write_bytes(GOOD[ARTICLE].replace("Fresh news", "Brève").encode("latin-1"))
    (site / PROMOTION).write_bytes(GOOD[PROMOTION].replace("A fresh text", "Brève").encode("latin-1"))
    reported = faults(check())

    assert [f"{ARTICLE}:2", f"{PROMOTION}:9"] == [place for place, _ in reported]
    assert all("Save it as UTF-8" in sentence for _, sentence in reported)


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(in_article("slug: fresh", "slug: Fresh"), id="a slug"),
        pytest.param(in_article("https://example.org", "example.org"), id="an address"),
        pytest.param(in_article("events:", "aliases: stale\nevents:"), id="a list"),
        pytest.param(in_article("2026-11-01", "2026-11-01 10:00:00"), id="a time of day"),
        pytest.param(in_article("Fresh news", "2026"), id="a number"),
        pytest.param(in_site("https://freevpn", "freevpn"), id="the product's address"),
        pytest.param(in_promotion('"home"', '"top"'), id="a placement"),
        pytest.param(in_promotion("09:00:00+01:00", "09:00:00"), id="a time zone"),
        pytest.param(in_promotion("A fresh headline", "<b>Fresh</b>"), id="HTML"),
        pytest.param(in_promotion("A fresh headline", "x" * 81), id="a length"),
    ],
)
def test_a_fault_is_told_in_the_writers_words(check: Check, site: Path, edits: list[Edit]) -> None:
    """No pattern, type or class of the program: what is wrong, what to do."""
    write(site, edits)
    sentences = [sentence for _, sentence in faults(check())]

    assert sentences
    assert [] == [
        sentence
        for sentence in sentences
        if re.search(r"pattern|tuple|datetime|(?:Input|String) should", sentence, re.I)
    ]


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(in_promotion("from =", "start ="), id="start"),
        pytest.param(in_promotion("from =", "strat ="), id="strat"),
        pytest.param(in_promotion("from =", 'kay = "x"\nfrom ='), id="kay"),
        pytest.param(in_site("lead =", 'paht = "x"\nlead ='), id="paht"),
    ],
)
def test_a_hint_names_what_a_writer_may_write(check: Check, site: Path, edits: list[Edit]) -> None:
    """Never a name that only the program knows, and that would be refused in turn."""
    write(site, edits)
    hints = re.findall(r"Did you mean `(\w+)`", check().stderr)

    assert set() == {"start", "key", "path", "lines"} & set(hints)


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(in_article("events: 2020-07-06\n", ""), id="a guide that does not age"),
        pytest.param(in_article("2020-07-06", "2019-06 to 2020-07-01"), id="events that lasted"),
        pytest.param(in_article("events:", "promotion: off\nevents:"), id="no promotion"),
        pytest.param(
            in_article("events:", "aliases: [fresh, stale]\nevents:"), id="its own slug among its former ones"
        ),
        pytest.param(in_article("Fresh news", '"Fresh: news"'), id="a colon in quotes"),
        pytest.param(in_text("## Two\n\n- *three*\n- **four**\n\n---\n\n> five"), id="plain Markdown"),
        pytest.param(in_text("[a](article:both) [b](page:about) [c](contact:) [d](https://a.b)"), id="links"),
        pytest.param(in_text("[a](#x-and-y)\n\n## X and Y"), id="a link to a heading"),
        pytest.param(in_text("::: quote A speaker; July 2020\nWe.\n\nSaid so.\n:::"), id="a long quotation"),
        pytest.param(in_text(":::related\n- both\n:::\n\n:::: also guide\n::::"), id="colons as they come"),
        pytest.param(in_text("```\n::: nonsense\n[x](nowhere)\n# x\n```"), id="anything in code"),
        pytest.param(in_text("Pasted\u2028text.\n\n::: also both\n:::\n\nThe end."), id="a line separator, pasted"),
        pytest.param(
            in_text("::: promotion fresh\n:::\n\n" + "more " * 1200 + "\n\n::: promotion fresh\n:::"), id="1200"
        ),
        pytest.param(in_page("The only", "::: publisher\n:::\n\n::: seen\n:::\n\nThe only"), id="blocks of pages"),
    ],
)
def test_what_the_guide_allows_is_no_fault(check: Check, site: Path, edits: list[Edit]) -> None:
    """docs/writing.md promises it."""
    write(site, edits)

    assert [] == faults(check())


def test_a_file_that_leads_nowhere_is_named(check: Check, site: Path) -> None:
    """A link to a file that is gone, or to itself."""
    (site / "articles/note-1/en.md").unlink()
    (site / "articles/note-1/en.md").symlink_to("gone.md")
    (site / ARTICLE).unlink()
    (site / ARTICLE).symlink_to(site / ARTICLE)

    assert [f"{ARTICLE}:1", "articles/note-1/en.md:1"] == [place for place, _ in faults(check())]


def test_a_byte_order_mark_is_no_fault(check: Check, site: Path) -> None:
    """Editors on Windows put one at the start of a file."""
    for name in (ARTICLE, PROMOTION, SITE):
        (site / name).write_bytes(b"\xef\xbb\xbf" + (site / name).read_bytes())

    assert [] == faults(check())


def test_line_endings_of_another_system_are_no_fault(check: Check, site: Path) -> None:
    """A file saved on Windows reads the same, and its lines count the same."""
    write(site, in_text("# Title"))
    text = (site / ARTICLE).read_text(encoding="utf-8")
    (site / ARTICLE).write_bytes(text.replace("\n", "\r\n").encode())

    assert [f"{ARTICLE}:19"] == [place for place, _ in faults(check())]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("[here](article:both)", "/en/blog/news/the-cable/"),
        ("[here *and* `there`](article:both)", "/en/blog/news/the-cable/"),
        ("[here](article:both#a-heading)", "/en/blog/news/the-cable/#a-heading"),
        ("[here](<article:both>)", "/en/blog/news/the-cable/"),
        ('[here](article:both "The cable")', "/en/blog/news/the-cable/"),
        ("[here][1]\n\n[1]: article:both", "/en/blog/news/the-cable/"),
        ("[here](page:about)", "/en/about/"),
        ('[here](page:about "About us")', "/en/about/"),
        ("[here](contact:)", "mailto:hello@example.org"),
        ('[here](contact: "By e-mail")', "mailto:hello@example.org"),
    ],
)
def test_a_link_by_key_is_an_address_when_it_is_read(site: Path, look: Look, link: str, address: str) -> None:
    """However Markdown lets it be written: no reader gets `article:both`."""
    write(site, in_text(link))
    links = [link["href"] for link in look("/en/blog/news/fresh/").all("article a") if "here" in link.get_text()]

    assert [address] == links


def test_an_invitation_without_an_address_says_so(site: Path, look: Look) -> None:
    """While the publisher has filled in no e-mail address, nobody is asked to write to nowhere."""
    settings = site / "site.toml"
    settings.write_text(settings.read_text().replace('"hello@example.org"', '"[contact address]"'))
    write(site, in_text("[Write to us](contact:) about it."))
    page = look("/en/blog/news/fresh/")

    assert "Write to us (address to follow) about it." in page.text
    assert not page.all("article a[href^='mailto:']")
