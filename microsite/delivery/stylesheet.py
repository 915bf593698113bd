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
    """For articles, which are read most and need least; for the few among them that need more; for all other pages."""
    site, rare, pages = (folder / f"{name}.css" for name in ("site", "rare", "pages"))
    return {"article": Stylesheet(site), "rare": Stylesheet(site, rare), "page": Stylesheet(site, rare, pages)}


def _tightened(css: str) -> str:
    """Without comments, and without spaces beside punctuation: never in a string, nor beside a sign of a sum."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    words = re.split(r'("[^"]*")', re.sub(r"\s+", " ", css))
    words[::2] = [re.sub(r" ?([{};,>/]) ?", r"\1", word).replace(": ", ":").replace(";}", "}") for word in words[::2]]
    css = re.sub(r"[^{}]+\{", lambda opening: opening[0].replace(" + ", "+"), "".join(words).strip())
    return _briefly_named(_with_constants(css))


def _with_constants(css: str) -> str:
    """With the values of those custom properties that are set once, for all pages, in their places."""
    root = re.search(r":root\{(.*?)\}", css)
    for name, value in re.findall(r"(--[a-z-]+):([^;]*)", root[1] if root else ""):
        if css.count(f"{name}:") == 1:
            css = css.replace(f"{name}:{value};", "").replace(f";{name}:{value}}}", "}").replace(f"var({name})", value)
    return css


def _briefly_named(css: str) -> str:
    """With letters for the names of our custom properties and layers: those are a hundredth of what a page weighs."""
    return _lettered(_lettered(css, "--"), "@layer ")


def _lettered(css: str, before: str) -> str:
    names = dict(zip(dict.fromkeys(re.findall(f"{before}[a-z-]+", css)), ascii_letters, strict=False))
    return re.sub(f"{before}[a-z-]+", lambda found: before + names[found[0]], css)
