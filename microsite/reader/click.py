"""Clicks on promotions: counted, then led to the target."""

from flask import redirect, request
from werkzeug.wrappers import Response

from microsite import addresses
from microsite.content.kinds import FIXED_PAGES
from microsite.numbers import read_number
from microsite.promotions.audience import is_counted
from microsite.promotions.counts import UNKNOWN, UNKNOWN_REVISION, CountKey
from microsite.promotions.placement import PLACEMENTS
from microsite.promotions.wording import FROM_CATALOG
from microsite.reader.blueprint import reader
from microsite.runtime import current_edition, current_locale, current_runtime
from microsite.storage.revisions import PROMOTION, Topic, topic_of


@reader.get("/<locale:tag>/go/<promotion>/<key>/<placement>/<revision>")
def click(promotion: str, key: str, placement: str, revision: str) -> Response:
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
        revision=_revision(revision, Topic(PROMOTION, promotion, locale.id)),
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


def _revision(typed: str, topic: Topic) -> int:
    """The number of the wording that an address names, `UNKNOWN_REVISION` unless it is one of this topic."""
    if typed == str(FROM_CATALOG):
        return FROM_CATALOG
    try:
        number = read_number(typed)
    except ValueError:
        return UNKNOWN_REVISION
    revision = current_edition().revisions.by_id.get(number)
    is_known = revision and topic_of(revision) == topic and str(number) == typed
    return number if is_known else UNKNOWN_REVISION
