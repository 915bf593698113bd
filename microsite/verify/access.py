"""Everybody can read it, whatever they read with: as far as one sees without a browser; `browser.py` asks axe."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from microsite.verify.copy import Copy
from microsite.verify.page import Finding


def headings(copy: Copy) -> Iterator[Finding]:
    """Whoever listens goes from heading to heading: one of the first level, and no level left out."""
    for page in copy.pages.values():
        levels = [int(tag.name[1]) for tag in page.soup.select("h1, h2, h3, h4, h5, h6")]
        if levels.count(1) != 1:
            yield Finding(page.path, f"has {levels.count(1)} headings of the first level", "Have one.")
        if any(after > before + 1 for before, after in pairwise(levels)):
            yield Finding(page.path, "leaves out a level of headings", "Go down one level at a time.")


def names(copy: Copy) -> Iterator[Finding]:
    """What is not text needs a name, or to say that it is for looking at alone."""
    for page in copy.pages.values():
        for tag in page.soup.select(
            "img:not([alt]), svg:not([aria-hidden], [aria-label], [aria-labelledby], :has(title))"
        ):
            yield Finding(page.path, f"has a nameless <{tag.name}>", "Describe it, or hide it from who listens.")
        for link in page.soup.select("a[href]:not([aria-label])"):
            if not link.get_text(strip=True):
                yield Finding(page.path, f"has a link without words, to {link['href']}", "Say where it leads.")


def structure(copy: Copy) -> Iterator[Finding]:
    """Programs that read aloud go by ids, titles and landmarks; readers who see badly enlarge."""
    for page in copy.pages.values():
        counts = Counter(str(tag["id"]) for tag in page.soup.select("[id]"))
        if twice := [name for name, number in counts.items() if number > 1]:
            yield Finding(page.path, f"has ids twice: {', '.join(twice)}", "Give each its own.")
        if not page.soup.title or not page.soup.title.get_text(strip=True) or len(page.soup.select("main")) != 1:
            yield Finding(page.path, "has no title, or not one main part", "Give it both.")
        if "user-scalable" in page.attribute("meta[name=viewport]", "content"):
            yield Finding(page.path, "keeps readers from enlarging", "Leave user-scalable out.")


CHECKS = (headings, names, structure)
