"""What the studio's forms are made of: no text, number or moment of a form comes in but through one of these fields."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import abort, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateTimeLocalField, FieldList, Form, IntegerField, StringField
from wtforms import EmailField as AnyEmailField
from wtforms import PasswordField as AnyPasswordField
from wtforms.validators import StopValidation
from wtforms.widgets import HiddenInput, TextArea

from microsite.numbers import read_number
from microsite.studio.access import account_zone
from microsite.text import normalized, text_problems

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
MAX_ADDRESS = 254
"""Characters of an e-mail address (RFC 5321, as erratum 1690 to RFC 3696 reads it)."""
MAX_CODE = 32
"""Characters of a one-time code, spaces between its digits among them."""
MAX_MARK = 16
MAX_NEXT = 2_000
"""Characters of an address within the studio."""
Filter = Callable[[Any], Any]


class StudioForm(FlaskForm):
    """A form of the studio. It reads what a browser's form sends as text: neither files in its place nor JSON."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" and request.form else None


class TextField(StringField):
    """A text in normal form C, of at most `max_length` characters, without characters that nobody types.

    What it refuses is refused before any of its validators looks at it, and stays in the field as it was typed.
    """

    data: Any

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] | None = None,
        *,
        max_length: int,
        filters: Sequence[Filter] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, filters=[_normalized, *filters], **options)
        self.max_length = max_length

    def pre_validate(self, form: Form) -> None:
        refuse_strange_text(self.data, self.max_length)


class TextAreaField(TextField):
    widget = TextArea()


class EmailField(TextField, AnyEmailField):
    def __init__(self, label: Any = None, validators: Sequence[Any] | None = None, **options: Any) -> None:
        super().__init__(label, validators, max_length=MAX_ADDRESS, **options)


class HiddenField(TextField):
    """A text that the page fills in by itself: one that cannot be is none, since nobody could mend it there."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            refuse_strange_text(self.data, self.max_length)
        except StopValidation:
            self.data = ""


class ShortList(FieldList):
    """A field several times, `max_entries` at most. Names with any other number in them are nobody's."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        return (number for number in range(self.max_entries) if f"{prefix}-{number}" in formdata)


class PasswordField(AnyPasswordField):
    """A password: any characters, in whatever form they were typed, of a bounded number. It never stands in a page."""

    data: Any

    def __init__(
        self, label: Any = None, validators: Sequence[Any] | None = None, *, max_length: int, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.max_length = max_length

    def pre_validate(self, form: Form) -> None:
        if len(self.data or "") > self.max_length:
            # TRANSLATORS: Of a password.
            raise StopValidation(gettext("That is too long: take at most %(most)s characters.", most=self.max_length))


class HiddenNumberField(IntegerField):
    """A number that the page fills in by itself. One that is none counts as 0."""

    data: int | None
    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = read_number(valuelist[0]) if valuelist else self.data
        except ValueError:
            self.data, self.raw_data = 0, None


class MomentField(DateTimeLocalField):
    """A date and time of the account's time zone; `data` is in UTC."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([typed.strip() for typed in valuelist])
        except ValueError:
            raise ValueError(gettext("Write a date and a time, such as 2026-12-24 09:00.")) from None
        if not self.data:
            return
        # Before it is turned into UTC: the first and the last day that Python knows have none.
        if not EARLIEST.year <= self.data.year <= LATEST.year:
            self.data = None
            raise ValueError(gettext("That is too far away."))
        local = self.data.replace(tzinfo=account_zone())
        self.data = local.astimezone(UTC)
        if self.data.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValueError(gettext("There is no such time: the clocks go forward then."))
        if self.data > LATEST:
            raise ValueError(gettext("That is too far away."))

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return local_input(self.data) if self.data else ""


def local_input(moment: datetime) -> str:
    """A moment as a field of the account's time zone holds it."""
    return moment.astimezone(account_zone()).strftime("%Y-%m-%dT%H:%M")


def refuse_strange_text(text: str | None, max_length: int) -> None:
    """Raises StopValidation with a sentence for the field; a remark that is only a warning is none."""
    for problem in text_problems(text or "", max_length):
        if not problem.warning:
            raise StopValidation(gettext(problem.message, **problem.values))


def number_in_query(name: str, default: int = 0) -> int:
    """A number that an address names; 404 for one that is none."""
    return number_or(404, request.args.get(name), default)


def number_in_form(name: str, default: int = 0) -> int:
    """A number that a page of ours put into its form; 400 for one that is none."""
    return number_or(400, request.form.get(name), default)


def number_or(refusal: int, typed: str | None, default: int = 0) -> int:
    """The number that was typed, `default` where nothing was; ends the request with `refusal` for anything else."""
    try:
        return read_number(typed) if typed else default
    except ValueError:
        abort(refusal)


def mark_of(texts: Iterable[str]) -> str:
    """What a page keeps of texts that its reader has seen, to know whether those that come back are the same."""
    return sha256("\0".join(texts).encode()).hexdigest()[:MAX_MARK]


def _normalized(typed: str | None) -> str | None:
    return typed and normalized(typed)
