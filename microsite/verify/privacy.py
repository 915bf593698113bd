"""Nothing is kept about a reader, and nobody else hears of them: as far as one sees without a browser."""

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import chain

import tinycss2

from microsite.verify.copy import PRIVACY_SIGNAL, Copy, of_each_page
from microsite.verify.observatory import Grade, grade
from microsite.verify.page import Finding, Page

LOADED = ("src", "poster", "data", "background", "ping", "formaction", "action")
"""Attributes whose address a browser asks for, or sends something to, as `href` is on elements other than links."""
NOT_LOADED = {"canonical", "alternate", "author", "license", "next", "prev", "me"}
"""What a `link` says and no browser asks for."""
MARK = "q7x9zebra"
"""A word that no site says by itself: where it comes back, something of a visit was kept."""
MARKED = {
    "User-Agent": f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 {MARK}",
    "Cookie": f"visit={MARK}",
    "Referer": f"https://example.org/?q={MARK}",
    "From": f"{MARK}@example.org",
    "If-None-Match": f'"{MARK}"',
    "X-Forwarded-For": "203.0.113.77",
    "X-Request-ID": MARK,
}


def cookies(copy: Copy) -> Iterator[Finding]:
    """A cookie is how a site knows a reader again: no answer sets one, page, feed, picture or redirect."""
    for path, answer in copy.answers.items():
        if cookie := answer.header("set-cookie"):
            yield Finding(path, f"sets a cookie, {cookie.partition('=')[0]}", "Find who sets it, and take it out.")


def third_parties(copy: Copy) -> Iterator[Finding]:
    """Whoever is asked for a part of a page learns who reads it: pages load nothing from another host."""
    for page in copy.pages.values():
        for address in chain(_loaded(page), _styles(page)):
            if not address.startswith("data:") and not copy.own_path(address, page.path):
                yield Finding(page.path, f"loads {address} from elsewhere", "Serve it from here, or leave it out.")


def _loaded(page: Page) -> Iterator[str]:
    for tag in page.soup.find_all(True):
        is_loaded = tag.name not in ("a", "area", "base") and not NOT_LOADED & set(tag.get_attribute_list("rel"))
        yield from (str(tag[name]) for name in (*LOADED, *(("href",) if is_loaded else ())) if tag.get(name))
        yield from (part.split()[0] for part in str(tag.get("srcset", "")).split(",") if part.strip())
    for tag in page.soup.select("meta[http-equiv=refresh i]"):
        yield str(tag.get("content", "")).partition("=")[2]


def _styles(page: Page) -> Iterator[str]:
    """The addresses in a page's styles."""
    for tag in page.soup.select("style, [style]"):
        yield from addresses_in(tag.get_text() if tag.name == "style" else str(tag["style"]))


@cache
def addresses_in(css: str) -> tuple[str, ...]:
    """What a style loads; most pages have the same."""
    addresses, waiting = [], tinycss2.parse_component_value_list(css)
    while waiting:
        node = waiting.pop()
        if node.type == "url":
            addresses.append(str(node.value))
        elif node.type == "function" and node.lower_name == "url":
            addresses += [str(each.value) for each in node.arguments if each.type == "string"]
        elif node.type == "at-keyword" and node.lower_value == "import":
            addresses += [str(each.value) for each in waiting[-2:] if each.type == "string"]
        waiting += getattr(node, "content", None) or getattr(node, "arguments", None) or []
    return tuple(addresses)


@of_each_page
def scripts(page: Page) -> Iterator[tuple[str, str]]:
    """A script can send away whatever a reader does: pages have none, and no attribute that is one."""
    for tag in page.soup.select("script:not([type='application/ld+json']), [href^='javascript:' i], iframe, object"):
        yield f"has a <{tag.name}> that can run something", "Take it out."
    for tag in page.soup.find_all(lambda tag: any(name.startswith("on") for name in tag.attrs)):
        yield f"has a handler on <{tag.name}>", "Take it out."


def headers(copy: Copy) -> Iterator[Finding]:
    """What a browser keeps to itself is decided by headers: each answer has the best grade of Mozilla's Observatory."""
    places: dict[Grade, list[str]] = defaultdict(list)
    is_https = (copy.base or copy.visitor.origin).startswith("https:")
    for path, answer in copy.answers.items():
        if answer.status:
            places[grade(answer, is_https)].append(path)
    for given, paths in places.items():
        for result in given.results:
            if result.points < 0:
                more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
                message = f"{result.name}: grade {given.letter}, {given.score} points{more}"
                yield Finding(paths[0], message, result.advice)


def nothing_comes_back(copy: Copy) -> Iterator[Finding]:
    """A page that says again what an earlier request said has kept it: none does, however marked that request was."""
    paths = list(copy.pages)
    for path, answer in zip(paths, copy.ask_again([(path, MARKED) for path in paths]), strict=True):
        if answer.header("set-cookie"):
            yield Finding(path, "sets a cookie for a visitor who has one", "Take it out.")
        if MARK.encode() in answer.body and "no-store" not in answer.header("cache-control"):
            yield Finding(path, "shows a request and may be kept by caches", "Send Cache-Control: no-store.")
    for path, answer in zip(paths, copy.ask_again([(path, {}) for path in paths]), strict=True):
        if MARK.encode() in answer.body or any(MARK in value for _, value in answer.headers):
            yield Finding(path, "says what an earlier visitor sent", "Find where it was kept, and keep it no more.")


def signal(copy: Copy) -> Iterator[Finding]:
    """Global Privacy Control: a site that heeds it says so where the standard looks."""
    try:
        heeded = json.loads(copy.text(PRIVACY_SIGNAL))["gpc"] is True
    except (ValueError, KeyError, TypeError, RecursionError):
        heeded = False
    if not heeded:
        yield Finding(PRIVACY_SIGNAL, "does not say that Sec-GPC is heeded", 'Answer {"gpc": true, "lastUpdate": …}.')


CHECKS = (cookies, third_parties, scripts, headers, nothing_comes_back, signal)
