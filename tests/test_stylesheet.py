"""The stylesheet as pages have it: everything that the file says, in fewer bytes."""

import re
from pathlib import Path

from microsite.config import ROOT
from microsite.static_files import STYLESHEET, StaticFiles

FILE = (ROOT / "static" / STYLESHEET).read_text(encoding="utf-8")
TEXT = StaticFiles(ROOT / "static").stylesheet.text


def test_every_value_that_is_named_is_there() -> None:
    """Each token that is used is defined, and each that is defined is used."""
    defined, used = (set(re.findall(pattern, TEXT)) for pattern in (r"(--[\w-]+):", r"var\((--[\w-]+)\)"))

    assert used == defined
    assert TEXT.count("{") == TEXT.count("}")


def test_no_rule_is_lost() -> None:
    """Comments and spaces are for us alone; what they stand between is not."""
    file = re.sub(r"/\*.*?\*/", "", FILE, flags=re.DOTALL)

    assert "/*" not in TEXT
    assert file.count("{") == TEXT.count("{")
    for selector in (".promo .headline", "main:focus", ".langs span", "@media print", "+ .25vw"):
        assert selector in TEXT


def test_a_line_under_words_is_drawn_by_every_engine() -> None:
    """`text-decoration` names a line alone: with more, WebKit before Safari 26.2 draws nothing at all."""
    values = set(re.findall(r"text-decoration:([^;}]+)", TEXT))

    assert values <= {"none", "underline", "line-through", "inherit"}


def test_a_changed_file_shows_once_it_is_read_anew(tmp_path: Path) -> None:
    """With debugging that is at each request: the stylesheet in pages, and the address of every file."""
    (tmp_path / STYLESHEET).write_text("a { color: red; }")
    files = StaticFiles(tmp_path)
    first = files.address(STYLESHEET), files.stylesheet
    (tmp_path / STYLESHEET).write_text("a { color: blue; }")
    files.read()

    assert "a{color:blue}" == files.stylesheet.text
    assert first[0] != files.address(STYLESHEET) and first[1].csp_hash != files.stylesheet.csp_hash
