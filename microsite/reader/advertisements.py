"""The register of advertisements for programs: as JSON, and in a feed of its own. Its page is a text with a block."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Response, abort, jsonify, render_template
from flask_babel import gettext

from microsite import addresses
from microsite.content.kinds import FIXED_PAGES
from microsite.language import dates
from microsite.language.locales import Locale
from microsite.promotions.comparison_outcome import Compared
from microsite.promotions.placement import PAGE_NAMES
from microsite.promotions.register_entries import (
    MIN_STATED,
    Advertisement,
    PublicWording,
    advertisements,
    complete_since,
)
from microsite.reader.blueprint import reader
from microsite.reader.body import written_in
from microsite.reader.feed import MAX_ENTRIES, feed_id, stamped
from microsite.reader.page import absolute
from microsite.runtime import current_edition, current_locale


class PageLink(NamedTuple):
    """A page on which a promotion stood, in the language of its words."""

    title: str
    address: str
    language: Locale
    """Of its title."""


def pages_of(wording: PublicWording) -> Iterator[PageLink]:
    """Those of today's site: a page that is gone has no title any more."""
    content = current_edition().content
    locale = content.site.locales.get(wording.key.locale, content.site.default)
    for key in wording.pages:
        if key in FIXED_PAGES:
            yield PageLink(str(PAGE_NAMES[key]), addresses.of_key(content, key, locale), current_locale())
        elif entry := content.by_key.get(key):
            language = written_in(content, entry, locale)
            yield PageLink(content.document(entry, locale).title, addresses.text(content, entry, locale), language)


@reader.get(addresses.REGISTER_JSON)
def register_json() -> Response:
    """All of it, in all languages; with the site's page."""
    edition = current_edition()
    if addresses.REGISTER not in edition.content.pages:
        abort(404)
    until = edition.register.past.until
    return jsonify(
        site=absolute("/"),
        complete_since=_moment(complete_since(edition.register)),
        counted_until=until and until.isoformat(),
        null_means=f"views, clicks: fewer than {MIN_STATED}",
        meant_for="everybody",
        advertisements=[_as_data(advertisement) for advertisement in advertisements(edition)],
    )


def _as_data(advertisement: Advertisement) -> dict[str, Any]:
    languages = advertisement.languages
    return {
        "key": advertisement.key,
        "paid_by": advertisement.advertisers,
        "wordings": [_wording(wording) for language in languages for wording in language.wordings],
        "comparisons": [
            _comparison(compared, language.locale.tag) for language in languages for compared in language.comparisons
        ],
    }


def _wording(wording: PublicWording) -> dict[str, Any]:
    is_counted = wording.figures == "counted"
    return {
        "id": wording.key.wording,
        "language": wording.key.locale,
        **wording.words.by_part,
        "shown": [
            {"from": _moment(span.begin), "until": _moment(span.end), "paid_by": span.advertiser}
            for span in wording.spans
        ],
        "pages": [absolute(page.address) for page in pages_of(wording)],
        "figures": wording.figures,
        **({"views": wording.views, "clicks": wording.clicks} if is_counted else {}),
    }


def _comparison(compared: Compared, tag: str) -> dict[str, Any]:
    comparison = compared.outcome.comparison
    return {
        "language": tag,
        "from": _moment(comparison.begin),
        "until": _moment(comparison.end),
        "a": compared.words_a.digest,
        "b": compared.words_b.digest,
        "result": compared.outcome.result,
        "pairs_of_days": compared.outcome.used,
    }


def _moment(moment: datetime | None) -> str | None:
    """RFC 3339, in UTC; whole seconds, since nobody sees a page in less."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None


@reader.get("/<locale:tag>/<slug>/feed.atom")
def register_feed(slug: str) -> Response:
    """Each wording when it is first shown: below the page of the register, and of no other."""
    edition, locale = current_edition(), current_locale()
    content = edition.content
    entry = content.pages.get(addresses.REGISTER)
    if entry is None or content.document(entry, locale).slug != slug:
        abort(404)
    page = content.document(entry, locale)
    wordings = [
        wording
        for advertisement in advertisements(edition)
        for language in advertisement.languages
        for wording in language.wordings
        if wording.spans
    ]
    newest = sorted(wordings, key=lambda wording: wording.spans[0].begin, reverse=True)[:MAX_ENTRIES]
    text = render_template(
        "advertisements.xml",
        wordings=newest,
        updated=begun(newest[0]) if newest else dates.rfc3339(edition.moment.date()),
        alternates={other: addresses.register_feed(content, other) for other in content.site.locales.values()},
        home=addresses.text(content, entry, locale),
        id=feed_id(f"feed/{addresses.REGISTER}"),
        # TRANSLATORS: Title of a feed. %(page)s is the title of the page that lists all advertisements.
        title=gettext("%(site)s: %(page)s", site=content.site.name, page=page.title),
        subtitle=page.summary,
        author=content.site.publisher.filled("name") or content.site.name,
    )
    return Response(text, mimetype="application/atom+xml")


def begun(wording: PublicWording) -> str:
    """When it was first shown, as feeds write it."""
    return stamped(wording.spans[0].begin, "/".join(wording.key))
