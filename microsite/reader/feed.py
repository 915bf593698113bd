"""Feeds (Atom, RFC 4287): whole articles, newest first; one of a language, and one of each category in it."""

from datetime import UTC, date, datetime
from hashlib import blake2b

from flask import Response, abort, render_template
from flask_babel import gettext

from microsite import addresses
from microsite.content.library import Entry
from microsite.language import dates
from microsite.language.locales import Locale
from microsite.reader.blueprint import reader
from microsite.reader.inventory import modified
from microsite.reader.page import category_name, site_description
from microsite.runtime import current_edition, current_locale

MAX_ENTRIES = 30


@reader.get("/<locale:tag>/feed.atom")
def feed() -> Response:
    """Every article that is written in this language."""
    content = current_edition().content
    alternates = {locale: addresses.feed(locale) for locale in content.site.locales.values()}
    # TRANSLATORS: Title of the feed of all articles.
    title = gettext("%(site)s: all articles", site=content.site.name)
    return _feed(title, site_description(), alternates)


@reader.get("/<locale:tag>/blog/<category>/feed.atom")
def category_feed(category: str) -> Response:
    """Those of one category."""
    content, locale = current_edition().content, current_locale()
    key = content.site.category_by_slug(category, locale)
    if not key:
        abort(404)
    alternates = {other: addresses.feed(other, content, key) for other in content.site.locales.values()}
    name = category_name(key)
    # TRANSLATORS: Title of the feed of a category. %(category)s is its name.
    title = gettext("%(site)s: %(category)s", site=content.site.name, category=name)
    subtitle = gettext("%(category)s: every article, newest first.", category=name)
    return _feed(title, subtitle, alternates, key)


def _feed(title: str, subtitle: str, alternates: dict[Locale, str], category: str | None = None) -> Response:
    """`alternates` are the addresses of this feed by language."""
    content, locale = current_edition().content, current_locale()
    entries = [entry for entry in content.listing(locale, category) if entry.speaks(locale)][:MAX_ENTRIES]
    product = content.site.publisher.product
    # TRANSLATORS: The author of articles, in feeds. %(product)s is a name that is never translated.
    makers = gettext("The makers of %(product)s", product=product)
    text = render_template(
        "feed.xml",
        entries=entries,
        updated=max(map(updated, entries), default=dates.rfc3339(current_edition().moment.date())),
        alternates=alternates,
        home=addresses.category(content, category, locale) if category else addresses.home(locale),
        id=feed_id(f"feed/{category}" if category else "feed"),
        title=title,
        subtitle=subtitle,
        author=content.site.publisher.filled("name") or makers,
    )
    return Response(text, mimetype="application/atom+xml")


def feed_id(name: str) -> str:
    """A `tag:` address (RFC 4151) in the current language: the same whatever host, slug or category there is."""
    return f"tag:{current_edition().content.site.feed_authority}:{current_locale().tag}/{name}"


def published(entry: Entry) -> str:
    """See `stamped`."""
    return _on_day(entry, entry.documents[current_locale().id].article_matter.published)


def updated(entry: Entry) -> str:
    """See `stamped`."""
    document = entry.documents[current_locale().id]
    return _on_day(entry, modified(document) or document.article_matter.published)


def _on_day(entry: Entry, day: date) -> str:
    return stamped(datetime(day.year, day.month, day.day, tzinfo=UTC), entry.key)


def stamped(moment: datetime, key: str) -> str:
    """A moment as feeds write it: the second, and the same fraction of one for what has this key each time.

    Programs that read feeds take entries with one and the same time for a mistake (the W3C's validator says so), and
    of many we know no more than the day.
    """
    fraction = int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) % 1_000_000
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:06}Z"
