"""What a writer does to a site: a good one whose every line is known, edits of it, and the faults that are named."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from click.testing import Result

Check = Callable[[], Result]
Edit = tuple[str, str, str]
"""A file of the site, words in it, and what stands there instead; without words to replace, the whole file."""
Row = tuple[str, list[Edit], str, str]
"""What a writer did, the edits that it takes, and the `file:line` and words of the sentence that name it."""

SITE, ARTICLE, PAGE, PROMOTION = "site.toml", "articles/fresh/en.md", "pages/fresh-page/en.md", "promotions/fresh.toml"

GOOD = {
    SITE: """\
name = "Planet Privacy"
motto = "A motto."
description = "A description."
locales = ["en", "fr", "ar"]
default_locale = "en"
lead = "both"
foot = ["about", "seen"]
promotion_hosts = ["freevpnplanet.com"]

[publisher]
name = "Example Ltd"
product = "Planet FreeVPN"
product_url = "https://freevpnplanet.com/"
address = "[postal address]"
registration = "12345"
director = "Jo Example"
host = "Example Hosting"
email = "hello@example.org"

[categories.news]
name = "News"
slug.en = "news"
slug.fr = "actualites"
slug.ar = "akhbar"

[categories.guides]
name = "Guides"
slug.en = "guides"
slug.fr = "guides"
slug.ar = "dalil"
""",
    ARTICLE: """\
---
title: Fresh news
summary: A fresh article.
slug: fresh
category: news
published: 2026-11-01
events: 2020-07-06
sources:
  - publication: The Daily
    date: 2020-07-01
  - publication: The Gazette
    title: The cable
    date: 2020-06
    url: https://example.org/cable
---

The first paragraph.

The second paragraph.
""",
    PAGE: """\
---
title: A fresh page
summary: A page of the site.
slug: fresh-page
---

The only paragraph.
""",
    PROMOTION: """\
advertiser = "Planet FreeVPN"
target = "https://freevpnplanet.com/fresh"
placements = ["in-text", "default", "home"]
from = 2026-12-24T09:00:00+01:00
until = 2027-01-06T00:00:00+01:00

[wording]
headline = "A fresh headline"
text = "A fresh text."
button = "A fresh button"
""",
}


GOOD_DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 90" fill="none" stroke="currentColor">
  <title>A cable</title>
  <desc>A line from one shore to another.</desc>
  <path class="planet" d="M40 40H280"/>
  <text x="40" y="70" fill="currentColor" stroke="none" font-size="15">Taiwan</text>
</svg>
"""


def in_site(old: str, new: str) -> list[Edit]:
    return [(SITE, old, new)]


def in_article(old: str, new: str) -> list[Edit]:
    return [(ARTICLE, old, new)]


def in_text(new: str) -> list[Edit]:
    """Stands on line 19, after the first paragraph of the article."""
    return [(ARTICLE, "The second paragraph.", new)]


def in_page(old: str, new: str) -> list[Edit]:
    return [(PAGE, old, new)]


def in_promotion(old: str, new: str) -> list[Edit]:
    return [(PROMOTION, old, new)]


def new_article(path: str, old: str = "", new: str = "") -> list[Edit]:
    return [(path, "", GOOD[ARTICLE].replace("slug: fresh", "slug: another").replace(old, new, 1))]


def write(site: Path, edits: Sequence[Edit]) -> None:
    for name, old, new in edits:
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if old else ""
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")


def faults(result: Result) -> list[tuple[str, str]]:
    """Each fault that the command names, as `file:line` and sentence; warnings are none."""
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    lines = [line for line in result.stderr.splitlines() if re.match(r"[^:]+:\d+: (?!warning: )", line)]
    return [(line.partition(": ")[0], line.partition(": ")[2]) for line in lines]
