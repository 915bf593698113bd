"""Whatever the site names is there: pages, anchors, pictures, feeds, the sitemap."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser

from microsite.verify.copy import NAMESPACES, ROBOTS, SITEMAP, Copy, sitemap_locations
from microsite.verify.page import Finding

MAX_ENTRIES = 30
"""A feed that has fewer has room for all."""
A_DAY = timedelta(days=1)
"""Clocks differ, and zones."""


def is_past(date: str) -> bool:
    """Whether an ISO date is one, and has come."""
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC) < datetime.now(UTC) + A_DAY
    except ValueError:
        return False


def dead(copy: Copy) -> Iterator[Finding]:
    """A link that leads nowhere is a promise broken: every one answers."""
    pages: dict[str, dict[str, None]] = defaultdict(dict)
    for link in copy.links:
        pages[link.path][link.page] = None
    for path, (first, *others) in pages.items():
        answer = copy.answers.get(path)
        if answer and (answer.status >= 400 or not answer.status):
            reason = f"answers {answer.status}" if answer.status else answer.body.decode()
            more = f" (and so do {len(others)} more)" if others else ""
            yield Finding(first, f"names {path}, which {reason}{more}", "Mend the address, or take the link out.")


def anchors(copy: Copy) -> Iterator[Finding]:
    """A link to a part that is missing leads to the top of a page: every part that is named is there."""
    for link in copy.links:
        page = copy.pages.get(link.path)
        if link.fragment and page and link.fragment not in page.ids:
            yield Finding(link.page, f"names #{link.fragment} of {link.path}, which has none", "Mend the anchor.")


def redirects(copy: Copy) -> Iterator[Finding]:
    """Each step on the way costs readers on slow lines a second: other addresses lead to the page itself, in one."""
    moved = [path for path, answer in copy.answers.items() if answer.header("location")]
    for path in [*moved, *_other_spellings(copy)]:
        location = copy.ask(path).header("location")
        if location and (target := copy.own_path(location, path)):
            answer = copy.ask(target)
            if answer.header("location"):
                yield Finding(path, f"leads to {target}, which leads on", "Lead to the page itself.")
            elif answer.status >= 400:
                message = f"leads to {target}, which answers {answer.status}"
                yield Finding(path, message, "Lead to a page that is there.")


def _other_spellings(copy: Copy) -> Iterator[str]:
    """Addresses that readers make up: without the last slash, and with the last part of another language's."""
    for page in copy.public_pages():
        folder, _, name = page.path.rstrip("/").rpartition("/")
        if folder:
            yield f"{folder}/{name}"
            for tag in page.soup.select("link[rel=alternate][hreflang]"):
                other = (copy.own_path(str(tag["href"])) or "").rstrip("/")
                if other.count("/") > 1:
                    yield f"{folder}/{other.rpartition('/')[2]}/"


def sitemap(copy: Copy) -> Iterator[Finding]:
    """Search engines find by it what nothing links to: it is XML, names every page, and no other."""
    paths = [path for path in copy.answers if path.startswith("/sitemap")]
    named: set[str] = set()
    for path in paths:
        try:
            root = ElementTree.fromstring(copy.text(path))
        except ElementTree.ParseError as error:
            yield Finding(path, f"is no XML: {error}", "Mend it.")
            continue
        named |= {copy.own_path(address) or address for address in sitemap_locations(copy.answers[path].body)}
        for moment in root.iterfind("*/s:lastmod", NAMESPACES):
            if not is_past(moment.text or ""):
                yield Finding(path, f"says that something changed on “{moment.text}”", "Name a day, and none to come.")
    public = {page.path for page in copy.public_pages()}
    for page in sorted(public - named):
        if "/page/" not in page:  # further pages of a list: the first one leads there
            yield Finding(SITEMAP, f"lacks {page}", "Name every page.")
    for page in sorted(named - public - set(paths)):
        yield Finding(SITEMAP, f"names {page}, which is no page to be found", "Take it out.")
    if f"Sitemap: {copy.base}{SITEMAP}" not in copy.text(ROBOTS):
        yield Finding(ROBOTS, "does not name the sitemap", f"Write Sitemap: {copy.base}{SITEMAP}")


def feeds(copy: Copy) -> Iterator[Finding]:
    """Who follows by a feed is to miss nothing: each is well-formed and has the articles of its language."""
    articles = {page.path for page in copy.pages.values() if page.is_article}
    for path, answer in copy.answers.items():
        if answer.media_type != "application/atom+xml" or answer.status != 200:
            continue
        feed = feedparser.parse(answer.body, response_headers={"content-type": "application/atom+xml; charset=utf-8"})
        if feed.bozo or not feed.entries:
            yield Finding(path, f"cannot be read: {feed.get('bozo_exception', 'it has no entry')}", "Mend it.")
            continue
        named = {path for entry in feed.entries for path in _pages_of(copy, entry)}
        listed = {article for article in articles if article.startswith(path.removesuffix("feed.atom"))}
        for article in sorted(listed - named)[: max(0, MAX_ENTRIES - len(feed.entries))]:
            yield Finding(path, f"lacks {article}", "Add it: the feed has room.")
        for entry in feed.entries:
            if not _pages_of(copy, entry) <= copy.pages.keys():
                yield Finding(path, f"leads to a page that is not there, from “{entry.get('title')}”", "Mend the link.")
            if not (entry.get("id") and entry.get("updated") and entry.get("title")):
                message = f"has an entry without id, date or title: {entry.get('link')}"
                yield Finding(path, message, "Add what Atom wants.")


def _pages_of(copy: Copy, entry: feedparser.FeedParserDict) -> set[str]:
    """The page of an entry in each of its languages."""
    addresses = (link["href"] for link in entry.get("links", ()) if link["rel"] == "alternate")
    return {copy.own_path(address) or address for address in addresses}


CHECKS = (dead, anchors, redirects, sitemap, feeds)
