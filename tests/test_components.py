"""Components are rendered once for all pages of an edition that have them."""

from collections.abc import Callable

from flask import Flask
from jinja2 import meta
from markupsafe import Markup

from microsite.config import ROOT
from microsite.editions.edition import Edition
from microsite.editions.publishing import Editions
from microsite.reader.components import Components, template_context
from microsite.runtime import current_edition, g, runtime_of


def test_a_component_asks_nothing_of_the_page_it_stands_on(app: Flask) -> None:
    """Else what the first page said would stand on all the others."""
    text = (ROOT / "site" / "templates" / "page_components.html").read_text(encoding="utf-8")
    with app.test_request_context("/fr/"):
        known = {*app.jinja_env.globals, *template_context()}
    assert set() == meta.find_undeclared_variables(app.jinja_env.parse(text)) - known


def test_a_preview_leaves_the_components_of_the_public_edition(app: Flask) -> None:
    """Looking at other words makes no reader's page slower: each edition's components are made once."""
    made: list[int] = []

    class Counted(Components):
        def _components(self) -> Callable[..., Markup]:
            number = current_edition().number
            made.append(number)
            return lambda *_: Markup(number)

    editions: Editions = runtime_of(app).editions
    components, public = Counted(app), editions.current

    def shown(edition: Edition) -> str:
        with app.test_request_context("/fr/"):
            g.edition = edition
            return f"{components.component('a')} {components.component('b')}"

    preview = public._replace(number=99)
    number = public.number
    shown_for = [shown(edition) for edition in (public, preview, public)]
    assert [f"{number} {number}", "99 99", f"{number} {number}"] == shown_for
    assert [number, 99] == made
