"""Parts of pages are rendered once for all pages of an edition that have them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

from microsite.config import ROOT
from microsite.reader.templates import everywhere

TEMPLATES = ROOT / "site" / "templates"


def uses(app: Flask) -> Iterator[tuple[str, frozenset[str]]]:
    """Every part that some template asks for, and the names of what it is given there."""
    for path in TEMPLATES.rglob("*.html"):
        for call in app.jinja_env.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "part":
                assert isinstance(call.args[0], nodes.Const)
                yield call.args[0].value, frozenset(one.key for one in call.kwargs)


@pytest.mark.parametrize("part", sorted((TEMPLATES / "parts").glob("*.html")), ids=lambda path: path.stem)
def test_a_part_asks_nothing_of_the_page_it_stands_on(app: Flask, part: Path) -> None:
    """Else what the first page said would stand on all the others."""
    with app.test_request_context("/fr/"):
        known = {*app.jinja_env.globals, *everywhere()}
    asked = meta.find_undeclared_variables(app.jinja_env.parse(part.read_text(encoding="utf-8"))) - known
    given = [names for name, names in uses(app) if name == part.stem]

    assert given, "no page has it"
    assert [asked] * len(given) == given
