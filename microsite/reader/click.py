"""Clicks on promotions: counted, then led to the target."""

from contextlib import suppress

from flask import redirect, request
from werkzeug.wrappers import Response

from microsite import addresses
from microsite.content.kinds import FIXED_PAGES
from microsite.numbers import read_number
from microsite.promotions.audience import is_counted
from microsite.promotions.counts import UNKNOWN, CountKey
from microsite.promotions.placement import PLACEMENTS
from microsite.promotions.register import WordingKey
from microsite.promotions.wording import typeset_words
from microsite.reader.blueprint import reader
from microsite.runtime import current_edition, current_locale, current_runtime
from microsite.storage.revisions import PROMOTION, Action, Topic, topic_of


@reader.get("/<locale:tag>/go/<promotion>/<key>/<placement>/<wording>")
def click(promotion: str, key: str, placement: str, wording: str) -> Response:
    """Count the click, then lead to the promotion's own target: never to an address taken from the URL.

    What is not known (an old page, a mistyped link) leads there all the same, and is counted as unknown.
    """
    edition, locale = current_edition(), current_locale()
    content = edition.content
    known = edition.promotions.get(promotion)
    counted = CountKey(
        locale=locale.tag,
        page=key if key in FIXED_PAGES or key in content.by_key else UNKNOWN,
        placement=placement if placement in PLACEMENTS else UNKNOWN,
        promotion=promotion if known else UNKNOWN,
        wording=_wording(wording, Topic(PROMOTION, promotion, locale.id), locale.tag),
    )
    if is_counted(request.environ):
        current_runtime().counts.count_click(counted)
    if known:
        target = addresses.target(known, content.site.name, locale)
    else:
        target = addresses.with_campaign(content.site.publisher.product_url, content.site.name, UNKNOWN, locale)
    response = redirect(target, 302)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _wording(typed: str, topic: Topic, tag: str) -> str:
    """The digest of the words that an address names, `UNKNOWN` unless readers were shown them.

    Pages that were rendered before totals were kept by digest name a revision by its number, 0 for the catalog's words.
    """
    edition = current_edition()
    words = edition.words[topic.locale].get(topic.subject)
    if words and typed in (words.digest, "0"):
        return words.digest
    if WordingKey(topic.subject, tag, typed) in edition.register.words:
        return typed
    with suppress(ValueError):
        revision = edition.revisions.by_id.get(read_number(typed))
        if revision and topic_of(revision) == topic and revision.action == Action.WORDS and str(revision.id) == typed:
            return typeset_words(revision.words, edition.catalogs[topic.locale].language).digest
    return UNKNOWN
