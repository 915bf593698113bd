"""How each promotion stands in each language: its words, where they come from, what is scheduled, where it is shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.promotions.placement import PAGE_NAMES, Placement
from microsite.promotions.promotion import Promotion
from microsite.promotions.selection import choose, offer
from microsite.promotions.wording import WordsInForce, catalog_words
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Action, Revisions, Topic
from microsite.storage.tables import Revision
from microsite.studio.blueprint import now


@dataclass(frozen=True)
class PromotionStatus:
    """One promotion in one language."""

    promotion: Promotion
    locale: Locale
    words: WordsInForce | None
    """In force, typeset; None where the promotion is not shown."""
    revision: Revision | None
    """The revision in force; None: the catalog's words are."""
    last_words: Revision | None
    """The revision whose words are in force, or would be without a pause; None: the catalog's words."""
    newest_id: int
    """Of the revision that was saved last, in force or not; 0: there is none."""
    scheduled: list[Revision]
    """Next first."""
    outdated_by: Locale | None
    """The language whose words were changed since these were."""

    @property
    def topic(self) -> Topic:
        return Topic(PROMOTION, self.promotion.key, self.locale.id)

    @property
    def is_paused(self) -> bool:
        return self.revision is not None and self.revision.action == Action.PAUSE

    @property
    def end(self) -> datetime | None:
        """When `last_words` end."""
        return self.last_words.live_until if self.last_words else None

    @property
    def is_from_catalog(self) -> bool:
        return self.revision is None or self.revision.action == Action.CATALOG


def statuses(edition: Edition, promotion: Promotion) -> list[PromotionStatus]:
    """The status in every language of the site, in its order."""
    locales = {locale.id: locale for locale in edition.content.site.locales.values()}
    outdated = outdated_languages(edition.revisions, promotion.key, locales)
    rows = []
    for locale in locales.values():
        saved = edition.revisions.of(Topic(PROMOTION, promotion.key, locale.id))
        last = saved.behind_pauses(edition.moment)
        words = edition.words[locale.id].get(promotion.key)
        rows.append(
            PromotionStatus(
                promotion,
                locale,
                words,
                revision=saved.in_force(edition.moment),
                last_words=last if last and last.action == Action.WORDS else None,
                newest_id=saved.newest_id,
                scheduled=saved.scheduled(edition.moment),
                outdated_by=locales.get(outdated.get(locale.id, "")) if words else None,
            )
        )
    return rows


def is_scheduled(revision: Revision) -> bool:
    """Whether it is still to begin."""
    return revision.live_from > now()


def outdated_languages(revisions: Revisions, key: str, locale_ids: Collection[str]) -> dict[str, str]:
    """The languages whose words were not changed after those of another, each with that other one, by locale id.

    A change of one language outdates all others, except where that language was outdated itself: then it has caught
    up. Revisions of one moment were saved together, and do not outdate one another.
    """
    saved_together: dict[datetime, list[str]] = {}
    for revision in revisions.of_all_locales(PROMOTION, key):
        if revision.action != Action.PAUSE:
            saved_together.setdefault(revision.saved, []).append(revision.locale)
    outdated: dict[str, str] = {}
    for changed in saved_together.values():
        not_catching_up = [locale for locale in changed if not outdated.pop(locale, None)]
        if not_catching_up:
            outdated |= {locale: not_catching_up[-1] for locale in set(locale_ids).difference(changed)}
    return {locale: other for locale, other in outdated.items() if locale in locale_ids and other in locale_ids}


def typed_words(edition: Edition, promotion: Promotion, locale: Locale, revision: Revision | None) -> Mapping[str, str]:
    """The words of a revision by part, as typed; the catalog's where there is no revision, or none with words."""
    if revision and revision.action == Action.WORDS:
        return revision.words
    return catalog_words(promotion, edition.catalogs[locale.id])


def possible_pages(edition: Edition, promotion: Promotion, locale: Locale) -> dict[Placement, list[str]]:
    """The keys of the pages on which the promotion may stand, by placement."""
    content = edition.content
    keys = {placement: [placement.page] if placement.page else [] for placement in promotion.placements}
    for entry in content.listing(locale):
        document = content.document(entry, locale)
        for placement in promotion.placements:
            if placement.is_in(document, promotion.key) and promotion.may_stand(placement, document):
                keys[placement].append(entry.key)
    return keys


def pages_in_use(edition: Edition, promotion: Promotion, locale: Locale) -> dict[Placement, list[str]]:
    """The keys of the pages on which it stands now, by placement; a placement that shows it nowhere is missing."""
    words, moment, content = edition.words[locale.id], edition.moment, edition.content

    def is_shown(placement: Placement, key: str) -> bool:
        if placement is Placement.IN_TEXT:
            return offer(promotion, placement, words, moment) is not None
        article = content.document(content.articles[key], locale) if key in content.articles else None
        chosen = choose(edition.promotions, placement, words, moment, article)
        return chosen is not None and chosen.promotion.key == promotion.key

    possible = possible_pages(edition, promotion, locale)
    shown = {placement: [key for key in keys if is_shown(placement, key)] for placement, keys in possible.items()}
    return {placement: keys for placement, keys in shown.items() if keys}


def page_title(key: str, locale: Locale) -> str:
    """The title of the article or page with this key, or the name of a page that is no text. Raises KeyError."""
    content = current_edition().content
    if key in PAGE_NAMES:
        return str(PAGE_NAMES[key])
    return content.document(content.articles.get(key) or content.pages[key], locale).title
