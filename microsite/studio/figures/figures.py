"""The pages of figures: what promotions did in a period, all of them or one in one language, and the same as CSV."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from flask import Response, abort
from flask_babel import gettext, lazy_gettext, lazy_pgettext, pgettext

from microsite.promotions.counts import MONTHS_KEPT, UNKNOWN
from microsite.promotions.figures import (
    FigureChange,
    Period,
    Totals,
    by_day,
    change,
    last_days,
    months_of,
    rows,
    shown_wordings,
    sums,
    total,
    unusual_days,
    wording_figures,
)
from microsite.promotions.placement import Placement
from microsite.runtime import current_edition, current_locale
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import current_store, now, studio
from microsite.studio.figures.chart import Bars, marks, sparkline
from microsite.studio.figures.comparisons import comparisons_with_outcome, told_sums, withheld_days
from microsite.studio.figures.csv_file import chunks
from microsite.studio.figures.period_choice import DEFAULT_DAYS, chosen_period, former_sums, shared_values
from microsite.studio.layout import promotion_title, render
from microsite.studio.promotions.status import page_title
from microsite.studio.sorting import Column, sort_table

MAX_PAGES = 25


@studio.get("/figures/")
@needs(Role.MARKETING)
def figures() -> str:
    form, period = chosen_period()
    rows, heads = sort_table(_rows(period), COLUMNS, since=period.first, until=period.last)
    counted = total(row.counted for row in rows)
    former = [row.former for row in rows if row.former]
    return render(
        "figures/figures.html",
        pgettext("studio", "Figures"),
        **shared_values(form, period),
        rows=rows,
        heads=heads,
        counted=counted,
        change=change(counted, total(former)) if former else None,
    )


class PromotionRow(NamedTuple):
    """A promotion in a language, in the table of all."""

    promotion: str
    title: str
    tag: str
    language: str
    counted: Totals
    former: Totals | None
    """Of the period before; None where totals are kept no longer."""
    change: FigureChange | None
    sparkline: list[tuple[int, float]]
    """Of the last `DEFAULT_DAYS`, today included."""
    goal: int | None


class PageRow(NamedTuple):
    """What was counted in one place of a page."""

    page: str
    place: str
    counted: Totals


def _rows(period: Period) -> list[PromotionRow]:
    """Every promotion in every language, and whatever else was counted; by name, clicks on unknown links last."""
    edition, days = current_edition(), by_day(current_store(), last_days(now().date(), DEFAULT_DAYS))
    by = PromotionCount.promotion, PromotionCount.locale
    counted, former = told_sums(period, *by), former_sums(period, *by)
    ours = {(key, tag) for key in edition.promotions for tag in edition.content.site.locales}
    rows = []
    for key, tag in {*ours, *counted, *(former or ())}:
        promotion = edition.promotions.get(key)
        # TRANSLATORS: In a table of promotions: an address named a promotion that does not exist.
        title = pgettext("promotion", "Unknown") if key == UNKNOWN else promotion_title(key)
        before = former.get((key, tag), Totals()) if former is not None else None
        goal = promotion.goal if promotion else None
        own = counted.get((key, tag), Totals())
        line = sparkline(days.get((key, tag), [Totals()] * DEFAULT_DAYS))
        names = key, title, tag, _language_name(tag)
        rows.append(PromotionRow(*names, own, before, change(own, before), line, goal))
    return sorted(rows, key=lambda row: (row.promotion == UNKNOWN, row.title.casefold(), row.promotion, row.tag))


_COUNTED: list[Column[Any]] = [
    # TRANSLATORS: Head of a column: how often a promotion was seen.
    Column("views", lazy_pgettext("head", "Views"), lambda row: row.counted.impressions, is_number=True),
    # TRANSLATORS: Head of a column: how often a promotion was followed.
    Column("clicks", lazy_pgettext("head", "Clicks"), lambda row: row.counted.clicks, is_number=True),
    Column("rate", lazy_gettext("Clicks per thousand views"), lambda row: row.counted.rate, is_number=True),
]
COLUMNS: list[Column[PromotionRow]] = [
    # TRANSLATORS: Head of a column: advertisements.
    Column("promotion", lazy_pgettext("head", "Promotion"), lambda row: row.title.casefold()),
    # TRANSLATORS: Head of a column: English, French.
    Column("language", lazy_pgettext("head", "Language"), lambda row: row.language.casefold()),
    *_COUNTED,
    Column(
        "change",
        # TRANSLATORS: Head of a column: what became more or fewer than in as many days before.
        lazy_pgettext("head", "Change"),
        lambda row: row.change and row.change.impressions,
        is_number=True,
    ),
    Column("days", lazy_gettext("Last 28 days"), is_number=True),
]
COLUMNS_OF_PAGES: list[Column[PageRow]] = [
    # TRANSLATORS: Head of a column: titles of pages.
    Column("page", lazy_pgettext("head", "Page"), lambda row: row.page.casefold()),
    # TRANSLATORS: Head of a column: where on a page a promotion stood.
    Column("place", lazy_pgettext("head", "Place"), lambda row: row.place.casefold()),
    *_COUNTED,
]


@studio.get("/figures/<promotion>/<locale:shown>/")
@needs(Role.MARKETING)
def promotion_figures(promotion: str, shown: str) -> str:
    """One promotion in the language with the tag `shown`."""
    filters = _filters(promotion, shown)
    language = current_edition().content.site.locales[shown]
    defined = current_edition().promotions.get(promotion)
    form, period = chosen_period()
    days = told_sums(period, PromotionCount.wording, PromotionCount.day, **filters)
    wordings = wording_figures(days)
    words = {shown.digest: shown for shown in shown_wordings(current_store(), **filters)}
    numbers = {digest: str(number) for number, digest in enumerate(words, 1)}
    comparisons = comparisons_with_outcome(promotion, language)
    former, unusual = former_sums(period, PromotionCount.locale, **filters), _unusual(period, filters)
    daily = {day: total(days.get((wording.digest, day), Totals()) for wording in wordings) for day in period.days}
    counted = total(daily.values())
    return render(
        "figures/promotion.html",
        # TRANSLATORS: Title of the studio's page with the figures of a promotion in a language: “summer: Français”.
        gettext("%(promotion)s: %(language)s", promotion=promotion_title(promotion), language=language.name),
        **shared_values(form, period),
        promotion=promotion,
        language=language,
        counted=counted,
        change=change(counted, total(former.values())) if former is not None else None,
        unusual=unusual,
        goal=defined.goal if defined else None,
        daily=daily,
        impressions=Bars(period, [totals.impressions for totals in daily.values()], unusual),
        clicks=Bars(period, [totals.clicks for totals in daily.values()]),
        marks=marks(period, [(wording.first, numbers.get(wording.digest, "")) for wording in wordings]),
        wordings=wordings,
        comparisons=comparisons,
        words=words,
        numbers=numbers,
        scale_of_wordings=_scale(wording.counted for wording in wordings),
        **_table_of_pages(period, filters),
    )


def _table_of_pages(period: Period, filters: Mapping[str, str]) -> dict[str, Any]:
    """What was counted on each page and place, as its columns are sorted; MAX_PAGES of them."""
    counted = told_sums(period, PromotionCount.page, PromotionCount.placement, **filters)
    most_seen = sorted(counted.items(), key=lambda page: page[1], reverse=True)
    pages = [PageRow(_page_name(page), _place_name(placement), totals) for (page, placement), totals in most_seen]
    sorted_pages, heads = sort_table(pages, COLUMNS_OF_PAGES, since=period.first, until=period.last)
    return {
        "pages": sorted_pages[:MAX_PAGES],
        "heads_of_pages": heads,
        "scale_of_pages": _scale(row.counted for row in sorted_pages[:MAX_PAGES]),
        "number_of_pages": len(pages),
    }


def _unusual(period: Period, filters: Mapping[str, str]) -> dict[date, float]:
    """The unusual days of a period, with the median of their month."""
    counted = told_sums(months_of(period), PromotionCount.day, **filters)
    days = unusual_days({day: totals for (day,), totals in counted.items()})
    return {day: median for day, median in days.items() if period.first <= day <= period.last}


@studio.get("/figures.csv")
@studio.get("/figures/<promotion>/<locale:shown>/figures.csv")
@needs(Role.MARKETING)
def figures_csv(promotion: str = "", shown: str = "") -> Response:
    """All totals of the period, or those of one promotion in one language, streamed."""
    filters = _filters(promotion, shown) if promotion else {}
    _, period = chosen_period()
    totals = rows(current_store(), period, withheld_days(), **filters)
    response = Response(chunks(totals, shown_wordings(current_store(), **filters)), mimetype="text/csv")
    name = "-".join(filter(None, ("figures", promotion, shown, f"{period.first}", f"{period.last}.csv")))
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _scale(totals: Iterable[Totals]) -> float:
    """The end of a scale on which all their intervals have room, per thousand; 0 where none has a rate."""
    return max((counted.rate.high for counted in totals if counted.rate), default=0)


def _filters(promotion: str, tag: str) -> dict[str, str]:
    """The filters of a promotion in a language; 404 for one that the site neither has nor has counted."""
    edition = current_edition()
    if tag not in edition.content.site.locales or promotion == UNKNOWN:
        abort(404)
    if promotion not in edition.promotions:
        kept = last_days(now().date(), 31 * MONTHS_KEPT)
        if not sums(current_store(), kept, PromotionCount.promotion, promotion=promotion):
            abort(404)
    return {"promotion": promotion, "locale": tag}


def _place_name(placement: str) -> str:
    """The label of a placement; the name itself where it is not known any more."""
    if placement == UNKNOWN:
        # TRANSLATORS: Where a promotion stood, in a table of the studio: an address named a place that does not exist.
        return str(pgettext("placement", "Unknown"))
    return next((str(ours.label) for ours in Placement if ours == placement), placement)


def _page_name(key: str) -> str:
    """The title of a page in the account's language; the key itself where it is not known any more."""
    if key == UNKNOWN:
        # TRANSLATORS: In a table of pages: an address named a page that does not exist.
        return str(gettext("Unknown page"))
    with suppress(KeyError):
        return page_title(key, current_locale())
    return key


def _language_name(tag: str) -> str:
    locale = current_edition().content.site.locales.get(tag)
    return locale.name if locale else tag
