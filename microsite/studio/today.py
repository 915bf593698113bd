"""The studio's first page: what is live now, the week ahead, what waits for somebody, the last seven days."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext, pgettext

from microsite.editions.edition import Edition
from microsite.language.dates import long_date
from microsite.language.locales import Locale
from microsite.promotions.claim_checks import claims_in_force
from microsite.promotions.figures import Totals, last_days, total
from microsite.promotions.state import Standing
from microsite.runtime import current_locale, current_runtime
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role, account_zone, may, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.figures.comparisons import told_sums
from microsite.studio.layout import language_name, language_of, moment, render
from microsite.studio.promotions.status import PromotionStatus, statuses_of
from microsite.studio.promotions.week import Week, week_ahead
from microsite.studio.translations.queue_filter import TEXTS
from microsite.studio.translations.queue_items import queue_of

MAX_FAULTS = 20
"""Shown on the first page: whoever mends these sees the next ones."""
MAX_FIGURES = 6
"""Promotions in a language, the most seen of the last seven days; the others are a click away."""
SOON = timedelta(days=7)
"""How far ahead an end is something to decide on."""


class Waiting(NamedTuple):
    """Something that waits for somebody, and where it is done; without an address there it is done in files."""

    sentence: str
    address: str = ""


@studio.get("/")
@needs(*Role)
def home() -> str:
    """For each role what its rooms hold: promotions for marketing, messages for translators."""
    edition = newest_edition()
    # TRANSLATORS: In the studio's navigation: the first page after signing in.
    title = pgettext("studio", "Today")
    values = _promotions(edition) if may("studio.edit") else {}
    waiting = [*values.pop("waiting", []), *_messages(edition), *_files(edition), *_backup()]
    return render("today.html", title, faults=_faults(), waiting=waiting, **values)


def _promotions(edition: Edition) -> dict[str, Any]:
    """What the template needs for marketing; `waiting`, what waits there."""
    public = edition.content.site.locales
    rows = [status for promotion in edition.promotions.values() for status in statuses_of(promotion)]
    week = last_days(now().date(), 7)
    counted = told_sums(week, PromotionCount.promotion, PromotionCount.locale)
    figures = sorted(counted.items(), key=lambda row: row[1], reverse=True)[:MAX_FIGURES]
    ahead = week_ahead(edition, account_zone())
    return {
        "is_marketing": True,
        "live": [status for status in rows if status.state.standing is Standing.LIVE],
        "week": ahead,
        "claims": _claims(edition),
        "figures": [(key, public[tag], totals) for (key, tag), totals in figures if tag in public],
        "since": week.first,
        "counted": total(counted.values()) if counted else Totals(),
        "waiting": [*(waiting for status in rows for waiting in _of_promotion(status)), *_gaps(ahead, edition.public)],
    }


def _of_promotion(status: PromotionStatus) -> Iterator[Waiting]:
    """A language that is older than another, a beginning on no page, an end that comes soon."""
    state = status.state
    address = url_for("studio.edit", key=status.promotion.key, _anchor=f"words_{status.locale.id}")
    names = {"promotion": status.promotion.title, "language": status.locale.name}
    if status.outdated_by:
        other = language_name(status.outdated_by)
        # TRANSLATORS: Names of a promotion and of two languages: “summer, Français: older than English.”
        yield Waiting(gettext("%(promotion)s, %(language)s: older than %(other)s.", **names, other=other), address)
    if status.is_paused and not state.moment:
        # TRANSLATORS: Names of a promotion and of a language: “summer, Français: paused until somebody resumes it.”
        yield Waiting(gettext("%(promotion)s, %(language)s: paused until somebody resumes it.", **names), address)
    if status.then and status.then.standing is not Standing.LIVE and state.moment:
        begin = moment(state.moment)
        # TRANSLATORS: Names of a promotion and of a language; %(begin)s is a date and a time.
        sentence = gettext("%(promotion)s, %(language)s: begins %(begin)s, on no page.", **names, begin=begin)
        yield Waiting(sentence, address)
    yield from _comparisons(status, names)
    if state.standing is Standing.LIVE and state.moment and state.moment <= now() + SOON:
        ending = {**names, "end": moment(state.moment)}
        if state.is_last:
            # TRANSLATORS: A promotion ends at a date and time.
            sentence = gettext("%(promotion)s, %(language)s: ends %(end)s; then it is not shown.", **ending)
        else:
            # TRANSLATORS: Words of a promotion end at a date and time, and others are shown in their place.
            sentence = gettext("%(promotion)s, %(language)s: the words end %(end)s; then there are others.", **ending)
        yield Waiting(sentence, address)


def _gaps(week: Week, public: Collection[str]) -> Iterator[Waiting]:
    """Where nothing can be shown in a public language (tags), with the first day; texts are their writers' matter."""
    for lane in week.lanes:
        empty = [span.first for span in lane.spans if any(not step.keys for step in span.steps)]
        if empty and lane.has_order and lane.locale.tag in public:
            names = {"place": lane.placement.label, "language": lane.locale.name}
            day = long_date(empty[0], current_locale())
            # TRANSLATORS: Nothing can be shown there: “Its place on the home page, Français: a gap from 24 May on.”
            sentence = gettext("%(place)s, %(language)s: a gap from %(day)s on.", **names, day=day)
            yield Waiting(sentence, "#week")


def _comparisons(status: PromotionStatus, names: dict[str, str]) -> Iterator[Waiting]:
    """A comparison of two wordings that ends soon, or whose outcome can be read since a few days."""
    for comparison in status.comparisons:
        figures: dict[str, Any] = {"promotion": status.promotion.key, "shown": status.locale.tag}
        address = url_for("studio.promotion_figures", **figures, _anchor=f"comparison-{comparison.number}")
        if comparison.begin <= now() < comparison.end <= now() + SOON:
            end = moment(comparison.end)
            # TRANSLATORS: Two wordings of a promotion were compared until a date and time.
            sentence = gettext("%(promotion)s, %(language)s: the comparison ends %(end)s.", **names, end=end)
            yield Waiting(sentence, address)
        elif now() - SOON < comparison.end <= now() and not comparison.was_cut_short:
            # TRANSLATORS: Two wordings of a promotion were compared.
            sentence = gettext("%(promotion)s, %(language)s: the comparison has ended. See what came of it.", **names)
            yield Waiting(sentence, address)


def _messages(edition: Edition) -> Iterator[Waiting]:
    """Messages that a check refuses or remarks on, in the languages that readers see; for whoever translates."""
    if not may("studio.translation_queue"):
        return
    for locale in edition.content.site.locales.values():
        if number := queue_of(edition, locale).progress.states["failing"]:
            # TRANSLATORS: %(language)s is the name of a language, %(num)s a number of messages.
            sentence = ngettext(
                "%(language)s: %(num)s message fails a check.",
                "%(language)s: %(num)s messages fail a check.",
                number,
                language=locale.name,
            )
            yield Waiting(sentence, _queue(locale, "failing"))


def _queue(locale: Locale, show: str) -> str:
    return url_for("studio.translation_queue", tag=locale.tag, show=show)


def _files(edition: Edition) -> Iterator[Waiting]:
    """What is written in files: texts that a public language lacks or has older; the publisher’s details."""
    content = edition.content
    for locale in content.site.locales.values():
        if number := queue_of(edition, locale).progress.texts.total():
            # TRANSLATORS: %(language)s is the name of a language, %(num)s a number of articles and pages.
            sentence = ngettext(
                "%(language)s: %(num)s text is missing, or older than in another language.",
                "%(language)s: %(num)s texts are missing, or older than in another language.",
                number,
                language=locale.name,
            )
            yield Waiting(sentence, _queue(locale, TEXTS) if may("studio.translation_queue") else "")
    publisher = content.site.publisher
    if empty := [name for field, name in publisher_details().items() if publisher.filled(field) is None]:
        # TRANSLATORS: Details of the publisher that nobody has filled in yet. %(details)s are their names.
        sentence = gettext("Details of the publisher are still to be filled in: %(details)s.", details=", ".join(empty))
        where = gettext("They stand in site.toml.")
        if not may("studio.audit"):
            where = gettext("Whoever looks after the site’s files fills them in.")
        yield Waiting(f"{sentence} {where}")


def publisher_details() -> dict[str, str]:
    """What readers and the studio call the details of the publisher, by their fields in site.toml."""
    return {
        "name": gettext("Publisher"),
        # TRANSLATORS: The product that the publisher's promotions are for.
        "product": gettext("Product"),
        # TRANSLATORS: The web address of the product that the publisher's promotions are for.
        "product_url": gettext("Address of the product"),
        "address": gettext("Address"),
        "registration": gettext("Register"),
        "director": gettext("Director of publication"),
        "host": gettext("Hosting"),
        "email": gettext("Contact"),
    }


def _backup() -> Iterator[Waiting]:
    """That the last backup is too old; for admins, who can tell whoever runs the site."""
    last = current_runtime().last_backup
    if may("studio.audit") and last.is_late():
        sentence = gettext("There has never been a backup.")
        if last.moment:
            # TRANSLATORS: %(moment)s is a date with its time.
            sentence = gettext("The last backup is of %(moment)s.", moment=moment(last.moment))
        yield Waiting(sentence)


def _claims(edition: Edition) -> list[tuple[str, Locale, list[str]]]:
    """Live words that nobody has confirmed: of a promotion, by its key, in a language."""
    claimed = claims_in_force(edition, edition.files.claims)
    locales = {locale.id: locale for locale in edition.content.site.locales.values()}
    return [(key, locales[id], words) for (id, key), words in claimed.items() if id in locales]


def _faults() -> list[tuple[str, str]]:
    """What is not shown as it was saved, with file and line as /readyz has it, and the language in which it is said.

    That is the account's, as far as it can be said there.
    """
    editions = current_runtime().editions
    folders = editions.settings.site.parent, editions.settings.translations.parent
    faults = dict.fromkeys(fault for faults in editions.faults.values() for fault in faults)
    return [
        (fault.translated(gettext).relative_to(*folders), language_of(fault.message))
        for fault in islice(faults, MAX_FAULTS)
    ]
