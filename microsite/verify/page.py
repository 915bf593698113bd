"""A page as it came, and what is found on it."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from microsite.verify.visit import Answer


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

    @property
    def language(self) -> str:
        """The one that its address promises."""
        return self.path.split("/")[1]

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
