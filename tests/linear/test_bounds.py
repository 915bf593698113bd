"""What is longer or deeper than it may be is refused in a sentence, with its line where it has one."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from itsdangerous import BadPayload, URLSafeTimedSerializer

from microsite.content.markdown import render
from microsite.content.markdown_parser import MAX_NESTING, MAX_PARAGRAPH, MAX_TEXT
from microsite.faults import Faults
from microsite.language.locales import make_locale
from microsite.language.po_file import MAX_PLURAL_RULE, read_bytes
from microsite.language.studio_translations import subject_of
from microsite.studio.access import Role
from microsite.studio.accounts import passwords
from microsite.studio.figures.csv_file import harmless
from microsite.studio.promotions import preview
from microsite.studio.search import MAX_SEARCH
from microsite.studio.security import MAX_FIELDS
from microsite.studio.word_diff import MAX_TOKENS, word_diff
from tests.studio.conftest import Editor, soup

MESSAGE = f"/studio/translations/fr/messages/{sha256(subject_of((None, 'Skip to content')).encode()).hexdigest()[:16]}/"
SignIn = Callable[..., Editor]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a " * (MAX_TEXT // 2 + 1), 7, "a text has at most 100000"),
        (f"First.\n\n{'a' * (MAX_PARAGRAPH + 1)}\n", 9, "a paragraph of 10001 characters; at most 10000"),
        (f"First.\n\n> Second.\n\n{'> ' * (MAX_NESTING + 1)}a\n", 11, "deep in one another"),
        (f"First.\n\n{'- ' * (MAX_NESTING // 2 + 1)}a\n", 9, "deep in one another"),
    ],
)
def test_a_text_is_bounded(text: str, line: int, sentence: str) -> None:
    """In all, paragraph by paragraph, and in how deep lists and quotations stand in one another."""
    faults = render(text, "en", first_line=7).faults

    assert [line] == [number for number, _ in faults]
    assert sentence in faults[0][1]


def test_a_long_text_within_its_bounds_is_taken() -> None:
    """Nine paragraphs of the greatest length, a heading over each; equal headings have ids of their own."""
    paragraph = "word " * (MAX_PARAGRAPH // 5 - 1)
    body = render(f"## Same\n\n{paragraph}\n\n" * 9, "en")

    assert not body.faults
    html = "".join(getattr(block, "html", "") for block in body.blocks)
    assert ["same", *(f"same-{number}" for number in range(1, 9))] == [
        part.partition('"')[0] for part in html.split('<h2 id="')[1:]
    ]


def test_a_plural_rule_is_bounded(tmp_path: Path) -> None:
    """Spaces count: the rule is looked for among them."""
    header = f"nplurals=2; plural={' ' * MAX_PLURAL_RULE}(n > 1);"
    data = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {header}\\n"\n'

    with pytest.raises(Faults, match="Copy it from the present catalog") as raised:
        read_bytes(tmp_path / "messages.po", data.encode(), make_locale("fr"))
    assert [4] == [fault.line for fault in raised.value.faults]


def test_a_message_is_bounded(sign_in: SignIn) -> None:
    """Also one that no template has little room for: the words come back with the sentence beside them."""
    words = "mot " * 200 + "mot"
    answer = sign_in(Role.TRANSLATOR).fill_in(MESSAGE, **{"words-0": words, "do": "stay"})

    assert 422 == answer.status_code
    page = soup(answer)
    assert "803 characters; there is room for" in page.get_text()
    assert words == page.select("textarea")[0].get_text().strip()


def test_a_comment_of_a_catalog_is_bounded(tmp_path: Path) -> None:
    """What reads it copies all of a comment with each of its lines: 400,000 of them took sixteen seconds."""
    lines = "#. x\n" * 3000
    with pytest.raises(Faults, match=r":2001: .*more lines than any message needs"):
        read_bytes(tmp_path / "fr.po", f'{lines}msgid "a"\nmsgstr "b"\n'.encode(), None)


def test_a_form_has_so_many_fields_and_no_more(sign_in: SignIn) -> None:
    """One with more is none of ours, and refused before anything looks at its fields."""
    fields = {f"words-{number}": "a" for number in range(MAX_FIELDS)}

    assert 413 == sign_in(Role.TRANSLATOR).fill_in(MESSAGE, **fields).status_code


def test_a_search_is_bounded(sign_in: SignIn) -> None:
    """The field takes no more; of an address with more, what fits is looked for."""
    page = soup(sign_in(Role.TRANSLATOR).get("/studio/translations/fr/", query_string={"q": "a" * 999}))
    field = page.select_one("#q")

    assert field
    assert (str(MAX_SEARCH), "a" * MAX_SEARCH) == (field["maxlength"], field["value"])


def test_a_preview_holds_no_more_than_a_form(app: Flask) -> None:
    """A link of some hundred characters that would stand for more is no link of ours, though we had signed it."""
    with app.test_request_context():
        signer = preview._signer()
        small, large = ({"a": "a" * length} for length in (1000, preview.MAX_BYTES))
        assert small == signer.loads(signer.dumps(small))
        assert isinstance(signer, URLSafeTimedSerializer)
        with pytest.raises(BadPayload, match="more than"):
            signer.loads(signer.dumps(large))


def test_differences_of_long_texts_are_what_lies_between_their_ends() -> None:
    """Word by word would take the square of their length."""
    words = " ".join(f"w{number}" for number in range(MAX_TOKENS))
    pieces = word_diff(f"{words} old end", f"{words} new and other end")

    assert [("same", f"{words} "), ("gone", "old"), ("new", "new and other"), ("same", " end")] == pieces
    assert [("same", words)] == word_diff(words, words)


def test_cells_are_harmless_wherever_they_may_begin() -> None:
    """After each separator that some spreadsheet has, however many there are before the sign."""
    assert "'=1" == harmless("=1")
    assert "a;' \t'=1" == harmless("a; \t=1")
    assert "a, b" == harmless("a, b")


@pytest.mark.parametrize(
    ("password", "common"),
    [
        ("4@8({[<369!1|70$5+%2" * 3, False),
        ("123456789012345678901234567890", True),
        ("p4$$w0rdp4$$w0rd", True),
        ("seven lamps under the sea", False),
    ],
)
def test_a_password_is_estimated_in_parts(password: str, common: bool) -> None:
    """Signs that may be read as letters are tried a few at a time; numbers and common words stay weak."""
    assert common == passwords.is_guessable(password)
