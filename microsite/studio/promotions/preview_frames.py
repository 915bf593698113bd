"""The frames of the editing page: which pages show a promotion, and the link that shows them with a draft."""

from datetime import datetime
from typing import NamedTuple

from flask import url_for

from microsite import addresses
from microsite.content.kinds import HOME
from microsite.language.locales import Locale
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import Promotion
from microsite.runtime import current_edition, current_locale, current_runtime
from microsite.studio.blueprint import now
from microsite.studio.promotions.preview import LIVES, Preview, signed
from microsite.studio.promotions.status import page_title, places

MOST_OFFERED = 40
"""Articles in the list, for each placement; the others are reached in the preview itself."""


class Frame(NamedTuple):
    locale: Locale
    address: str
    """The whole page, for people without an account too."""
    excerpt: str
    """From the paragraph before the promotion."""


class Frames(NamedTuple):
    offered: dict[Placement, list[tuple[str, str]]]
    """By placement: the key of each page, and its title."""
    where: str
    shown: list[Frame]
    expires: datetime

    @property
    def link(self) -> str:
        """For somebody without an account."""
        own = next((frame for frame in self.shown if frame.locale == current_locale()), self.shown[0])
        return str(current_runtime().settings.base_url) + own.address


def frames_of(promotion: Promotion, words: dict[str, dict[str, str]], where: str) -> Frames:
    """The page `where` with a draft, in every language; a page that does not show the promotion gives way to one."""
    content = current_edition().content
    possible = places(current_edition(), promotion, current_locale())
    if where not in {key for keys in possible.values() for key in keys}:
        where = next((key for keys in possible.values() for key in keys), HOME)
    offered = {
        placement: [(key, page_title(key, current_locale())) for key in keys[:MOST_OFFERED]]
        for placement, keys in possible.items()
    }
    link = signed(Preview(promotion.key, words))
    shown = []
    for locale in content.site.locales.values():
        path = addresses.of_key(content, where, locale)
        address = url_for("studio.preview", signed=link, path=path.lstrip("/"))
        shown.append(Frame(locale, address, f"{address}?excerpt="))
    return Frames(offered, where, shown, now() + LIVES)
