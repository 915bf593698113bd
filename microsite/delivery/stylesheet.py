"""The one stylesheet, inlined into every page so that a page is one request."""

import re
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from microsite.delivery.headers import csp_hash


class Stylesheet:
    """`text` is the file without what only its writers need; `hash` is what the Content-Security-Policy names."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def text(self) -> Markup:
        # Our own file, not data: Markup so that its quotes and child combinators stay as they are.
        return Markup(_tightened(self.path.read_text(encoding="utf-8")))

    @cached_property
    def hash(self) -> str:
        return csp_hash(self.text)


def _tightened(css: str) -> str:
    """Without comments, and without spaces beside punctuation: never in a string, a selector or a sum."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    words = re.split(r'("[^"]*")', re.sub(r"\s+", " ", css))
    words[::2] = [re.sub(r" ?([{};,]) ?", r"\1", word).replace(": ", ":").replace(";}", "}") for word in words[::2]]
    return "".join(words).strip()
