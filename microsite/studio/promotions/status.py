"""How each promotion stands in each language: what marketing sees before it changes anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.promotions.placement import PAGE_NAMES, Placement
from microsite.promotions.promotion import Promotion
from microsite.promotions.selection import choose, offer
from microsite.promotions.wording import PARTS, WordsInForce, context
from microsite.runtime import current_edition, current_runtime, g
from microsite.storage.revisions import PROMOTION, Revisions, Topic
from microsite.storage.tables import Revision
from microsite.studio.blueprint import now


@dataclass(frozen=True)
class Standing:
    """One promotion in one language."""

    promotion: Promotion
    locale: Locale
    words: WordsInForce | None
    """In force, typeset; None where it is not shown."""
    revision: Revision | None
    """Where they come from: the revision in force; None: the catalog."""
    last_words: Revision | None
    """The words that an author goes on from: those in force, or those that a pause hides; None: the catalog's."""
    newest: int
    """The id of the last revision that was saved, in force or not."""
    coming: list[Revision]
    """What is scheduled, next first."""
    older_than: Locale | None
    """The language that was changed since, and this one not."""

    @property
    def is_paused(self) -> bool:
        return self.revision is not None and self.revision.action == "pause"

    @property
    def end(self) -> datetime | None:
        """When the words in force end, or those that a pause hides."""
        return self.last_words.live_until if self.last_words else None

    @property
    def is_from_catalog(self) -> bool:
        return self.revision is None or self.revision.action == "catalog"


def standings(edition: Edition, promotion: Promotion) -> list[Standing]:
    """In every language of the site, in its order."""
    locales = list(edition.content.site.locales.values())
    found = edition.revisions.in_force(edition.moment)
    older = older_languages(edition.revisions, promotion.key, [locale.id for locale in locales])
    by_id = {locale.id: locale for locale in locales}
    rows = []
    for locale in locales:
        topic = Topic(PROMOTION, promotion.key, locale.id)
        last = edition.revisions.of(topic).behind_pauses(edition.moment)
        rows.append(
            Standing(
                promotion,
                locale,
                edition.words[locale.id].get(promotion.key),
                found.get(topic),
                last if last and last.action == "words" else None,
                newest_id(edition.revisions, topic),
                edition.revisions.of(topic).scheduled(edition.moment),
                by_id.get(older.get(locale.id, "")) if promotion.key in edition.words[locale.id] else None,
            )
        )
    return rows


def is_coming(revision: Revision) -> bool:
    """Whether it is scheduled, and still to begin."""
    return revision.live_from > now()


def newest_edition() -> Edition:
    """The edition with whatever was saved until now, by any process, as the one of this request."""
    current_runtime().editions.poll_revisions()
    g.edition = current_runtime().editions.current
    return current_edition()


def newest_id(revisions: Revisions, topic: Topic) -> int:
    """The id that whoever saves next has to have seen; 0 before there is any."""
    return max((revision.id for revision in revisions.of(topic).revisions), default=0)


def older_languages(revisions: Revisions, key: str, locales: Iterable[str]) -> dict[str, str]:
    """The languages whose words were not changed after those of another, and which one that is, by locale id.

    Who changes a language makes the others older, except where that language was the older one: then it has caught up.
    What was saved together is of one age.
    """
    older: dict[str, str] = {}
    known = set(locales)
    moments: dict[datetime, list[str]] = {}
    for revision in revisions.of_all_locales(PROMOTION, key):
        if revision.action != "pause":
            moments.setdefault(revision.saved, []).append(revision.locale)
    for together in moments.values():
        fresh = [locale for locale in together if not older.pop(locale, None)]
        if fresh:
            older |= {locale: fresh[-1] for locale in known.difference(together)}
    return {locale: other for locale, other in older.items() if locale in known and other in known}


def typed_words(edition: Edition, promotion: Promotion, locale: Locale, revision: Revision | None) -> Mapping[str, str]:
    """The words of a revision as they were typed; without one, or where it has none, the catalog's."""
    if revision and revision.action == "words":
        return revision.words
    catalog = edition.catalogs[locale.id]
    wording = promotion.wording
    return {part: catalog.translation(context(promotion.key, part), getattr(wording, part)) or "" for part in PARTS}


def places(edition: Edition, promotion: Promotion, locale: Locale) -> dict[Placement, list[str]]:
    """The keys of the pages on which the promotion may stand, by placement."""
    content = edition.content
    keys = {placement: [placement.page] if placement.page else [] for placement in promotion.placements}
    for entry in content.listing(locale):
        document = content.document(entry, locale)
        for placement in promotion.placements:
            if placement.is_in(document, promotion.key):
                keys[placement].append(entry.key)
    return keys


def used(edition: Edition, promotion: Promotion, locale: Locale) -> dict[Placement, list[str]]:
    """The keys of the pages on which it stands now: where none is named, the site shows the latest to begin."""
    words, moment = edition.words[locale.id], edition.moment

    def is_shown(placement: Placement) -> bool:
        if placement is Placement.IN_TEXT:
            return offer(promotion, placement, words, moment) is not None
        chosen = choose(edition.promotions, placement, words, moment)
        return chosen is not None and chosen.promotion.key == promotion.key

    return {
        placement: keys if is_shown(placement) else [] for placement, keys in places(edition, promotion, locale).items()
    }


def page_title(key: str, locale: Locale) -> str:
    """The title of the article or page with this key, or the name of a page that is no text. Raises KeyError."""
    content = current_edition().content
    if key in PAGE_NAMES:
        return str(PAGE_NAMES[key])
    return content.document(content.by_key[key], locale).title
