"""Parts of pages are rendered once for all pages of an edition that have them."""

from flask import Flask
from jinja2 import meta

from microsite.config import ROOT
from microsite.reader.templates import everywhere


def test_a_part_asks_nothing_of_the_page_it_stands_on(app: Flask) -> None:
    """Else what the first page said would stand on all the others."""
    text = (ROOT / "site" / "templates" / "parts.html").read_text(encoding="utf-8")
    with app.test_request_context("/fr/"):
        known = {*app.jinja_env.globals, *everywhere()}
    assert set() == meta.find_undeclared_variables(app.jinja_env.parse(text)) - known
