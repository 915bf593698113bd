"""A page as it came, and what is found on it."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from microsite.verify.visit import Answer

BLOCKS = {
    *("p", "li", "dd", "dt", "td", "th", "blockquote", "figcaption"),
    *("h1", "h2", "h3", "h4", "title", "small", "summary"),
}
UNREAD = {"style", "script", "code", "pre", "kbd"}
"""What is no sentence of a language."""


def normalize_space(text: str) -> str:
    """With each run of spaces, no-break ones too, as one space."""
    return " ".join(text.split())


class Finding(NamedTuple):
    """Something that does not hold: on which page, what it is, what to do. A warning is for who publishes the site."""

    page: str
    message: str
    advice: str
    is_warning: bool = False


class Link(NamedTuple):
    """An address of this site that a page names."""

    page: str
    path: str
    fragment: str
    tag: Tag


@dataclass(eq=False)
class Page:
    """One HTML page that answered 200."""

    path: str
    answer: Answer

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.answer.body, "html.parser")

    @cached_property
    def ids(self) -> set[str]:
        return {str(tag["id"]) for tag in self.soup.select("[id]")}

    @cached_property
    def passages(self) -> list[tuple[str, str]]:
        """The text of each block, with the language that it is marked as; of two languages in one block, two."""
        passages: dict[tuple[int, str], str] = defaultdict(str)
        waiting: list[tuple[PageElement, int, str]] = [(self.soup, 0, self.language)]
        while waiting:
            node, block, language = waiting.pop()
            if isinstance(node, Tag):
                if node.name not in UNREAD:
                    block = id(node) if node.name in BLOCKS else block
                    language = str(node.get("lang", language))
                    waiting += [(child, block, language) for child in reversed(node.contents)]
            elif type(node) is NavigableString and node.strip():  # no comment, nor what a <script> holds
                passages[block, language] += node
        return [(language, text) for (_, language), text in passages.items()]

    @property
    def language(self) -> str:
        """The one that its address promises."""
        return self.path.split("/")[1]

    @property
    def canonical(self) -> str:
        """The address that it says is its own."""
        return self.attribute("link[rel=canonical]", "href")

    @property
    def is_article(self) -> bool:
        return self.attribute("meta[property='og:type']", "content") == "article"

    @property
    def is_personal(self) -> bool:
        """Made for one request, which it shows, and kept by nobody."""
        return "no-store" in self.answer.header("cache-control")

    @property
    def is_indexed(self) -> bool:
        return self.soup.select_one("meta[name=robots][content*=noindex]") is None

    def attribute(self, selector: str, name: str) -> str:
        """Of the first element; empty where there is none."""
        tag = self.soup.select_one(selector)
        return str(tag.get(name, "")) if tag else ""
