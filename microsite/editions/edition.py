"""An edition: everything that a page is made of at one moment, and when time alone asks for a new one."""

from datetime import datetime
from typing import NamedTuple

from microsite.catalog_tools.progress import is_ready
from microsite.clock import publication_day
from microsite.content.library import Content
from microsite.editions.site_folder import SiteFiles
from microsite.faults import Fault
from microsite.language.catalog import Catalog
from microsite.language.reading import with_studio_translations
from microsite.language.studio_translations import translations_by_locale
from microsite.promotions.definition import defined_promotions
from microsite.promotions.promotion import Promotion, change_moments
from microsite.promotions.register import Register
from microsite.promotions.wording import PromotionWords, all_words
from microsite.storage.revisions import Revisions, next_midnight


class Edition(NamedTuple):
    """Snapshots that nobody changes, and a number that grows by one. Pages are computed from an edition alone."""

    number: int
    files: SiteFiles
    content: Content
    """In the languages that are public, without articles whose day of publication is still to come."""
    promotions: dict[str, Promotion]
    """As files and studio define them at `moment`, by key."""
    promotion_faults: list[Fault]
    """Why promotions of the studio are not among `promotions`."""
    catalogs: dict[str, Catalog]
    revisions: Revisions
    words: dict[str, PromotionWords]
    """The words of promotions in force at `moment`, by locale id: marketing's, else the catalog's."""
    moment: datetime
    """UTC. What “today” is on every page of this edition, and which promotions run."""
    due: datetime
    """UTC. When time alone makes this edition untrue: a promotion or wording begins or ends, or the day is over."""
    public: frozenset[str]
    """Tags of the languages that readers see. One stays public whatever it loses, until `public_from` asks for more:
    see `storage.public_languages`."""
    register: Register
    """Of the advertisements that readers were shown, up to this edition."""

    @property
    def all_content(self) -> Content:
        """In the other languages and of days to come as well, which only the studio sees so far."""
        return self.files.content


def as_of(edition: Edition, moment: datetime) -> Edition:
    """The same files and revisions at a moment (UTC), with all that is scheduled until then."""
    saved = edition.revisions.in_force(moment)
    messages, site = translations_by_locale(saved), edition.all_content.site
    catalogs = {
        locale.id: with_studio_translations(edition.catalogs[locale.id], locale, messages.get(locale.id, {}))
        for locale in site.locales.values()
    }
    public = {
        tag: locale
        for tag, locale in site.locales.items()
        if tag in edition.public or is_ready(catalogs[locale.id], locale, edition.all_content)
    }
    defined = defined_promotions(edition.files.promotions, saved, site)
    return edition._replace(
        content=edition.all_content.published_by(publication_day(moment)).limited_to(public),
        catalogs=catalogs,
        promotions=defined.promotions,
        promotion_faults=defined.faults,
        words=all_words(defined.promotions, catalogs, edition.revisions, moment),
        moment=moment,
        due=min([next_midnight(moment), *change_moments(defined.promotions, edition.revisions, moment)]),
        public=frozenset(public),
    )
