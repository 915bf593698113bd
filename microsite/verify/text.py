"""What pages say is set as their language sets it, is true of the page, and has an end where it needs one."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names

from microsite.verify.copy import SECURITY, Copy, of_each_page
from microsite.verify.links import is_past
from microsite.verify.page import Finding, Page, normalize_space

FRENCH_SPACES = re.compile(
    r"(?<=[\w)»’…])[ ]?[;!?](?=\s|$)|(?<=\w)[ ]?:(?=\s|$)|«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»"
)
"""A sign without the no-break space that French has before it, or inside of quotation marks."""
STRAIGHT = re.compile(r"\w['\"]|['\"]\w")
LEFT_OVER = re.compile(
    r"\{\{|\}\}|\{%|%\(\w+\)|\b(?:lorem ipsum|TODO|TBD|FIXME|XXX)\b|\[[^\W\d][^\]…]{3,}\]", re.IGNORECASE
)
DATE_FORMATS = {"en": "en-GB"}
"""The locale by which dates of a language are written, where it is not the language's own."""
DATE = re.compile(r"(\d{1,2})(?: ?er)? (\w+) (\d{4})")


@of_each_page
def typography(page: Page) -> Iterator[tuple[str, str]]:
    """Straight quotes and loose French signs are what a text has before somebody set it."""
    for language, text in () if page.is_personal else page.passages:  # what a visitor sent is theirs
        signs = [STRAIGHT] if language[:2] in ("en", "fr") else []
        for sign in [*signs, FRENCH_SPACES] if language[:2] == "fr" else signs:
            if match := sign.search(text):
                around = normalize_space(text[max(0, match.start() - 20) : match.end() + 20])
                yield f"has “{match[0]}” in “{around}”", "Set it as the language does."


def left_over(copy: Copy) -> Iterator[Finding]:
    """Words for whoever fills them in are not for readers; what only the publisher can fill in is a warning."""
    for page in copy.pages.values():
        for _, text in page.passages:
            if match := LEFT_OVER.search(text):
                yield Finding(page.path, f"has “{match[0]}” in its words", "Fill it in.")
        if missing := len(page.soup.select(".missing")):
            message = f"has {missing} facts that the publisher has not filled in"
            yield Finding(page.path, message, "Fill in [publisher] of site.toml.", is_warning=True)


def structured_data(copy: Copy) -> Iterator[Finding]:
    """What only machines read is true of what readers see: title, dates, language, the way to the page."""
    for page in copy.pages.values():
        for script in page.soup.select("script[type='application/ld+json']"):
            try:
                data = json.loads(script.get_text())
                for message in _untrue(copy, page, data):
                    yield Finding(page.path, f"says to machines {message}", "Say the same as the page.")
            except (ValueError, AttributeError, LookupError, TypeError, RecursionError) as error:
                yield Finding(page.path, f"has data for machines that cannot be read ({error})", "Mend them.")


def _untrue(copy: Copy, page: Page, data: dict[str, Any]) -> Iterator[str]:
    """What the data say, and the page does not."""
    title = normalize_space(page.soup.h1.get_text()) if page.soup.h1 else ""
    if data["@type"] == "BreadcrumbList":
        items = data["itemListElement"]
        yield from (f"“{i['item']}” for a page" for i in items if copy.own_path(i["item"]) not in copy.pages)
        if normalize_space(items[-1]["name"]) != title:
            yield f"the title “{items[-1]['name']}”"
    if "headline" not in data:
        return
    visible = normalize_space(page.soup.get_text(" ")).replace("1er ", "1 ")
    expected = {
        "headline": title,
        "inLanguage": page.language,
        "mainEntityOfPage": page.canonical,
        "datePublished": page.attribute("meta[property='article:published_time']", "content"),
        "dateModified": page.attribute("meta[property='article:modified_time']", "content"),
    }
    yield from (
        f"{name} “{data.get(name)}”" for name, value in expected.items() if normalize_space(data.get(name, "")) != value
    )
    for name in ("datePublished", "dateModified"):
        day = datetime.fromisoformat(data[name])
        shown = normalize_space(format_date(day, "long", locale=_locale(page)))
        if not is_past(data[name]) or shown not in visible:
            yield f"{name} {data[name]}, which readers are not told"


def _locale(page: Page) -> Locale:
    """By which the page writes its dates; English where nobody knows its language."""
    try:
        return Locale.parse(DATE_FORMATS.get(page.language, page.language), sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


@of_each_page
def sources(page: Page) -> Iterator[tuple[str, str]]:
    """Whoever doubts can look: every article has sources, each is cited and says who published it when."""
    if not page.is_article:
        return
    listed = page.soup.select("li[id^='source-'], section.sources li:has(cite)")
    if not listed:
        yield "has no source", "Name one."
    for source in listed:
        cite, number = source.select_one("cite"), source.get("id")
        if not (cite and cite.get_text(strip=True) and re.search(r"\b\d{4}\b", source.get_text())):
            yield f"has a source without publication or date: {normalize_space(source.get_text())}", "Add it."
        if number and not page.soup.select_one(f"a[href='#{number}']"):
            yield f"has a source that nothing cites: {number}", "Cite it, or take it out."


@of_each_page
def expired(page: Page) -> Iterator[tuple[str, str]]:
    """A day that has passed makes an offer untrue: none stands in an advertisement."""
    months = [name.lower() for name in get_month_names("wide", locale=_locale(page)).values()]
    advertisements = normalize_space(" ".join(box.get_text(" ") for box in page.soup.select("aside")))
    for day, month, year in DATE.findall(advertisements):
        if month.lower() in months:
            date = f"{year}-{months.index(month.lower()) + 1:02}-{int(day):02}"
            if date < datetime.now(UTC).date().isoformat():
                yield f"has an advertisement until {day} {month} {year}", "Take it out."


def security_contact(copy: Copy) -> Iterator[Finding]:
    """Whoever finds a weakness has to know whom to tell, and that somebody still listens (RFC 9116)."""
    text = copy.text(SECURITY)
    if not text:
        yield Finding(SECURITY, "is not there", "Add security.txt to the site's folder.", is_warning=True)
        return
    ends = re.findall(r"^Expires:\s*(\S+)", text, re.MULTILINE | re.IGNORECASE)
    if len(ends) != 1 or is_past(ends[0]) or not re.search(r"^Contact:\s*\S", text, re.MULTILINE | re.IGNORECASE):
        yield Finding(SECURITY, "has expired, or names nobody", "Look whether its contacts hold, then renew it.")


CHECKS = (typography, left_over, structured_data, sources, expired, security_contact)
