"""What leaves for a spreadsheet calculates nothing there."""

import re

import pytest

from microsite.studio.figures.csv_file import harmless


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", 'x";=cmd|" /C calc"!A0', "x,=1", "x; @y", "x\r\n=1"],
)
def test_a_spreadsheet_calculates_nothing_that_somebody_typed(typed: str) -> None:
    """Neither at the start of a cell, nor after what another language's spreadsheet takes for a separator."""
    cells = re.split(r"[,;\t\r\n]", harmless(typed))
    assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@\uff1d")]


def test_a_harmless_text_stays_as_it_is() -> None:
    """Signs in the midst of words are no formula."""
    assert harmless("Wi-Fi = your café's, 20 % off; a+b@c") == "Wi-Fi = your café's, 20 % off; a+b@c"
