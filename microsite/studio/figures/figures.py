"""What promotions did: totals of days, with nobody in them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from flask import Response, abort
from flask_babel import gettext, pgettext

from microsite.editions.edition import current_edition, current_locale
from microsite.language.locales import Locale
from microsite.promotions.counts import MONTHS_KEPT, UNKNOWN
from microsite.promotions.figures import (
    MIN_IMPRESSIONS,
    Period,
    Totals,
    by_day,
    comparisons_with_newest,
    last_days,
    rows,
    sums,
    total,
    wording_figures,
)
from microsite.promotions.placement import Placement
from microsite.promotions.wording import FROM_CATALOG, WordsInForce, from_catalog, words_of
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import current_store, now, studio
from microsite.studio.figures.chart import Bars, Month, marks
from microsite.studio.figures.csv_file import pieces
from microsite.studio.figures.period import MONTH, PeriodForm, address_of, chosen_period, usual_periods
from microsite.studio.layout import render
from microsite.studio.promotions.status import page_title

MOST_PAGES = 25


def latest_months() -> Callable[[str, str], Month]:
    """What a promotion (its key) did in a language (its tag) in the last 28 days, today included."""
    days = by_day(current_store(), last_days(now().date(), MONTH))
    return lambda key, tag: Month(days.get((key, tag), [Totals()] * MONTH))


@studio.get("/figures/")
@needs(Role.MARKETING)
def figures() -> str:
    edition, store = current_edition(), current_store()
    form, period = chosen_period()
    month_of = latest_months()
    counted = sums(store, period, PromotionCount.promotion, PromotionCount.locale)
    known = {(key, tag) for key in edition.promotions for tag in edition.content.site.locales}
    listed: dict[str, list[tuple[str, Totals, Month]]] = {}
    for key, tag in sorted({*known, *counted}, key=lambda spot: (spot[0] == UNKNOWN, spot)):
        listed.setdefault(key, []).append((tag, counted.get((key, tag), Totals()), month_of(key, tag)))
    return render("figures.html", pgettext("studio", "Figures"), **_of_period(form, period), listed=listed)


@studio.get("/figures/<promotion>/<locale:shown>/")
@needs(Role.MARKETING)
def promotion_figures(promotion: str, shown: str) -> str:
    spot = _spot(promotion, shown)
    locale = current_edition().content.site.locales[shown]
    form, period = chosen_period()
    days = sums(current_store(), period, PromotionCount.revision, PromotionCount.day, **spot)
    pages = sums(current_store(), period, PromotionCount.page, PromotionCount.placement, **spot)
    seen = sorted(pages.items(), key=lambda one: one[1], reverse=True)[:MOST_PAGES]
    found = wording_figures(days)
    daily = [total(days.get((one.revision, day), Totals()) for one in found) for day in period.days]
    return render(
        "figures_promotion.html",
        # TRANSLATORS: Title of the studio's page with the figures of a promotion in a language: “summer: Français”.
        gettext("%(promotion)s: %(language)s", promotion=promotion, language=locale.name),
        **_of_period(form, period),
        promotion=promotion,
        tongue=locale,
        counted=total(daily),
        daily=dict(zip(period.days, daily, strict=True)),
        views=Bars(period, [day.impressions for day in daily]),
        clicks=Bars(period, [day.clicks for day in daily]),
        marks=marks(period, {one.revision: one.first for one in found if one.revision >= 0}),
        results=found,
        compared=comparisons_with_newest(found),
        words={one.revision: _words(promotion, locale, one.revision) for one in found},
        most=_most(one.counted for one in found),
        pages=seen,
        most_on_pages=_most(one for _, one in seen),
        number_of_pages=len(pages),
    )


@studio.get("/figures.csv")
@studio.get("/figures/<promotion>/<locale:shown>/figures.csv")
@needs(Role.MARKETING)
def figures_csv(promotion: str = "", shown: str = "") -> Response:
    """All totals of the period, or those of one promotion in one language."""
    spot = _spot(promotion, shown) if promotion else {}
    _, period = chosen_period()
    answer = Response(
        pieces(rows(current_store(), period, **spot), current_edition().revisions.by_id), mimetype="text/csv"
    )
    name = "-".join(filter(None, ("figures", promotion, shown, f"{period.first}", f"{period.last}.csv")))
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _of_period(form: PeriodForm, period: Period) -> dict[str, Any]:
    """What every page of figures says of its days, and of how it counts."""
    return {
        "form": form,
        "period": period,
        "periods": usual_periods(period),
        "csv_address": address_of("studio.figures_csv", period),
        "enough": MIN_IMPRESSIONS,
        "months_kept": MONTHS_KEPT,
        "place_name": _place_name,
        "page_name": _page_name,
        "language_name": _language_name,
    }


def _most(several: Iterable[Totals]) -> float:
    """The end of a scale on which all their ranges have room."""
    return max((one.rate.high for one in several if one.rate), default=0)


def _spot(promotion: str, tag: str) -> dict[str, str]:
    """One promotion in one language, there now or counted once; else 404."""
    edition = current_edition()
    if tag not in edition.content.site.locales or promotion == UNKNOWN:
        abort(404)
    if promotion not in edition.promotions:
        kept = last_days(now().date(), 31 * MONTHS_KEPT)
        if not sums(current_store(), kept, PromotionCount.promotion, promotion=promotion):
            abort(404)
    return {"promotion": promotion, "locale": tag}


def _words(promotion: str, locale: Locale, revision: int) -> WordsInForce | None:
    """What a wording says: the catalog's as it is now. None where nobody knows any more."""
    edition = current_edition()
    if revision == FROM_CATALOG:
        known = edition.promotions.get(promotion)
        return from_catalog(known, edition.catalogs[locale.id]) if known else None
    saved = edition.revisions.by_id.get(revision)
    return words_of(saved.words, locale.language, revision) if saved and saved.words else None


def _place_name(placement: str) -> str:
    """The label of a placement; the name itself of one that is no more."""
    if placement == UNKNOWN:
        # TRANSLATORS: Where a promotion stood, in a table of the studio: an address named a place that does not exist.
        return str(pgettext("placement", "Unknown"))
    return next((str(known.label) for known in Placement if known == placement), placement)


def _page_name(key: str) -> str:
    """The title of a page in the account's language; the key itself of one that is no more."""
    if key == UNKNOWN:
        # TRANSLATORS: In a table of pages: an address named a page that does not exist.
        return str(gettext("Unknown page"))
    with suppress(KeyError):
        return page_title(key, current_locale())
    return key


def _language_name(tag: str) -> str:
    locale = current_edition().content.site.locales.get(tag)
    return locale.name if locale else tag
