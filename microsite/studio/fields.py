"""Form fields of the studio. Every text, number and moment of a form comes in through one of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import abort, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    FieldList,
    Form,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms import EmailField as AnyEmailField
from wtforms import PasswordField as AnyPasswordField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, TextArea

from microsite.numbers import read_number
from microsite.studio.access import account_zone
from microsite.text import is_blank, normalized, text_problems

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
MAX_EMAIL = 254
"""Characters of an e-mail address (RFC 5321, as erratum 1690 to RFC 3696 reads it)."""
MAX_PASSWORD = 1024
"""Characters."""
MAX_CODE = 32
"""Characters of a one-time code, with spaces between its digits."""
MAX_FINGERPRINT = 16
"""Hexadecimal digits of `fingerprint`."""
MAX_NOTE = 300
"""Characters of what somebody says about a change."""
MAX_NEXT = 2_000
"""Characters of an address within the studio, with its query."""
Filter = Callable[[Any], Any]
Validator = Callable[[Any, Any], None]


class StudioForm(FlaskForm):
    """A form of the studio. It reads the text fields of a POST, and neither files nor JSON, as Flask-WTF would."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" and request.form else None


class ConfirmForm(StudioForm):
    """A box to tick beside the button, for what ends something (`confirm` of `form.html`)."""

    confirm = BooleanField(validators=[InputRequired()])


class TextField(StringField):
    """A text in Unicode's normal form C, of at most `max_length` characters, without control characters and the like.

    A refused text reaches none of the field's validators, and stays in the field as it was typed.
    """

    data: Any

    def __init__(self, *args: Any, max_length: int, filters: Sequence[Filter] = (), **options: Any) -> None:
        super().__init__(*args, filters=[_normalized, *filters], **options)
        self.max_length = max_length

    def pre_validate(self, form: Form) -> None:
        check_text(self.data, self.max_length)


class TextAreaField(TextField):
    widget = TextArea()


class NoteField(TextField):
    """Why somebody changed a text, in one line; it may be empty."""

    def __init__(self, **options: Any) -> None:
        # TRANSLATORS: Label of a field in which somebody says why they changed a text.
        label = lazy_gettext("Note")
        super().__init__(label, [Optional(), plain_text], max_length=MAX_NOTE, filters=[one_line], **options)


class CodeField(TextField):
    """A code of an authenticator app, or one that stands in for it."""

    def __init__(self, label: Any, *checks: Validator, **options: Any) -> None:
        keyboard = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(label, [InputRequired(), *checks], max_length=MAX_CODE, render_kw=keyboard, **options)


class EmailField(TextField, AnyEmailField):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, max_length=MAX_EMAIL, **options)


class HiddenField(TextField):
    """A text that the page fills in by itself. One that `TextField` would refuse is empty: nobody could mend it."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            check_text(self.data, self.max_length)
        except StopValidation:
            self.data = ""


class BoundedFieldList(FieldList):
    """A field list that reads the names `prefix-0` to `prefix-<max_entries - 1>`, and ignores all other numbers."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        return (number for number in range(self.max_entries) if f"{prefix}-{number}" in formdata)


class PasswordField(AnyPasswordField):
    """A password: any characters, not normalized, `MAX_PASSWORD` at most. Its value is never rendered into a page."""

    data: Any

    def pre_validate(self, form: Form) -> None:
        if len(self.data or "") > MAX_PASSWORD:
            # TRANSLATORS: Of a password.
            raise StopValidation(gettext("That is too long: take at most %(most)s characters.", most=MAX_PASSWORD))


class HiddenNumberField(IntegerField):
    """A number that the page fills in by itself; 0 where it fills in none. Anything that is no number counts as 0."""

    data: int
    widget = HiddenInput()

    def __init__(self, **options: Any) -> None:
        super().__init__(default=0, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = read_number(valuelist[0]) if valuelist else self.data
        except ValueError:
            self.replace(0)

    def replace(self, number: int) -> None:
        """Put a number into the page in place of the one that was sent."""
        self.data, self.raw_data = number, None


class NumberField(IntegerField):
    """A whole number from `first` to `last`."""

    data: int | None

    def __init__(self, *args: Any, first: int, last: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.first, self.last = first, last

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = read_number(valuelist[0].strip()) if valuelist else self.data
        except ValueError:
            self.data = None
        if self.data is None or not self.first <= self.data <= self.last:
            # TRANSLATORS: Beside a field. Both are numbers: the smallest and the largest that it takes.
            raise ValueError(
                gettext("Write a whole number from %(first)s to %(last)s.", first=self.first, last=self.last)
            )


class ChoicesField(SelectMultipleField):
    """Boxes to tick (`choices` of `form.html`). A value that is not among its choices is passed over."""

    data: list[str] | None
    option_widget = CheckboxInput()

    def pre_validate(self, form: Form) -> None:
        offered = {value for value, *_ in self.choices or ()}
        self.data = [value for value in dict.fromkeys(self.data or ()) if value in offered]


class ChoiceField(RadioField):
    """One of a few; what is none of them counts as the first."""

    def __init__(self, label: Any, choices: Sequence[tuple[str, Any]], **options: Any) -> None:
        self.names = [name for name, _ in choices]
        rendered = [SelectChoice(name, words) for name, words in choices]
        super().__init__(label, choices=rendered, default=self.names[0], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist and valuelist[0] in self.names else self.names[0]


class MomentField(DateTimeLocalField):
    """A date and time in the account's time zone; `data` is in UTC. From 2000 to 2099."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError:
            raise ValueError(gettext("Write a date and a time, such as 2026-12-24 09:00.")) from None
        if not self.data:
            return
        # Before the conversion to UTC, which overflows on the first and the last day that Python knows.
        if not EARLIEST.year <= self.data.year <= LATEST.year:
            self.data = None
            raise ValueError(gettext("That is too far away."))
        local = self.data.replace(tzinfo=account_zone())
        self.data = local.astimezone(UTC)
        if self.data.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValueError(gettext("There is no such time: the clocks go forward then."))
        if self.data > LATEST:
            raise ValueError(gettext("That is too far away."))

    @property
    def raw_data_is_given(self) -> bool:
        """Whether anything was typed, be it no moment."""
        return any(value.strip() for value in self.raw_data or ())

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return local_input(self.data) if self.data else ""


def local_input(moment: datetime) -> str:
    """A template filter: the value of an `<input type=datetime-local>` for a moment, in the account's time zone."""
    return moment.astimezone(account_zone()).strftime("%Y-%m-%dT%H:%M")


def check_text(text: str | None, max_length: int) -> None:
    """Raises StopValidation with the first problem of the text."""
    for problem in text_problems(text or "", max_length):
        raise StopValidation(problem.sentence.translated(gettext))


def number_in_query(name: str, default: int = 0) -> int:
    """The number in a query parameter, `default` where it is missing or empty; 404 for anything else."""
    return number_or_abort(404, request.args.get(name), default)


def number_in_form(name: str) -> int:
    """The number in a form field, 0 where it is missing or empty; 400 for anything else."""
    return number_or_abort(400, request.form.get(name))


def number_or_abort(status: int, text: str | None, default: int = 0) -> int:
    """The number that the text says, `default` for none or an empty one; aborts with `status` for anything else."""
    try:
        return read_number(text) if text else default
    except ValueError:
        abort(status)


def one_line(text: str | None) -> str:
    """WTForms' filter that makes spaces of line breaks; no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text or "").strip(" ")


def plain_text(form: Form, field: Field) -> None:
    """WTForms' validator of texts that pages show: not empty, no markup. The same rules as for words in files."""
    if is_blank(field.data or ""):
        raise ValidationError(gettext("Write something here."))
    if re.search(r"[<>]", field.data):
        raise ValidationError(gettext("Plain text only, without angle brackets."))


def fingerprint(texts: Iterable[str]) -> str:
    """A short hash of texts that a page shows, by which the next request knows whether they have changed since."""
    return sha256("\0".join(texts).encode()).hexdigest()[:MAX_FINGERPRINT]


def _normalized(text: str | None) -> str | None:
    return text and normalized(text)
