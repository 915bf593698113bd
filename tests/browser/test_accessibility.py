"""What a machine can know of accessibility: WCAG 2.2, with the contrast of level AAA, and axe's own good practice."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, EVERY, PHONE, Sites, View

RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS: dict[str, tuple[int, Literal["light", "dark"]]] = {
    "fr": (PHONE, "light"),
    "en": (DESKTOP, "dark"),
    "ar": (PHONE, "dark"),
}
"""The width and the theme in which a language is looked at. French, whose words are longer, is read on a phone.

Contrast and names do not depend on the words: with all looks in all languages this was the slowest part of all tests.
"""
# Words in a drawing stand on nothing that axe can judge: they have the page's ink or its second ink, which axe judges
# everywhere else, and `content check` refuses any other colour.
NOT_IN_DRAWINGS = """axe.configure({rules: ["color-contrast", "color-contrast-enhanced"].map(
  id => ({id, selector: ":not(text, tspan)"})
)})"""
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations", "incomplete"]}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all of these tests. Our policy lets no foreign script in, so axe is let past it."""
    with browser.new_context(bypass_csp=True) as context, context.new_page() as page:
        yield page


@pytest.mark.parametrize("view", EVERY, ids=str)
def test_axe_finds_no_fault_and_nothing_that_it_cannot_judge(view: View, sites: Sites, page: Page) -> None:
    """Every kind of page: in French on a small phone in the light, in English at a desk in the dark."""
    page.goto(sites.address(view))
    width, scheme = LOOKS[view.tag]
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    violations = faults(page, setup=NOT_IN_DRAWINGS)

    assert not violations, "\n".join(violations)


def faults(page: Page, setup: str = "", tolerated: str | None = None) -> list[str]:
    """What axe finds, and what it cannot judge: a line for each element, but for those whose summary has `tolerated`.

    `setup` is run before it looks.
    """
    page.evaluate(AXE_SCRIPT)
    if setup:
        page.evaluate(setup)
    results: dict[str, list[dict[str, Any]]] = page.evaluate("options => axe.run(options)", OPTIONS)
    assert len(results["passes"]) > 20, "axe has hardly looked"
    return [
        f"{outcome}: {rule['id']}: {' '.join(node['target'])}: {node['failureSummary']}"
        for outcome in ("violations", "incomplete")
        for rule in results[outcome]
        for node in rule["nodes"]
        if tolerated is None or tolerated not in node["failureSummary"]
    ]
