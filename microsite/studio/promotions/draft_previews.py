"""The previews of a draft beside the fields of the editor: on which pages, in every language."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import url_for

from microsite import addresses
from microsite.content.kinds import HOME
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import Promotion
from microsite.promotions.state import possible_pages
from microsite.runtime import current_edition, current_locale
from microsite.studio.promotions.preview import Preview, own_token
from microsite.studio.promotions.status import page_title

MAX_OFFERED = 40
"""Pages in the editor's list, for each placement; the others are reached in the preview itself."""


class Previews(NamedTuple):
    """What the editor shows of a draft."""

    offered: dict[Placement, list[tuple[str, str]]]
    """By placement: the key of each page that may show the promotion, and its title."""
    where: str
    """The key of the page that is shown."""
    addresses: dict[str, str]
    """Of the whole page, by locale id; with `?excerpt=`, from the paragraph before the promotion."""
    is_moved: bool
    """Whether the promotion stands on no page: `where` is one on which it could."""


def previews_of(promotion: Promotion, words: Mapping[str, Mapping[str, str]], where: str) -> Previews:
    """A draft, by locale id, on the page with the key `where`; on another one if that cannot show the promotion."""
    content = current_edition().content
    possible = possible_pages(current_edition(), promotion, current_locale())
    keys = [key for of_placement in possible.values() for key in of_placement]
    if where not in keys:
        where = next(iter(keys), "") or _possible_article(promotion)
    offered = {
        placement: [(key, page_title(key, current_locale())) for key in of_placement[:MAX_OFFERED]]
        for placement, of_placement in possible.items()
    }
    token = own_token(Preview(promotion.key, words))
    paths = {locale.id: addresses.of_key(content, where, locale) for locale in content.site.locales.values()}
    whole = {id: url_for("studio.preview", token=token, path=path.lstrip("/")) for id, path in paths.items()}
    return Previews(offered, where, whole, is_moved=not keys)


def _possible_article(promotion: Promotion) -> str:
    """The key of an article in which the site could place a promotion; without any, of the home page."""
    content, locale = current_edition().content, current_locale()
    for entry in content.listing(locale):
        if Placement.DEFAULT.is_in(content.document(entry, locale), promotion.key):
            return entry.key
    return HOME
