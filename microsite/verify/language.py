"""Every word is said in the language that it claims, and each page knows itself in the others."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from microsite.verify.copy import NAMESPACES, Copy, of_each_page, root_of
from microsite.verify.page import Finding, Page

TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language as BCP 47 writes it."""
WORD = re.compile(r"[^\W\d_]+")
COMMON = {
    "en": set(WORD.findall("the and of to in is that it with as was are by this be not or from which you your they")),
    "fr": set(WORD.findall("le la les des de et du une un est que qui pour dans ne pas sur par au aux ce cette vous")),
}
"""Words that make out a fifth of any text in a language, and that the other one lacks."""
MIN_WORDS = 6
"""Fewer say nothing of their language."""


@of_each_page
def declared(page: Page) -> Iterator[tuple[str, str]]:
    """A screen reader speaks as `lang` says: it is that of the address, on the page and wherever it changes."""
    html = page.soup.html
    lang = str(html.get("lang", "")) if html else ""
    if not lang or page.language not in ("", lang):  # the door's address says none
        message = f"says lang “{lang}” under /{page.language}/" if lang else "does not say its language"
        yield message, f'Write <html lang="{page.language}">.'
    for tag in page.soup.select("[lang]"):
        if not TAG.fullmatch(str(tag["lang"])):
            yield f"has lang “{tag['lang']}” on <{tag.name}>", "Write a language of BCP 47."


@of_each_page
def encoding(page: Page) -> Iterator[tuple[str, str]]:
    """Where browsers have to guess what bytes mean, readers see signs that nobody wrote: pages say UTF-8 and are it."""
    declared = page.answer.header("content-type") + page.attribute("meta[charset]", "charset")
    try:
        page.answer.body.decode("utf-8")
    except UnicodeDecodeError:
        declared = ""
    if "utf-8" not in declared.lower():
        yield "is not UTF-8, or does not say so", "Write UTF-8, and <meta charset=utf-8>."


@of_each_page
def unmixed(page: Page) -> Iterator[tuple[str, str]]:
    """Whoever chose French meets no English, unless it is marked: judged by each language's commonest words."""
    for lang, text in page.passages:
        own, words = lang.partition("-")[0], WORD.findall(text.lower())
        if own not in COMMON or len(words) < MIN_WORDS:
            continue
        counts = {language: sum(word in common for word in words) for language, common in COMMON.items()}
        other = max(counts, key=lambda language: counts[language])
        if other != own and counts[other] >= 3 and counts[other] > 2 * counts[own]:
            beginning = " ".join(text.split())[:60]
            yield f"says in {other}: “{beginning}…”", f'Translate it, or mark it lang="{other}".'


def alternates(copy: Copy) -> Iterator[Finding]:
    """Search engines lead readers to their language by hreflang: each page names all, itself too, and they name it."""
    named = {page.path: _alternates(copy, page) for page in copy.public_pages()}
    for path, pages in named.items():
        if path not in pages.values():
            yield Finding(path, "does not name itself among its languages", 'Add <link rel="alternate" hreflang>.')
        if "x-default" not in pages:
            yield Finding(path, "has no x-default", "Say which page is for readers of any other language.")
        for language, other in pages.items():
            if language != "x-default" and other in named and named[other] != pages:
                yield Finding(path, f"names {other} as {language}, which names others", "Name the same on both.")
            elif language != "x-default" and other.split("/")[1:2] != [language]:
                yield Finding(path, f"names {other} as {language}", "Name the page in that language.")


def _alternates(copy: Copy, page: Page) -> dict[str, str]:
    """The paths of a page in its languages, by hreflang."""
    tags = page.soup.select("link[rel=alternate][hreflang]")
    return {str(tag["hreflang"]): copy.own_path(str(tag["href"])) or str(tag["href"]) for tag in tags}


def sitemap_alternates(copy: Copy) -> Iterator[Finding]:
    """Where pages and sitemap disagree, neither is believed: both name the same languages."""
    for path, answer in copy.answers.items():
        if not path.startswith("/sitemap"):
            continue
        for url in root_of(answer.body).iterfind("s:url", NAMESPACES):
            own = copy.own_path(url.findtext("s:loc", "", NAMESPACES).strip())
            links = url.iterfind("x:link", NAMESPACES)
            named = {link.get("hreflang"): copy.own_path(link.get("href", "")) for link in links}
            if own in copy.pages and named != _alternates(copy, copy.pages[own]):
                yield Finding(path, f"names other languages for {own} than that page", "Name the same on both.")


def canonical(copy: Copy) -> Iterator[Finding]:
    """Of several addresses one is the page's own: it says which, and that one says so of itself."""
    if copy.visitor.origin.startswith("https:") and copy.base != copy.visitor.origin:
        message = f"says that it is at {copy.base or 'no address'}"
        yield Finding("/", message, "Set MICROSITE_BASE_URL to the public address.")
    for page in copy.public_pages():
        path = copy.own_path(page.canonical) if page.canonical else None
        target = copy.pages.get(path or "")
        if not target:
            yield Finding(page.path, f"has “{page.canonical}” for its canonical address", "Name a page of this site.")
        elif copy.own_path(target.canonical) != path or path != page.path:
            yield Finding(page.path, f"leads search engines to {path}", "Name the page itself: it is the only copy.")


def negotiation(copy: Copy) -> Iterator[Finding]:
    """At the door a reader is led to the language of the browser, in one step that no cache keeps for others."""
    known = [page.language for page in copy.public_pages() if page.path == f"/{page.language}/"]
    asked = [("/", {"Accept-Language": language}) for language in known]
    for language, answer in zip(known, copy.ask_again(asked), strict=True):
        path = copy.own_path(answer.header("location")) or ""
        if answer.status not in (302, 303, 307) or urlsplit(path).path != f"/{language}/":
            message = f"leads readers of “{language}” to {path or 'nowhere'} ({answer.status})"
            yield Finding("/", message, f"Lead them to /{language}/.")
        elif not {"no-store", "private"} & set(answer.header("cache-control").split(", ")):
            yield Finding("/", "may be kept for readers of another language", "Send Cache-Control: no-store.")


CHECKS = (declared, encoding, unmixed, alternates, sitemap_alternates, canonical, negotiation)
