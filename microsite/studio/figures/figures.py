"""The pages of figures: what promotions did in a period, all of them or one in one language, and the same as CSV."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext, lazy_pgettext, pgettext
from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from microsite.promotions.counts import MONTHS_KEPT, UNKNOWN, months_before
from microsite.promotions.figures import (
    MIN_IMPRESSIONS,
    Period,
    Totals,
    by_day,
    last_days,
    rows,
    shown_wordings,
    sums,
    total,
    wording_figures,
)
from microsite.promotions.placement import Placement
from microsite.runtime import current_edition, current_locale
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import current_store, now, studio
from microsite.studio.fields import StudioForm
from microsite.studio.figures.chart import Bars, Sparkline, marks
from microsite.studio.figures.csv_file import chunks
from microsite.studio.layout import promotion_title, render
from microsite.studio.promotions.status import page_title

MAX_PAGES = 25
DEFAULT_DAYS = 28
"""Whole weeks: each weekday as often as the others."""
USUAL_DAYS = (7, DEFAULT_DAYS, 91, 364)


class PeriodForm(StudioForm):
    """Which days a page shows: a GET form, so that the address of the page can be shared."""

    class Meta:
        csrf = False  # it changes nothing

    # TRANSLATORS: Label of the first day of a period.
    since = DateField(lazy_pgettext("period", "From"), [Optional()])
    # TRANSLATORS: Label of the last day of a period.
    until = DateField(lazy_pgettext("period", "To"), [Optional()])

    def validate_since(self, field: DateField) -> None:
        if field.data and field.data > now().date():
            raise ValidationError(gettext("This day is still to come."))

    def validate_until(self, field: DateField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day lies before the first."))


@studio.get("/figures/")
@needs(Role.MARKETING)
def figures() -> str:
    edition = current_edition()
    form, period = chosen_period()
    sparkline = sparklines()
    counted = sums(current_store(), period, PromotionCount.promotion, PromotionCount.locale)
    known = {(key, tag) for key in edition.promotions for tag in edition.content.site.locales}
    by_promotion: dict[str, list[tuple[str, Totals, Sparkline]]] = {}
    for key, tag in sorted({*known, *counted}, key=lambda key_and_tag: (key_and_tag[0] == UNKNOWN, key_and_tag)):
        by_promotion.setdefault(key, []).append((tag, counted.get((key, tag), Totals()), sparkline(key, tag)))
    title = pgettext("studio", "Figures")
    return render("figures/figures.html", title, **_shared_values(form, period), promotions=by_promotion)


@studio.get("/figures/<promotion>/<locale:shown>/")
@needs(Role.MARKETING)
def promotion_figures(promotion: str, shown: str) -> str:
    """One promotion in the language with the tag `shown`."""
    filters = _filters(promotion, shown)
    language = current_edition().content.site.locales[shown]
    form, period = chosen_period()
    days = sums(current_store(), period, PromotionCount.wording, PromotionCount.day, **filters)
    pages = sums(current_store(), period, PromotionCount.page, PromotionCount.placement, **filters)
    most_seen = sorted(pages.items(), key=lambda page: page[1], reverse=True)[:MAX_PAGES]
    wordings = wording_figures(days)
    words = {shown.digest: shown for shown in shown_wordings(current_store(), **filters)}
    numbers = {digest: str(number) for number, digest in enumerate(words, 1)}
    daily = [total(days.get((wording.digest, day), Totals()) for wording in wordings) for day in period.days]
    return render(
        "figures/promotion.html",
        # TRANSLATORS: Title of the studio's page with the figures of a promotion in a language: “summer: Français”.
        gettext("%(promotion)s: %(language)s", promotion=promotion_title(promotion), language=language.name),
        **_shared_values(form, period),
        promotion=promotion,
        language=language,
        counted=total(daily),
        daily=dict(zip(period.days, daily, strict=True)),
        impressions=Bars(period, [day.impressions for day in daily]),
        clicks=Bars(period, [day.clicks for day in daily]),
        marks=marks(period, [(wording.first, numbers.get(wording.digest, "")) for wording in wordings]),
        wordings=wordings,
        words=words,
        numbers=numbers,
        scale_of_wordings=_scale(wording.counted for wording in wordings),
        pages=most_seen,
        scale_of_pages=_scale(counted for _, counted in most_seen),
        number_of_pages=len(pages),
    )


@studio.get("/figures.csv")
@studio.get("/figures/<promotion>/<locale:shown>/figures.csv")
@needs(Role.MARKETING)
def figures_csv(promotion: str = "", shown: str = "") -> Response:
    """All totals of the period, or those of one promotion in one language, streamed."""
    filters = _filters(promotion, shown) if promotion else {}
    _, period = chosen_period()
    totals = rows(current_store(), period, **filters)
    response = Response(chunks(totals, shown_wordings(current_store(), **filters)), mimetype="text/csv")
    name = "-".join(filter(None, ("figures", promotion, shown, f"{period.first}", f"{period.last}.csv")))
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def sparklines() -> Callable[[str, str], Sparkline]:
    """A function of promotion key and language tag: the last `DEFAULT_DAYS` days, today included."""
    days = by_day(current_store(), last_days(now().date(), DEFAULT_DAYS))
    return lambda key, tag: Sparkline(days.get((key, tag), [Totals()] * DEFAULT_DAYS))


def chosen_period() -> tuple[PeriodForm, Period]:
    """The days of the query, no earlier than totals are kept; the last `DEFAULT_DAYS` where the form has errors."""
    today = now().date()
    default = last_days(today, DEFAULT_DAYS)
    form = PeriodForm(request.args or None, since=default.first, until=default.last)
    if not form.validate():
        return form, default
    last = min(form.until.data or today, today)
    first = max(form.since.data or default.first, months_before(today, MONTHS_KEPT))
    return form, Period(min(first, last), last)


def _address_with(endpoint: str, period: Period) -> str:
    """The address of an endpoint for the promotion of this request, if there is one, and a period."""
    return url_for(endpoint, **(request.view_args or {}), since=period.first, until=period.last)


def _shared_values(form: PeriodForm, period: Period) -> dict[str, Any]:
    """What both pages of figures give to their template."""
    usual = [(days, last_days(now().date(), days)) for days in USUAL_DAYS]
    return {
        "form": form,
        "period": period,
        "usual_periods": [
            (days, _address_with(request.endpoint or "", other), other == period) for days, other in usual
        ],
        "csv_address": _address_with("studio.figures_csv", period),
        "min_impressions": MIN_IMPRESSIONS,
        "months_kept": MONTHS_KEPT,
        "place_name": _place_name,
        "page_name": _page_name,
        "language_name": _language_name,
    }


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
    return next((str(known.label) for known in Placement if known == placement), placement)


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
