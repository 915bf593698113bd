"""How each promotion stands in each language: its words, where they come from, what is scheduled, where it is shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.promotions.placement import PAGE_NAMES
from microsite.promotions.promotion import Promotion
from microsite.promotions.state import Standing, State, state_of
from microsite.promotions.wording import WordsInForce, catalog_words
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Action, Revisions, Topic
from microsite.storage.saving import Draft
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
    state: State

    @property
    def topic(self) -> Topic:
        return Topic(PROMOTION, self.promotion.key, self.locale.id)

    @property
    def is_paused(self) -> bool:
        return self.state.standing is Standing.PAUSED

    @property
    def pause(self) -> Revision | None:
        """The pause that runs."""
        return self.revision if self.revision and self.is_paused else None

    @property
    def end(self) -> datetime | None:
        """When `last_words` end; None also where they have ended."""
        end = self.last_words.live_until if self.last_words else None
        return end if end and end > now() else None

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
                state=state_of(edition, promotion, locale),
            )
        )
    return rows


def resumed(pause: Revision, moment: datetime) -> Draft:
    """What ends a pause at a moment: another in its place."""
    return Draft(Action.PAUSE, live_from=pause.live_from, live_until=moment, note=pause.note, cancels=pause.id)


def is_scheduled(revision: Revision) -> bool:
    """Whether it is still to begin."""
    return revision.live_from > now()


def outdated_languages(revisions: Revisions, key: str, locale_ids: Collection[str]) -> dict[str, str]:
    """The languages whose words were not changed after those of another, each with that other one, by locale id.

    A change of one language outdates all others, except where that language was outdated itself: then it has caught
    up. Revisions of one moment were saved together, and do not outdate one another; a new window changes no words.
    """
    saved_together: dict[datetime, list[str]] = {}
    for revision in revisions.of_all_locales(PROMOTION, key):
        if revision.action != Action.PAUSE:
            saved_together.setdefault(revisions.origin(revision).saved, []).append(revision.locale)
    outdated: dict[str, str] = {}
    for _, changed in sorted(saved_together.items()):
        not_catching_up = [locale for locale in changed if not outdated.pop(locale, None)]
        if not_catching_up:
            outdated |= {locale: not_catching_up[-1] for locale in set(locale_ids).difference(changed)}
    return {locale: other for locale, other in outdated.items() if locale in locale_ids and other in locale_ids}


def copied_words(edition: Edition, key: str) -> dict[str, Mapping[str, str]]:
    """The words of a promotion as typed, by locale id, for a duplicate to begin with; none of an unknown one."""
    promotion = edition.promotions.get(key)
    if not promotion:
        return {}
    return {
        status.locale.id: typed_words(edition, promotion, status.locale, status.last_words)
        for status in statuses(edition, promotion)
    }


def typed_words(edition: Edition, promotion: Promotion, locale: Locale, revision: Revision | None) -> Mapping[str, str]:
    """The words of a revision by part, as typed; the catalog's where there is no revision, or none with words."""
    if revision and revision.action == Action.WORDS:
        return revision.words
    return catalog_words(promotion, edition.catalogs[locale.id])


def page_title(key: str, locale: Locale) -> str:
    """The title of the article or page with this key, or the name of a page that is no text. Raises KeyError."""
    content = current_edition().content
    if key in PAGE_NAMES:
        return str(PAGE_NAMES[key])
    return content.document(content.articles.get(key) or content.pages[key], locale).title
