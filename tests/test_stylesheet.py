"""The stylesheets as pages have them: everything that the files say, in fewer bytes."""

import re

import pytest

from microsite.config import ROOT
from microsite.delivery.stylesheet import Stylesheet, stylesheets

SHEETS = stylesheets(ROOT / "static")


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_value_that_is_named_is_there(sheet: Stylesheet) -> None:
    """A token that is said once stands in place of its name; all others are defined under theirs."""
    defined, used = (set(re.findall(pattern, sheet.text)) for pattern in (r"(--\w+):", r"var\((--\w+)\)"))

    assert used == defined
    assert sheet.text.count("{") == sheet.text.count("}")


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_no_rule_is_lost(sheet: Stylesheet) -> None:
    """Comments and spaces are for us alone; what they stand between is not."""
    files = re.sub(r"/\*.*?\*/", "", "".join(path.read_text() for path in sheet.paths), flags=re.DOTALL)

    assert "/*" not in sheet.text
    assert files.count("{") == sheet.text.count("{")
    for selector in (".promo h2", "main:focus", ".langs span", "@media print"):
        assert selector in sheet.text


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_line_under_words_is_drawn_by_every_engine(sheet: Stylesheet) -> None:
    """`text-decoration` names a line alone: with more, WebKit before Safari 26.2 draws nothing at all."""
    values = set(re.findall(r"text-decoration:([^;}]+)", sheet.text))

    assert values <= {"none", "underline", "line-through", "inherit"}
