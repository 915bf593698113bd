"""The form in which a promotion is written: every language side by side, one schedule, one note."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, Form, FormField, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import HiddenInput

from microsite.language.locales import Locale
from microsite.promotions.promotion import BUTTON, HEADLINE, TEXT
from microsite.promotions.wording import PARTS
from microsite.studio import now
from microsite.studio.access import current_account

NOTE = 300
LATEST = datetime(2099, 12, 31, tzinfo=UTC)


def one_line(typed: str | None) -> str:
    """Line breaks of a text area are spaces; no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", typed or "").strip(" ")


class PlainText:
    """Says what is wrong with a part of the words. The same rules as for the words in files."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Write something here."))
        if len(field.data) > self.most:
            over = len(field.data) - self.most
            # TRANSLATORS: Under a field with too long a text. %(over)s is a number of characters.
            raise ValidationError(gettext("%(over)s too many: the block holds %(most)s.", over=over, most=self.most))
        if re.search(r"[<>]", field.data):
            raise ValidationError(gettext("Plain text only, without angle brackets."))
        if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", field.data):
            raise ValidationError(gettext("There is an invisible control character in this text. Type it anew."))


class MomentField(DateTimeLocalField):
    """A date and time of the account's time zone; `data` is in UTC."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([typed.strip() for typed in valuelist])
        except ValueError:
            raise ValueError(gettext("Write a date and a time, such as 2026-12-24 09:00.")) from None
        if self.data:
            local = self.data.replace(tzinfo=ZoneInfo(current_account().timezone))
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
    return moment.astimezone(ZoneInfo(current_account().timezone)).strftime("%Y-%m-%dT%H:%M")


class WordsForm(Form):
    """The words in one language."""

    # TRANSLATORS: A part of an advertisement: the large words at its top.
    headline = TextAreaField(lazy_gettext("Headline"), [PlainText(HEADLINE)], filters=[one_line])
    # TRANSLATORS: A part of an advertisement: what stands under its headline.
    text = TextAreaField(lazy_gettext("Text"), [PlainText(TEXT)], filters=[one_line])
    # TRANSLATORS: A part of an advertisement: what one presses.
    button = StringField(lazy_gettext("Button"), [PlainText(BUTTON)], filters=[one_line])
    based_on = IntegerField(widget=HiddenInput(), default=0)
    """The newest revision that the author has seen."""
    start = IntegerField(widget=HiddenInput(), default=0)
    """The revision whose words the author began with; 0: the catalog's."""
    confirmed = StringField(default="")
    """The claims that a tick stands for: other claims need another one."""

    @property
    def words(self) -> dict[str, str]:
        return {part: self[part].data or "" for part in PARTS}


def to_come(form: "EditingForm", field: MomentField) -> None:
    if field.data and field.data <= now():
        raise ValidationError(gettext("This has passed. Leave it empty to publish at once."))


def after_the_beginning(form: "EditingForm", field: MomentField) -> None:
    if field.data and field.data <= now():
        raise ValidationError(gettext("The end has already passed. Write a later one, or leave it empty."))
    if field.data and form.live_from.data and field.data <= form.live_from.data:
        raise ValidationError(gettext("The end has to come after the beginning."))


class EditingForm(FlaskForm):
    live_from = MomentField(lazy_gettext("Live from"), [Optional(), to_come])
    # TRANSLATORS: Label of a field: when words end.
    live_until = MomentField(lazy_gettext("Until"), [Optional(), after_the_beginning])
    # TRANSLATORS: Label of a field in which somebody says why they changed a text.
    note = StringField(lazy_gettext("Note"), [Optional(), PlainText(NOTE)], filters=[one_line])
    where = StringField()
    """The page that the preview shows: the key of an article, or “home”."""

    def of(self, locale: Locale) -> WordsForm:
        found: WordsForm = self[_name(locale)].form
        return found

    def is_right(self, locales: list[Locale]) -> bool:
        """Whether everything can be saved in these languages. The others are not looked at."""
        shared = [field.validate(self) for field in (self.live_from, self.live_until, self.note)]
        return all(shared + [self.of(locale).validate() for locale in locales])


def editing_form(locales: list[Locale], words: Mapping[str, Mapping[str, Any]], **shared: Any) -> EditingForm:
    """The form for these languages; `words` (by locale id) and `shared` are what it says before anybody has typed."""
    fields = {_name(locale): FormField(WordsForm, locale.name) for locale in locales}
    data = {_name(locale): words[locale.id] for locale in locales}
    form: EditingForm = type("EditingForm", (EditingForm,), fields)(data={**shared, **data})
    return form


def _name(locale: Locale) -> str:
    return f"words_{locale.id}"
