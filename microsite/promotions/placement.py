"""Where a promotion may stand. The one place that declares it: files, counts, pages and studio read it from here."""

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext, lazy_pgettext

from microsite.content.document import Document
from microsite.content.kinds import HOME


class Placement(StrEnum):
    """A placement: its name in files, addresses and counts, its label in the studio, the pages that have it.

    A new one is a row here, and the view and template that show it (`selection.choose`, `views.note_impressions`).
    Where it is one page that is no text, its key goes into `content.kinds.FIXED_PAGES`, its address into
    `addresses.of_key`.
    """

    label: LazyString
    page: str | None
    """The key of its one page; None: articles have it, as `is_in` says."""
    page_name: LazyString

    def __new__(cls, name: str, label: LazyString, page: str | None = None, page_name: LazyString = "") -> "Placement":
        placement = str.__new__(cls, name)
        placement._value_ = name
        placement.label = label
        placement.page = page
        placement.page_name = page_name
        return placement

    # TRANSLATORS: Where a promotion stands, in the studio: where the writer of the article put it.
    IN_TEXT = "in-text", lazy_pgettext("placement", "Placed by the writer")
    # TRANSLATORS: Where a promotion stands, in the studio: where the site puts it if the writer did not.
    DEFAULT = "default", lazy_pgettext("placement", "Placed by the site")
    HOME = (
        "home",
        # TRANSLATORS: Where a promotion stands, in the studio: the place for promotions on the home page.
        lazy_pgettext("placement", "Its place on the home page"),
        HOME,
        # TRANSLATORS: The home page, in a list or table of pages.
        lazy_gettext("Home page"),
    )

    def is_in(self, article: Document, promotion_key: str) -> bool:
        """Whether a text has such a slot for a promotion; whether that may stand there says `Promotion.may_stand`."""
        named = [reference.key for reference in article.references if reference.kind == "promotion"]
        if self is Placement.IN_TEXT:
            return promotion_key in named
        return self is Placement.DEFAULT and not named and article.article_matter.promotion


PLACEMENTS = frozenset(Placement)
"""Every name, for looking up a text that may be none."""
PAGE_NAMES = {placement.page: placement.page_name for placement in Placement if placement.page}
"""Names for the studio of the pages that are no texts, by their keys."""
