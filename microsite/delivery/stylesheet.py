"""What pages look like, inlined into every one of them so that a page is one request."""

import re
from functools import cached_property
from pathlib import Path
from string import ascii_letters

from markupsafe import Markup

from microsite.delivery.headers import csp_hash


class Stylesheet:
    """`text` is the files without what only their writers need; `hash` is what the Content-Security-Policy names."""

    def __init__(self, *paths: Path) -> None:
        self.paths = paths

    @cached_property
    def text(self) -> Markup:
        # Our own file, not data: Markup so that its quotes and child combinators stay as they are.
        return Markup(_tightened("".join(path.read_text(encoding="utf-8") for path in self.paths)))

    @cached_property
    def hash(self) -> str:
        return csp_hash(self.text)


def stylesheets(folder: Path) -> dict[str, Stylesheet]:
    """One for articles, which are read most and need least, and one for all other pages."""
    site, pages = folder / "site.css", folder / "pages.css"
    return {"article": Stylesheet(site), "page": Stylesheet(site, pages)}


def _tightened(css: str) -> str:
    """Without comments, and without spaces beside punctuation: never in a string, nor beside a sign of a sum."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    words = re.split(r'("[^"]*")', re.sub(r"\s+", " ", css))
    words[::2] = [re.sub(r" ?([{};,>]) ?", r"\1", word).replace(": ", ":").replace(";}", "}") for word in words[::2]]
    return _briefly_named("".join(words).strip())


def _briefly_named(css: str) -> str:
    """With letters for the names of our custom properties: those are a hundredth of what a page weighs."""
    names = dict(zip(dict.fromkeys(re.findall("--[a-z-]+", css)), ascii_letters, strict=False))
    return re.sub("--[a-z-]+", lambda found: f"--{names[found[0]]}", css)
