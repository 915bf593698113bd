"""Whatever a writer gets wrong is named by file and line, in words that say what to do."""

from pathlib import Path

import pytest

from tests.content.writer import (
    ARTICLE,
    PAGE,
    PROMOTION,
    SITE,
    Check,
    Edit,
    Row,
    faults,
    in_article,
    in_page,
    in_promotion,
    in_site,
    in_text,
    new_article,
    write,
)

FRONT_MATTER: list[Row] = [
    ("an unknown field", in_article("category:", "author: Jo\ncategory:"), f"{ARTICLE}:5", "`author` is not a field"),
    ("a mistyped field", in_article("events:", "event:"), f"{ARTICLE}:7", "Did you mean `events`?"),
    ("no title", in_article("title: Fresh news\n", ""), f"{ARTICLE}:1", "`title` is missing"),
    ("no summary", in_article("summary: A fresh article.\n", ""), f"{ARTICLE}:1", "`summary` is missing"),
    ("no slug", in_article("slug: fresh\n", ""), f"{ARTICLE}:1", "`slug` is missing"),
    ("no category", in_article("category: news\n", ""), f"{ARTICLE}:1", "`category` is missing"),
    ("no date", in_article("published: 2026-11-01\n", ""), f"{ARTICLE}:1", "`published` is missing"),
    ("an empty title", in_article("Fresh news", '""'), f"{ARTICLE}:2", "`title`"),
    ("a title without words", in_article(" Fresh news", ""), f"{ARTICLE}:2", "`title`"),
    ("a colon without quotes", in_article("Fresh news", "Fresh: news"), f"{ARTICLE}:2", "needs quotes"),
    ("a field in brackets", in_article("title: Fresh news", "[title]: Fresh news"), f"{ARTICLE}:2", "YAML"),
    ("a field twice", in_article("category:", "slug: again\ncategory:"), f"{ARTICLE}:5", "`slug` stands twice"),
    ("a slug with capitals", in_article("slug: fresh", "slug: Fresh News"), f"{ARTICLE}:4", "digits, hyphens"),
    ("a slug with accents", in_article("slug: fresh", "slug: brève"), f"{ARTICLE}:4", "digits, hyphens"),
    ("an unknown category", in_article("category: news", "category: new"), f"{ARTICLE}:5", "Did you mean “news”?"),
    ("a day of no calendar", in_article("2026-11-01", "2026-02-30"), f"{ARTICLE}:6", "not a date"),
    ("a day in another order", in_article("2026-11-01", "01/11/2026"), f"{ARTICLE}:6", "Write 2026-01-31"),
    ("a month for a day", in_article("2026-11-01", "2026-11"), f"{ARTICLE}:6", "not a date"),
    ("a date left out", in_article(" 2026-11-01", ""), f"{ARTICLE}:6", "not a date"),
    ("events on no day", in_article("2020-07-06", "2020-02-30"), f"{ARTICLE}:7", "not a date"),
    ("events in no month", in_article("2020-07-06", "2020-13"), f"{ARTICLE}:7", "not a date"),
    ("events at some time", in_article("2020-07-06", "last summer"), f"{ARTICLE}:7", "Write 2020-07-06, or 2020-07"),
    ("events backwards", in_article("2020-07-06", "2020-07 to 2019-06"), f"{ARTICLE}:7", "ends before it starts"),
    ("an end on no day", in_article("2020-07-06", "2019-06 to 2020-06-31"), f"{ARTICLE}:7", "not a date"),
    (
        "an update before publication",
        in_article("events:", "updated: 2026-10-31\nevents:"),
        f"{ARTICLE}:7",
        "`updated` lies before `published`",
    ),
    ("a source of no date", in_article("2020-06\n", "June 2020\n"), f"{ARTICLE}:13", "not a date"),
    ("a source on no day", in_article("2020-06\n", "2020-06-31\n"), f"{ARTICLE}:13", "not a date"),
    ("a source without date", in_article("    date: 2020-06\n", ""), f"{ARTICLE}:11", "date` is missing"),
    (
        "a source without publication",
        in_article("- publication: The Gazette\n    title", "- title"),
        f"{ARTICLE}:11",
        "publication` is missing",
    ),
    ("a mistyped field of a source", in_article("    title", "    titel"), f"{ARTICLE}:12", "title`?"),
    ("a source at no address", in_article("https://example.org", "example.org"), f"{ARTICLE}:14", "https://"),
    ("a promotion in a field", in_article("events:", "promotion: fresh\nevents:"), f"{ARTICLE}:7", "`off` alone"),
    ("a single alias", in_article("events:", "aliases: stale\nevents:"), f"{ARTICLE}:7", "`aliases`"),
    ("an alias with capitals", in_article("events:", "aliases: [Stale]\nevents:"), f"{ARTICLE}:7", "digits, hyphens"),
    ("two articles with one slug", in_article("slug: fresh", "slug: a-guide"), "articles/guide/en.md:4", "is taken"),
    (
        "the former slug of another",
        in_article("events:", "aliases: [a-guide]\nevents:"),
        "articles/guide/en.md:4",
        "is taken",
    ),
    ("no front matter", in_article("---\n", ""), f"{ARTICLE}:1", "Put it between two lines `---`"),
    ("front matter that does not end", in_article("cable\n---\n", "cable\n"), f"{ARTICLE}:1", "not closed"),
]

TEXT: list[Row] = [
    ("an unknown block", in_text("::: promo fresh\n:::"), f"{ARTICLE}:19", "Did you mean `promotion`?"),
    ("a block without name", in_text(":::\n\nMore."), f"{ARTICLE}:19", ":::"),
    ("an unclosed block", in_text("::: also both"), f"{ARTICLE}:19", "`also` is not closed"),
    ("an unclosed block before text", in_text("::: also both\n\nMore."), f"{ARTICLE}:19", "closed"),
    (
        "an unclosed block before another",
        in_text("::: also both\n\n::: related\n- guide\n:::"),
        f"{ARTICLE}:19",
        "closed",
    ),
    ("an unclosed quotation", in_text("::: quote A speaker\nWe said so."), f"{ARTICLE}:19", "not closed"),
    (
        "an unclosed quotation before a block",
        in_text("::: quote A speaker\nWe said so.\n\nMore.\n\n::: also both\n:::\n\nThe end."),
        f"{ARTICLE}:19",
        "closed",
    ),
    (
        "an unclosed quotation before a promotion",
        in_text("::: quote A speaker\nWe said so.\n\n::: promotion fresh\n:::"),
        f"{ARTICLE}:19",
        "closed",
    ),
    ("an unknown promotion", in_text("::: promotion frish\n:::"), f"{ARTICLE}:19", "Did you mean “fresh”?"),
    ("a promotion without key", in_text("::: promotion\n:::"), f"{ARTICLE}:19", "name one promotion"),
    (
        "a promotion at the top",
        in_article("The first", "::: promotion fresh\n:::\n\nThe first"),
        f"{ARTICLE}:17",
        "before the first paragraph",
    ),
    (
        "a promotion under a heading at the top",
        in_article("The first", "## News\n\n::: promotion fresh\n:::\n\nThe first"),
        f"{ARTICLE}:19",
        "before the first paragraph",
    ),
    (
        "two promotions in few words",
        in_text("::: promotion fresh\n:::\n\nMore.\n\n::: promotion fresh\n:::"),
        f"{ARTICLE}:24",
        "at most one for 600",
    ),
    (
        "two promotions in 1100 words",
        in_text("::: promotion fresh\n:::\n\n" + "more " * 1100 + "\n\n::: promotion fresh\n:::"),
        f"{ARTICLE}:24",
        "at most one for 600",
    ),
    (
        "a promotion where there is none",
        [*in_article("events:", "promotion: off\nevents:"), *in_text("::: promotion fresh\n:::")],
        f"{ARTICLE}:20",
        "`promotion: off`",
    ),
    (
        "a promotion that may not stand in a text",
        [*in_promotion('"in-text", ', ""), *in_text("::: promotion fresh\n:::")],
        f"{ARTICLE}:19",
        "may not stand in a text",
    ),
    ("the publisher in an article", in_text("::: publisher\n:::"), f"{ARTICLE}:19", "on pages only"),
    ("what is seen in an article", in_text("Two.\n\n::: seen\n:::"), f"{ARTICLE}:21", "on pages only"),
    (
        "an unknown related article",
        in_text("::: related\n- both\n- boht\n:::"),
        f"{ARTICLE}:21",
        "Did you mean “both”?",
    ),
    ("a related list that is none", in_text("::: related\nboth\n:::"), f"{ARTICLE}:19", "one line `- key`"),
    ("an empty related list", in_text("::: related\n:::"), f"{ARTICLE}:19", "one line `- key`"),
    ("one article twice", in_text("::: also both\n:::\n\n::: related\n- both\n:::"), f"{ARTICLE}:23", "in two blocks"),
    ("an article related to itself", in_text("::: related\n- fresh\n:::"), f"{ARTICLE}:20", "links to itself"),
    ("an unknown article to read also", in_text("::: also boht\n:::"), f"{ARTICLE}:19", "Did you mean “both”?"),
    ("two articles to read also", in_text("::: also both guide\n:::"), f"{ARTICLE}:19", "name one article"),
    ("words in a block that takes none", in_text("::: also both\nWords.\n:::"), f"{ARTICLE}:19", "takes no text"),
    ("a quotation of nobody", in_text("::: quote\nWe said so.\n:::"), f"{ARTICLE}:19", "its speaker"),
    ("a quotation of a date alone", in_text("::: quote ; July 2020\nWe said so.\n:::"), f"{ARTICLE}:19", "its speaker"),
    ("a quotation of nothing", in_text("::: quote A speaker\n:::"), f"{ARTICLE}:19", "its words"),
    ("a block in a list", in_text("- one\n\n  ::: also both\n  :::"), f"{ARTICLE}:21", "stand alone"),
    ("a block in a block quotation", in_text("> ::: also both\n> :::"), f"{ARTICLE}:19", "stand alone"),
    ("a second title", in_text("# Title"), f"{ARTICLE}:19", "first-level heading"),
    ("a second title, underlined", in_text("Title\n====="), f"{ARTICLE}:19", "first-level heading"),
    ("a picture", in_text("![A cat](cat.png)"), f"{ARTICLE}:19", "picture"),
    ("a link to an unknown article", in_text("Two\n[three](article:boht)."), f"{ARTICLE}:20", "Did you mean “both”?"),
    ("a link to an unknown page", in_text("Two\n[three](page:abuot)."), f"{ARTICLE}:20", "Did you mean “about”?"),
    ("a link to a page as an article", in_text("[Two](article:about)"), f"{ARTICLE}:19", "no article “about”"),
    ("a link to no article", in_text("[Two](article:)"), f"{ARTICLE}:19", "no article"),
    ("a link to itself", in_text("[Two](article:fresh)"), f"{ARTICLE}:19", "links to itself"),
    ("a link by reference to nothing", in_text("[Two][2]\n\n[2]: article:boht"), f"{ARTICLE}:19", "no article “boht”"),
    ("a link to nothing in a heading", in_text("## [Two](article:boht)"), f"{ARTICLE}:19", "no article “boht”"),
    ("a link to nothing in a list", in_text("- one\n- [two](article:boht)"), f"{ARTICLE}:20", "no article “boht”"),
    (
        "a link to nothing in a quotation",
        in_text("::: quote A speaker\nWe said [so](article:boht).\n:::"),
        f"{ARTICLE}:20",
        "no article “boht”",
    ),
    ("a link by address", in_text("[Two](/en/blog/news/the-cable/)"), f"{ARTICLE}:19", "Use article:key"),
    ("a link to a file", in_text("[Two](../both/en.md)"), f"{ARTICLE}:19", "Use article:key"),
    ("a link without scheme", in_text("[Two](www.example.org)"), f"{ARTICLE}:19", "a whole https:// address"),
    ("an empty link", in_text("[Two]()"), f"{ARTICLE}:19", "Use article:key"),
]

FILES: list[Row] = [
    ("a language that the site lacks", new_article("articles/fresh/de.md"), "articles/fresh/de.md:1", "not a language"),
    ("an article beside the folders", new_article("articles/loose.md"), "articles/loose.md:1", "folder"),
    ("a key with capitals", new_article("articles/Big_News/en.md"), "articles/Big_News/en.md:1", "key"),
    ("the key of a page", new_article("articles/about/en.md"), "articles/about/en.md:1", "taken by a page"),
    ("the key of the home page", new_article("articles/home/en.md"), "articles/home/en.md:1", "taken by a page"),
    (
        "another category in each language",
        new_article("articles/fresh/fr.md", "category: news", "category: guides"),
        "articles/fresh/fr.md:5",
        "Give both the same",
    ),
    ("a page at a reserved address", in_page("slug: fresh-page", "slug: blog"), f"{PAGE}:4", "means something else"),
    ("a reserved former slug", in_page("---\n\n", "aliases: [share]\n---\n\n"), f"{PAGE}:5", "means something else"),
    ("two pages with one slug", in_page("slug: fresh-page", "slug: about"), f"{PAGE}:4", "is taken"),
    ("a field of articles on a page", in_page("---\n\n", "category: news\n---\n\n"), f"{PAGE}:5", "`category` is not"),
    ("a page updated on no day", in_page("---\n\n", "updated: soon\n---\n\n"), f"{PAGE}:5", "Write 2026-01-31"),
    (
        "a promotion on a page",
        in_page("only paragraph.", "first.\n\n::: promotion fresh\n:::"),
        f"{PAGE}:9",
        "articles",
    ),
    ("a page that leads nowhere", in_page("The only", "[The](page:nope) only"), f"{PAGE}:7", "no page “nope”"),
]

SITE_FILE: list[Row] = [
    ("no TOML", in_site('motto = "A', 'motto "A'), f"{SITE}:2", "not valid TOML"),
    ("no motto", in_site('motto = "A motto."\n', ""), f"{SITE}:1", "`motto` is missing"),
    ("no e-mail address", in_site('email = "hello@example.org"\n', ""), f"{SITE}:10", "email` is missing"),
    ("an unknown field", in_site("lead =", "colour = 1\nlead ="), f"{SITE}:6", "`colour` is not a field"),
    ("a mistyped field", in_site("lead =", "leed ="), f"{SITE}:6", "Did you mean `lead`?"),
    ("a mistyped field of the publisher", in_site("email =", 'emall = "x"\nemail ='), f"{SITE}:18", "email`?"),
    ("a field of the program", in_site("lead =", 'path = "/tmp"\nlead ='), f"{SITE}:6", "`path` is not a field"),
    ("another field of the program", in_site("lead =", "lines = {}\nlead ="), f"{SITE}:6", "`lines` is not a field"),
    ("an unknown locale", in_site('"ar"', '"xx-yy"'), f"{SITE}:4", "“xx-yy” is not a locale"),
    ("an unknown default", in_site('default_locale = "en"', 'default_locale = "de"'), f"{SITE}:5", "among `locales`"),
    ("an unknown lead", in_site('lead = "both"', 'lead = "boht"'), f"{SITE}:6", "Did you mean “both”?"),
    ("an unknown page in the foot", in_site('"about", "seen"', '"abuot"'), f"{SITE}:7", "Did you mean “about”?"),
    ("a product at no address", in_site("https://freevpn", "freevpn"), f"{SITE}:13", "https://"),
    ("a category without slug", in_site('slug.fr = "actualites"\n', ""), f"{SITE}:20", "no slug for fr"),
    ("two categories with one slug", in_site('"actualites"', '"guides"'), f"{SITE}:29", "have one slug for fr"),
    ("a category with a taken slug", in_site('slug.en = "news"', 'slug.en = "page"'), f"{SITE}:22", "page"),
    ("a category with accents", in_site('"actualites"', '"actualités"'), f"{SITE}:23", "digits, hyphens"),
]

PROMOTIONS: list[Row] = [
    ("no TOML", in_promotion("[wording]", "[wording"), f"{PROMOTION}:7", "not valid TOML"),
    ("a target over http", in_promotion("https://", "http://"), f"{PROMOTION}:2", "not an https address"),
    ("a target elsewhere", in_promotion("freevpnplanet.com", "evil.example"), f"{PROMOTION}:2", "`promotion_hosts`"),
    ("an unknown placement", in_promotion('"home"', '"top"'), f"{PROMOTION}:3", "'home'"),
    (
        "no placements",
        in_promotion('placements = ["in-text", "default", "home"]\n', ""),
        f"{PROMOTION}:1",
        "`placements`",
    ),
    ("a moment without time zone", in_promotion("09:00:00+01:00", "09:00:00"), f"{PROMOTION}:4", "`from`"),
    ("no moment", in_promotion("2026-12-24T09:00:00+01:00", '"Christmas"'), f"{PROMOTION}:4", "`from`"),
    ("an end before the start", in_promotion("2027-01-06", "2026-01-06"), f"{PROMOTION}:5", "not after `from`"),
    ("a mistyped field", in_promotion("from =", "form ="), f"{PROMOTION}:4", "Did you mean `from`?"),
    ("a field by its inner name", in_promotion("from =", "start ="), f"{PROMOTION}:4", "`start` is not a field"),
    ("a field of the program", in_promotion("from =", 'key = "x"\nfrom ='), f"{PROMOTION}:4", "`key` is not a field"),
    ("a wording without text", in_promotion('text = "A fresh text."\n', ""), f"{PROMOTION}:7", "text` is missing"),
    ("a mistyped part", in_promotion("headline =", 'headlin = ""\nheadline ='), f"{PROMOTION}:8", "headline`?"),
    ("an empty headline", in_promotion("A fresh headline", ""), f"{PROMOTION}:8", "headline`"),
    ("a headline too long", in_promotion("A fresh headline", "x" * 81), f"{PROMOTION}:8", "80 characters"),
    ("HTML in a headline", in_promotion("A fresh headline", "<b>Fresh</b>"), f"{PROMOTION}:8", "headline`"),
]

NAMED = {"article": FRONT_MATTER, "text": TEXT, "file": FILES, "site.toml": SITE_FILE, "promotion": PROMOTIONS}


@pytest.mark.parametrize(
    ("edits", "where", "words"),
    [pytest.param(*row[1:], id=f"{kind}: {row[0]}") for kind, rows in NAMED.items() for row in rows],
)
def test_a_fault_is_named_by_file_and_line(check: Check, site: Path, edits: list[Edit], where: str, words: str) -> None:
    """One mistake, one place, one sentence that says what to do; exit code 1."""
    write(site, edits)
    result = check()
    found = faults(result)

    assert {where} == {place for place, _ in found}
    assert all(words in sentence for _, sentence in found), found
    assert 1 == result.exit_code
