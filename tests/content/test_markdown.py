"""From Markdown to blocks: whatever people type is set as they meant it, or named by its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.content.markdown import render

PIECES = [
    *("word", "l'été", "50 %", "«x»", '"q"', "a@x.org", "https://x.org/a_b", "(b)", "1 000", "\u00a0", "\t", "  "),
    *("\\*", "\\<", '\\"', "\\\\", "\\", "&amp;", "&copy;", "&quot;", "&nbsp;", "&#0;", "&#xf0000;", "&foo;", "&"),
    *("*", "**", "_", "`", "``", "~~", "~", "[", "]", "(", ")", "<", ">", "![", "](", "[x]: https://x.org 'y'", "[x]"),
    *("<https://x.org>", "<a@b.c>", "<b>", "</b", "<!--", "[a](article:b)", "[a](<b c>)", '[a](contact: "t")', "[^1]"),
    *("\n", "\n\n", "  \n", "\\\n", "\n# ", "\n## ", "\n---\n", "\n===\n", "\n- ", "\n1. ", "\n> ", "\n    "),
    "\n```\n",
    *("\n::: also x\n:::\n", "\n::: quote A; 2020\n", "\n:::\n", ":::", "\n::: related\n- x\n", "\n~~~"),
    "\n| a |\n|-|\n",
    *("{{", "%}", "$$", "\U000f0000", "\U0010fffd", "\u2028", "𝕏", "\ufffd", "é"),
]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_can_be_read(language: str, pieces: list[str]) -> None:
    """Nothing raises, and each fault stands at a line that the text has."""
    text = "".join(pieces)
    body = render(text, language, first_line=10)
    lines = [line for line, _ in (*body.faults, *body.warnings)] + [reference.line for reference in body.references]

    assert all(10 <= line <= 10 + text.count("\n") for line in lines)


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        (r"\*is no emphasis", "*is no emphasis"),
        ("&copy; the makers", "© the makers"),
        ("a@x.org &amp; b@x.org", "a@x.org &amp; b@x.org"),
        (r"\"straight\" and \'so\'", "&quot;straight&quot; and 'so'"),
        ("&quot;curly&quot;", "“curly”"),
        ("&lt;b&gt; is a tag", "&lt;b&gt; is a tag"),
        (r"\<b> is one too", "&lt;b&gt; is one too"),
        (r"https://x.org \# a@x.org", "https://x.org # a@x.org"),
        ("\U000f0000 and \\*", "\U000f0000 and *"),
        ("~~old~~ new", "<s>old</s> new"),
    ],
)
def test_an_escaped_sign_stays_what_it_is(typed: str, html: str) -> None:
    """At the beginning of a paragraph, between addresses, in quotation marks: it is a letter like others."""
    body = render(typed, "en")

    assert [] == body.faults
    assert [f"<p>{html}</p>\n"] == [block.html for block in body.blocks]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "line", "words"),
    [
        ("```\ncode\n\nThe rest.", 1, "does not end"),
        ("> ```\n> code\n\nThe rest.", 1, "does not end"),
        ("One line\nof two.\n---\nNext.", 1, "line of dashes"),
        ("Words[^1].\n\n[^1]: https://x.org", 3, "footnote"),
        ("a\n\nWords ^[said below].", 3, "footnote"),
        ("`[[a]]` and\n[[b]]", 2, "wiki"),
        ("::: quote Jo\n# Title\n\nWe.\n:::", 1, "needs its speaker"),
        ("::: quote Jo\nWe.\n\n# Title\n:::", 4, "first-level"),
    ],
)
def test_what_markdown_would_misread_is_named(typed: str, line: int, words: str) -> None:
    """By the line where it begins."""
    (fault, *_) = render(typed, "en").faults

    assert line == fault[0]
    assert words in fault[1]


@pytest.mark.parametrize(
    "typed",
    [
        *("[sic] and […]", "10:30:45, 50 % ; a: b", "$5 and $6 ~ 10", "a < b && c > d", "#privacy and {x}"),
        *("`{{< x >}}` `[[x]]` `<b>`", "```\n[^1] {% x %}\n| a |\n|---|\n```", r"\[\[x]] and \{{ x }}", "x = y == z"),
        *("Il a dit : « non ».", "a | b", "Section\n---", "- [sic] a\n- b", "> ```\n> code\n> ```", "~~~\na\n~~~~"),
    ],
)
def test_ordinary_signs_are_no_notation(typed: str) -> None:
    """In code, escaped, or as people use them in sentences."""
    assert [] == render(typed, "fr").faults


def test_words_that_became_code_are_remarked_on() -> None:
    """A paragraph pasted with its indent would be set as code."""
    assert [1] == [line for line, _ in render("    A paragraph.", "en").warnings]
