"""Each advertisement says first that it is one, claims nothing that is not so, and is the same for everybody."""

import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from microsite.verify.copy import Copy, of_each_page
from microsite.verify.page import Finding, Page, normalize_space

LABELS = {"en": "Advertisement", "fr": "Publicité"}
REL = {"sponsored", "nofollow", "noreferrer"}
WORDS_EACH = 600
MAX_COMPARED = 200
"""Pages that twelve visitors ask for."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Safari/604.1"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36"
)
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SOCIAL_NETWORK = {"Referer": "https://www.facebook.com/", "Sec-Fetch-Site": "cross-site"}
VISITORS = {
    "at a desk": {"User-Agent": BROWSER},
    "with a telephone": {"User-Agent": PHONE},
    "with Chrome on Windows": {"User-Agent": CHROME, "Sec-CH-UA-Platform": '"Windows"'},
    "who reads German": {"User-Agent": BROWSER, "Accept-Language": "de-DE,de;q=0.9"},
    "who reads French": {"User-Agent": BROWSER, "Accept-Language": "fr-FR,fr;q=0.9"},
    "from a search engine": {"User-Agent": BROWSER, "Referer": "https://www.google.com/"},
    "from a social network": {"User-Agent": PHONE, **SOCIAL_NETWORK},
    "with cookies": {"User-Agent": BROWSER, "Cookie": "visits=9; segment=vpn; session=1"},
    "in another country": {"User-Agent": BROWSER, "X-Forwarded-For": "175.45.20.1", "CF-IPCountry": "HK"},
    "who saves data": {"User-Agent": CHROME, "Save-Data": "on", "Sec-CH-Prefers-Color-Scheme": '"dark"'},
    "that is a search engine": {"User-Agent": GOOGLE},
    "who does not object to being counted": {"User-Agent": BROWSER, "Sec-GPC": "0"},
}
"""Twelve, from one address. All but the last say Sec-GPC: 1 as well, so that no total counts them."""


@of_each_page
def labelled(page: Page) -> Iterator[tuple[str, str]]:
    """The law and readers want to know before they read: an advertisement begins with that word."""
    for link in _paid_links(page):
        box = link.find_parent("aside")
        if not box:
            yield f"has an advertisement outside of a box: “{normalize_space(link.get_text())}”", "Put it in one."
            continue
        marked = box.find_parent(lang=True) if not box.get("lang") else box
        label = LABELS.get(str(marked["lang"]) if isinstance(marked, Tag) else page.language)
        if label and not re.match(rf"{label}\b", normalize_space(box.get_text(" "))):
            yield f"has an advertisement that does not begin with “{label}”", "Label it first."


@of_each_page
def marked_as_paid(page: Page) -> Iterator[tuple[str, str]]:
    """No search engine takes a paid link for a recommendation, and no advertiser learns which page it was on."""
    for link in _paid_links(page):
        if missing := REL - set(link.get_attribute_list("rel")):
            yield f"has a paid link without rel {' '.join(sorted(missing))}", "Add it."


def leading(copy: Copy) -> Iterator[Finding]:
    """A button leads where the site has said that it may, under https, by one step at most."""
    for page, link in _all_paid_links(copy):
        address = urljoin(copy.visitor.origin + page.path, str(link["href"]))
        if path := copy.own_path(address):
            address = copy.ask(path).header("location")
        parts = urlsplit(address)
        if parts.scheme != "https" or parts.hostname not in copy.rules.hosts:
            known = ", ".join(sorted(copy.rules.hosts))
            yield Finding(page.path, f"has an advertisement that leads to {address or 'nowhere'}", f"Lead to {known}.")


@of_each_page
def few(page: Page) -> Iterator[tuple[str, str]]:
    """A text that is interrupted is not read: one advertisement in 600 words at most."""
    number = len({id(link.find_parent("aside") or link) for link in _paid_links(page)})
    words = len(re.findall(r"\w+", page.soup.main.get_text(" "))) if page.soup.main else 0
    if number > max(1, words // WORDS_EACH):
        yield f"has {number} advertisements in {words} words", "Take one out."


def claims(copy: Copy) -> Iterator[Finding]:
    """No VPN makes anonymous or is the best: what `claims.toml` lists stands in no advertisement."""
    for page, link in _all_paid_links(copy):
        text = re.sub(r"[‐‑‒–]", "-", normalize_space((link.find_parent("aside") or link).get_text(" ")))
        for claim in copy.rules.claims.get(page.language, ()):
            if match := claim.pattern.search(text):
                yield Finding(page.path, f"has an advertisement that says “{match[0]}”: {claim.why}", claim.instead)


def the_same_for_everybody(copy: Copy) -> Iterator[Finding]:
    """Who is told apart is profiled: twelve visitors get the same bytes, of every page that has an advertisement."""
    paths = [path for path, page in copy.pages.items() if _paid_links(page)][:MAX_COMPARED]
    asked = [(path, headers) for path, headers in product(paths, VISITORS.values())]
    answers = dict(zip(product(paths, VISITORS), copy.ask_again(asked), strict=True))
    plain = dict(zip(paths, copy.ask_again([(path, {}) for path in paths]), strict=True))
    for (path, visitor), answer in answers.items():
        if (answer.status, answer.body) != (200, plain[path].body) and plain[path].body == copy.answers[path].body:
            message = f"is another one for a visitor {visitor}"
            yield Finding(path, message, "Find what tells visitors apart, and drop it.")


def _all_paid_links(copy: Copy) -> Iterator[tuple[Page, Tag]]:
    return ((page, link) for page in copy.pages.values() for link in _paid_links(page))


def _paid_links(page: Page) -> list[Tag]:
    """Every link that somebody pays for, whether it says so or not: its address does, by counting or by a campaign."""
    return page.soup.select("a[rel~=sponsored], a[href*='/go/'], a[href*='utm_']")


CHECKS = (labelled, marked_as_paid, leading, few, claims, the_same_for_everybody)
