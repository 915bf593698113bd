"""How each promotion stands in each language: its words, where they come from, what is scheduled, where it is shown."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from microsite import addresses
from microsite.editions.edition import Edition, as_of
from microsite.language.locales import Locale
from microsite.promotions.comparison import Comparison, comparisons
from microsite.promotions.placement import PAGE_NAMES
from microsite.promotions.promotion import Promotion
from microsite.promotions.state import Standing, State, displaced, state_of
from microsite.promotions.wording import WordsInForce, catalog_words
from microsite.runtime import current_edition, g
from microsite.storage.revisions import PROMOTION, Action, Afterwards, Revisions, Topic, is_hidden, topic_of
from microsite.storage.saving import Draft
from microsite.storage.tables import Revision
from microsite.studio.blueprint import now, studio
from microsite.studio.fields import number_or_abort
from microsite.studio.layout import go_to

MAX_SAVED = 100
"""Revisions that a page names after saving: one for each language."""


class End(NamedTuple):
    """When words end, and what they leave behind; without an end the words before, which is to say nothing of it."""

    live_until: datetime | None = None
    afterwards: Afterwards = Afterwards.BEFORE


NO_END = End()


def end_of(moment: datetime | None, afterwards: str | None) -> End:
    return End(moment, Afterwards(afterwards or Afterwards.BEFORE)) if moment else NO_END


@dataclass(frozen=True)
class PromotionStatus:
    """One promotion in one language."""

    promotion: Promotion
    locale: Locale
    words: WordsInForce | None
    """In force, typeset; None where the promotion is not shown."""
    revision: Revision | None
    """The revision in force; None: the catalog's words are."""
    behind: Revision | None
    """The revision that decides, or would without a pause or a comparison; None: the catalog's words do."""
    newest_id: int
    """Of the revision that was saved last, in force or not; 0: there is none."""
    scheduled: list[Revision]
    """Next first."""
    outdated_by: Locale | None
    """The language whose words were changed since these were."""
    state: State
    comparisons: list[Comparison]
    """In the order of beginning."""

    @property
    def topic(self) -> Topic:
        return Topic(PROMOTION, self.promotion.key, self.locale.id)

    @cached_property
    def then(self) -> State | None:
        """How it will stand when it begins, where it is scheduled: by itself, that is not yet on any page."""
        begin = self.state.moment if self.state.standing is Standing.SCHEDULED else None
        return self.state_at(begin) if begin else None

    def state_at(self, moment: datetime) -> State | None:
        """How it will stand at a moment, with everything that is scheduled until then; None where it is no more."""
        edition = _edition_at(moment)
        promotion = edition.promotions.get(self.promotion.key)
        return state_of(edition, promotion, self.locale) if promotion else None

    @property
    def displaced(self) -> list[Promotion]:
        """The promotions in whose place it stands on any page."""
        edition = current_edition()
        return [edition.promotions[key] for key in displaced(edition, self.promotion, self.locale, self.state.pages)]

    @property
    def is_paused(self) -> bool:
        return self.state.standing is Standing.PAUSED

    @property
    def can_be_paused(self) -> bool:
        """Whether there is anything that a pause would hide, now or later."""
        return not self.is_paused and bool(self.words or self.scheduled)

    @property
    def pause(self) -> Revision | None:
        """The pause that runs."""
        return self.revision if self.revision and self.is_paused else None

    @property
    def last_words(self) -> Revision | None:
        """The revision whose words are in force, would be without a pause, or were; None: the catalog's words."""
        return self.behind if self.behind and self.behind.action == Action.WORDS else None

    def typed(self, revision: Revision | None) -> Mapping[str, str]:
        """The words of a revision by part, as typed, of a comparison B; the catalog's where it has none."""
        if revision and revision.words:
            return revision.words
        return catalog_words(self.promotion, current_edition().catalogs[self.locale.id])

    @property
    def last_typed(self) -> Mapping[str, str]:
        """By part, as typed: the words that are in force, would be without a pause, or were."""
        return self.typed(self.last_words)

    @property
    def waiting(self) -> Mapping[str, str]:
        """By part, as typed: the words that a pause hides; empty where there are none."""
        return self.last_typed if self.is_paused and not self.has_ended else {}

    @property
    def comparison(self) -> Comparison | None:
        """The one that runs or is to begin: at most one does."""
        return next((each for each in self.comparisons if each.end > now()), None)

    @property
    def can_be_compared(self) -> bool:
        """Whether readers see its words, and do not see them by turns with others already."""
        return self.state.standing is Standing.LIVE and not self.comparison

    def forbids(self, begin: datetime | None) -> bool:
        """Whether a comparison forbids that words begin at a moment (None: now)."""
        return self.comparison is not None and self.comparison.forbids(begin)

    @property
    def has_ended(self) -> bool:
        """Whether what decides has ended, and left nothing behind."""
        return self.behind is not None and is_hidden(self.behind, now())

    @property
    def end(self) -> End:
        """Of the words in force, or of those behind a pause; without any also where they have ended."""
        return end_of(self.behind.live_until, self.behind.afterwards) if self.behind and not self.has_ended else NO_END

    @property
    def is_from_catalog(self) -> bool:
        return self.behind is None or self.behind.action == Action.CATALOG


def statuses_of(promotion: Promotion) -> list[PromotionStatus]:
    """The status in every language of the site, in its order."""
    edition = current_edition()
    locales = {locale.id: locale for locale in edition.content.site.locales.values()}
    outdated = outdated_languages(edition.revisions, promotion.key, locales)
    rows = []
    for locale in locales.values():
        saved = edition.revisions.of(Topic(PROMOTION, promotion.key, locale.id))
        words = edition.words[locale.id].get(promotion.key)
        rows.append(
            PromotionStatus(
                promotion,
                locale,
                words,
                revision=saved.in_force(edition.moment),
                behind=saved.behind(edition.moment),
                newest_id=saved.newest_id,
                scheduled=saved.scheduled(edition.moment),
                outdated_by=locales.get(outdated.get(locale.id, "")) if words else None,
                state=state_of(edition, promotion, locale),
                comparisons=comparisons(saved),
            )
        )
    return rows


def _edition_at(moment: datetime) -> Edition:
    """The site at a moment to come. Each costs an edition: what a page asks again is not made again."""
    edition = current_edition()
    editions: dict[tuple[int, datetime], Edition] = g.setdefault("editions_to_come", {})
    if (edition.number, moment) not in editions:
        editions[edition.number, moment] = as_of(edition, moment)
    return editions[edition.number, moment]


def saved_revisions(topics: Collection[Topic]) -> list[Revision]:
    """The revisions that the query's `saved` names: those that the page's own form has just saved."""
    numbers = request.args.get("saved", "").split(",")[:MAX_SAVED]
    by_id = current_edition().revisions.by_id
    rows = [by_id.get(number_or_abort(404, number)) for number in numbers if number]
    return [row for row in rows if row and topic_of(row) in topics]


def redirect_to_saved(key: str, saved: Iterable[Revision]) -> Response:
    """To the editor, which says what has come of these revisions."""
    numbers = ",".join(str(revision.id) for revision in saved)
    return go_to("studio.edit", key=key, saved=numbers or None)


def with_other_end(revision: Revision, end: End, note: str = "") -> Draft:
    """What takes the place of a revision that has begun: the same from the same moment."""
    return Draft(
        Action(revision.action),
        revision.words,
        revision.live_from,
        *end,
        note,
        list(revision.confirmed_claims),
        revision.id,
        revision.source,
    )


def not_while_compared(compared: Iterable[PromotionStatus]) -> str:
    """The sentence in place of saving words in languages in which a comparison forbids it."""
    return str(
        # TRANSLATORS: %(languages)s are names of languages in which two wordings of an advertisement take turns.
        gettext(
            "%(languages)s: two wordings are compared, so nothing else may begin before the end. "
            "Wait for it, or end the comparison first. Nothing has been saved.",
            languages=", ".join(status.locale.name for status in compared),
        )
    )


def scheduled_together(statuses: Iterable[PromotionStatus]) -> dict[datetime, list[tuple[PromotionStatus, Revision]]]:
    """What is still to begin, in all languages, by its beginning; next first."""
    groups: dict[datetime, list[tuple[PromotionStatus, Revision]]] = {}
    for status in statuses:
        for revision in status.scheduled:
            groups.setdefault(revision.live_from, []).append((status, revision))
    return dict(sorted(groups.items()))


def is_scheduled(revision: Revision) -> bool:
    """Whether it is still to begin."""
    return revision.live_from > now()


def outdated_languages(revisions: Revisions, key: str, locale_ids: Collection[str]) -> dict[str, str]:
    """The languages whose words were not changed after those of another, each with that other one, by locale id.

    A change of one language outdates all others, except where that language was outdated itself: then it has caught
    up. Revisions of one moment were saved together, and do not outdate one another; a new window changes no words, nor
    does a comparison.
    """
    saved_together: dict[datetime, list[str]] = {}
    for revision in revisions.of_all_locales(PROMOTION, key):
        if revision.action not in (Action.PAUSE, Action.COMPARE):
            origin = revisions.of(topic_of(revision)).origin(revision)
            saved_together.setdefault(origin.saved, []).append(revision.locale)
    outdated: dict[str, str] = {}
    for _, changed in sorted(saved_together.items()):
        not_catching_up = [locale for locale in changed if not outdated.pop(locale, None)]
        if not_catching_up:
            outdated |= {locale: not_catching_up[-1] for locale in set(locale_ids).difference(changed)}
    return {locale: other for locale, other in outdated.items() if locale in locale_ids and other in locale_ids}


def copied_words(key: str) -> dict[str, Mapping[str, str]]:
    """The words of a promotion as typed, by locale id, for a duplicate to begin with; none of an unknown one."""
    promotion = current_edition().promotions.get(key)
    return {status.locale.id: status.last_typed for status in statuses_of(promotion)} if promotion else {}


@studio.app_template_global()
def address_of_page(key: str, locale: Locale) -> str:
    """The address of the article or page with this key, for readers."""
    return addresses.of_key(current_edition().content, key, locale)


@studio.app_template_global()
def page_title(key: str, locale: Locale) -> str:
    """The title of the article or page with this key, or the name of a page that is no text. Raises KeyError."""
    content = current_edition().content
    if key in PAGE_NAMES:
        return str(PAGE_NAMES[key])
    return content.document(content.by_key[key], locale).title
