"""Everybody can read it, whatever they read with: as far as one sees without a browser; `browser.py` asks axe."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from microsite.verify.copy import of_each_page
from microsite.verify.page import Page


@of_each_page
def headings(page: Page) -> Iterator[tuple[str, str]]:
    """Whoever listens goes from heading to heading: one of the first level, and no level left out."""
    levels = [int(tag.name[1]) for tag in page.soup.select("h1, h2, h3, h4, h5, h6")]
    if levels.count(1) != 1:
        yield f"has {levels.count(1)} headings of the first level", "Have one."
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "leaves out a level of headings", "Go down one level at a time."


@of_each_page
def names(page: Page) -> Iterator[tuple[str, str]]:
    """What is not text needs a name, or to say that it is for looking at alone."""
    for tag in page.soup.select("img:not([alt]), svg:not([aria-hidden], [aria-label], [aria-labelledby], :has(title))"):
        yield f"has a nameless <{tag.name}>", "Describe it, or hide it from who listens."
    for link in page.soup.select("a[href]:not([aria-label])"):
        if not link.get_text(strip=True):
            yield f"has a link without words, to {link['href']}", "Say where it leads."


@of_each_page
def structure(page: Page) -> Iterator[tuple[str, str]]:
    """Programs that read aloud go by ids, titles and landmarks; readers who see badly enlarge."""
    counts = Counter(str(tag["id"]) for tag in page.soup.select("[id]"))
    if twice := [name for name, number in counts.items() if number > 1]:
        yield f"has ids twice: {', '.join(twice)}", "Give each its own."
    if not page.soup.title or not page.soup.title.get_text(strip=True) or len(page.soup.select("main")) != 1:
        yield "has no title, or not one main part", "Give it both."
    if "user-scalable" in page.attribute("meta[name=viewport]", "content"):
        yield "keeps readers from enlarging", "Leave user-scalable out."


CHECKS = (headings, names, structure)
