"""The copy of the site that is looked at: every page and file that one comes to from its door, each asked for once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import wraps
from time import monotonic
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

from microsite.verify.page import Finding, Link, Page
from microsite.verify.rules import Rules
from microsite.verify.visit import Answer, Unreachable, Visitor

MAX_ADDRESSES = 5_000
MAX_SECONDS = 600
MAX_AT_ONCE = 4
SITEMAP, ROBOTS = "/sitemap.xml", "/robots.txt"
SECURITY, PRIVACY_SIGNAL = "/.well-known/security.txt", "/.well-known/gpc.json"
DOORS = ("/", ROBOTS, SITEMAP, "/favicon.ico", SECURITY, PRIVACY_SIGNAL)
NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@dataclass(eq=False)
class Copy:
    """What was asked for, by its path."""

    visitor: Visitor
    rules: Rules = field(default_factory=Rules)
    answers: dict[str, Answer] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    base: str = ""
    """The origin under which the site says that it is public."""
    is_whole: bool = True

    def walk(self, progress: Callable[[int, int], None] = lambda done, known: None) -> None:
        """Ask for everything, `MAX_AT_ONCE` at a time. `progress` hears how many have answered of how many known."""
        self._end, robots, waiting, known = monotonic() + MAX_SECONDS, RobotFileParser(), list(DOORS), set(DOORS)
        with ThreadPoolExecutor(MAX_AT_ONCE) as pool:
            while waiting:
                for path, answer in zip(waiting, pool.map(self._ask_in_time, waiting), strict=True):
                    if answer:
                        self.answers[path] = answer
                if ROBOTS in waiting:
                    robots.parse(self.text(ROBOTS).splitlines())
                waiting = [
                    path
                    for path in dict.fromkeys(path for each in waiting for path in self._named_by(each))
                    if path and path not in known and robots.can_fetch("*", path)
                ]
                if len(known) + len(waiting) > MAX_ADDRESSES or monotonic() > self._end:
                    waiting, self.is_whole = [], False
                known |= set(waiting)
                progress(len(self.answers), len(known))

    def _ask_in_time(self, path: str) -> Answer | None:
        return None if monotonic() > self._end else self._ask(path)

    def _ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        try:
            return self.visitor.get(path, headers)
        except Unreachable as error:
            if path == DOORS[0] and not self.answers:
                raise
            return Answer(0, (), error.reason.encode())

    def _named_by(self, path: str) -> Iterator[str | None]:
        """The paths of this site that an answer leads to; None for an address of another."""
        if monotonic() > self._end or not (answer := self.answers.get(path)):
            return
        if answer.header("location"):
            yield self.own_path(answer.header("location"), path)
        elif answer.status == 200 and answer.media_type == "text/html":
            page = self.pages[path] = Page(path, answer)
            self.base = self.base or origin_of(page.canonical)
            for tag in page.soup.select("[href], [src], meta[property='og:image']"):
                address = str(tag.get("href") or tag.get("src") or tag.get("content"))
                if own := self.own_path(address, path):
                    self.links.append(Link(path, own, urlsplit(urljoin(path, address)).fragment, tag))
                    yield own
        elif path.startswith("/sitemap") and answer.status == 200:
            for address in sitemap_locations(answer.body):
                self.base = self.base or origin_of(address)
                yield self.own_path(address, path)

    def own_path(self, address: str, page: str = "/") -> str | None:
        """The path and query of an address of this site, as `page` names it; None: of another."""
        try:
            parts = urlsplit(urljoin(self.visitor.origin + page, address.strip()))
        except ValueError:
            return None
        if f"{parts.scheme}://{parts.netloc}" not in {self.visitor.origin, self.base}:
            return None
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def ask(self, path: str) -> Answer:
        """An answer, asked for where the walk did not come to it."""
        if path not in self.answers:
            self.answers[path] = self._ask(path)
        return self.answers[path]

    def text(self, path: str) -> str:
        """Of a file that is there; else empty."""
        answer = self.answers.get(path)
        return answer.body.decode("utf-8", "replace") if answer and answer.status == 200 else ""

    def public_pages(self) -> Iterator[Page]:
        """Those of readers that search engines may show."""
        return (page for page in self.pages.values() if page.is_indexed and not page.is_personal)

    def ask_again(self, requests: Sequence[tuple[str, Mapping[str, str]]]) -> list[Answer]:
        """The answers to requests with headers of their own, none of which is kept."""
        with ThreadPoolExecutor(MAX_AT_ONCE) as pool:
            return list(pool.map(lambda request: self._ask(*request), requests))


Check = Callable[[Copy], Iterator[Finding]]


def of_each_page(check: Callable[[Page], Iterator[tuple[str, str]]]) -> Check:
    """The check of a copy that puts `check` to each of its pages: it yields what does not hold, and what to do."""

    @wraps(check)
    def of_copy(copy: Copy) -> Iterator[Finding]:
        for page in copy.pages.values():
            for message, advice in check(page):
                yield Finding(page.path, message, advice)

    return of_copy


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def root_of(body: bytes) -> ElementTree.Element:
    """The root of a sitemap; of what is no XML, which `links` says, an element that has nothing in it."""
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return ElementTree.Element("none")


def sitemap_locations(body: bytes) -> list[str]:
    """The addresses of a sitemap or of an index of several."""
    return [(loc.text or "").strip() for loc in root_of(body).iterfind("*/s:loc", NAMESPACES)]
