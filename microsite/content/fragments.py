"""What follows the `#` of a link: a heading of the same text, or of the text that the link leads to."""

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markdown_it.token import Token

from microsite.content.blocks import Prose
from microsite.faults import Fault

if TYPE_CHECKING:
    from microsite.content.document import Document
    from microsite.content.library import Content

_HEADING = re.compile(r'<h[23] id="([^"]+)"')
MAX_NAMED = 10
"""Headings that a fault lists."""


def missing(links: Iterable[tuple[int, str]], tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    """Which links within a text, by line and fragment, lead to none of its headings; each with a sentence."""
    headings = {str(token.attrs.get("id", "")) for token in tokens if token.type == "heading_open"} - {""}
    for line, fragment in links:
        if unquote(fragment) not in headings:
            yield line, f"there is no heading “#{fragment}” in this text. {_near(fragment, headings)}"


def fragment_warnings(content: "Content") -> Iterator[Fault]:
    """Links to headings of other texts that are not there.

    No more than warnings: readers see the right text from its beginning, and whoever changed a heading there should
    not be kept from it by a link elsewhere.
    """
    locales = {locale.id: locale for locale in content.site.locales.values()}
    entries = {"article": content.articles, "page": content.pages}
    for document in (one for kind in entries.values() for entry in kind.values() for one in entry.documents.values()):
        for reference in document.references:
            target = reference.fragment and entries[reference.kind].get(reference.key)
            locale = locales.get(document.locale_id)
            if target and locale:
                linked = content.document(target, locale)
                headings = _headings(linked)
                if unquote(reference.fragment) not in headings:
                    where = f"{linked.key}/{linked.locale_id}.md"
                    what = f"there is no heading “#{reference.fragment}” in {where}."
                    hint = _near(reference.fragment, headings)
                    yield Fault(document.path, reference.line, f"{what} {hint}", warning=True)


def _headings(document: "Document") -> set[str]:
    return {name for block in document.blocks if isinstance(block, Prose) for name in _HEADING.findall(block.html)}


def _near(fragment: str, headings: Collection[str]) -> str:
    """A hint; only so much of a long fragment is compared."""
    near = get_close_matches(fragment[:100], headings, n=1)
    if near:
        return f"Did you mean “#{near[0]}”?"
    return f"There are: {', '.join(f'#{name}' for name in sorted(headings)[:MAX_NAMED]) or 'none'}."
