"""Which days a page of figures shows: a plain GET form, so that its address can be shown to others."""

from flask import request, url_for
from flask_babel import gettext, lazy_pgettext
from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from microsite.promotions.counts import MONTHS_KEPT, months_before
from microsite.promotions.figures import Period, last_days
from microsite.studio.blueprint import now
from microsite.studio.fields import StudioForm

MONTH = 28
"""Whole weeks: each weekday as often as the others."""
USUAL = (7, MONTH, 91, 364)


class PeriodForm(StudioForm):
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
    """The days that somebody asked for, as far as totals are kept; the last 28 where they cannot be."""
    today = now().date()
    usual = last_days(today, MONTH)
    form = PeriodForm(request.args or None, since=usual.first, until=usual.last)
    if not form.validate():
        return form, usual
    last = min(form.until.data or today, today)
    first = max(form.since.data or usual.first, months_before(today, MONTHS_KEPT))
    return form, Period(min(first, last), last)


def usual_periods(shown: Period) -> list[tuple[int, str, bool]]:
    """How many days, the address of this page with them, and whether it shows them."""
    today = now().date()
    return [
        (days, address_of(request.endpoint or "", period), period == shown)
        for days in USUAL
        for period in [last_days(today, days)]
    ]


def address_of(endpoint: str, period: Period) -> str:
    """For what this page is about."""
    return url_for(endpoint, **(request.view_args or {}), since=period.first, until=period.last)
