"""Which days a page of figures shows, and those before them."""

from datetime import UTC, datetime, time
from typing import Any

from flask import request, url_for
from flask_babel import gettext, lazy_pgettext
from sqlalchemy.orm import InstrumentedAttribute
from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from microsite.promotions.counts import MONTHS_KEPT, months_before
from microsite.promotions.figures import (
    MIN_FORMER,
    MIN_IMPRESSIONS,
    Period,
    against_goal,
    days_before,
    last_days,
)
from microsite.studio.access import account_zone, current_account
from microsite.studio.blueprint import now
from microsite.studio.fields import StudioForm
from microsite.studio.figures.comparisons import Sums, told_sums

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


def chosen_period() -> tuple[PeriodForm, Period]:
    """The days of the query, no earlier than totals are kept; the last `DEFAULT_DAYS` where the form has errors."""
    today = now().date()
    default = last_days(today, DEFAULT_DAYS)
    form = PeriodForm(request.args or None, since=default.first, until=default.last)
    if not form.validate():
        return form, default
    oldest = months_before(today, MONTHS_KEPT)
    last = max(min(form.until.data or today, today), oldest)
    first = max(form.since.data or default.first, oldest)
    return form, Period(min(first, last), last)


def _address_with(endpoint: str, period: Period) -> str:
    """The address of an endpoint for the promotion of this request, if there is one, and a period."""
    return url_for(endpoint, **(request.view_args or {}), since=period.first, until=period.last)


def shared_values(form: PeriodForm, period: Period) -> dict[str, Any]:
    """What both pages of figures give to their template."""
    usual = [(days, last_days(now().date(), days)) for days in USUAL_DAYS]
    return {
        "form": form,
        "period": period,
        "usual_periods": [
            (days, _address_with(request.endpoint or "", other), other == period) for days, other in usual
        ],
        "before": days_before(period),
        "against_goal": against_goal,
        "day_begins": _day_begins(period),
        "zone": current_account().timezone,
        "csv_address": _address_with("studio.figures_csv", period),
        "min_former": MIN_FORMER,
        "min_impressions": MIN_IMPRESSIONS,
        "months_kept": MONTHS_KEPT,
    }


def _day_begins(period: Period) -> str:
    """The time at which days in UTC begin where the account is; two times where its clocks change in the period."""
    midnights = (datetime.combine(day, time(), UTC).astimezone(account_zone()) for day in period)
    return " / ".join(dict.fromkeys(f"{midnight:%H:%M}" for midnight in midnights))


def former_sums(period: Period, *by: InstrumentedAttribute[Any], **filters: object) -> Sums | None:
    """Totals of the period before, as `told_sums` gives them; None where they are not kept as far back."""
    before = days_before(period)
    if before.first < months_before(now().date(), MONTHS_KEPT):
        return None
    return told_sums(before, *by, **filters)
