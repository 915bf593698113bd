"""The form in which a promotion is written: every language side by side, one schedule, one note."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, FormField
from wtforms.validators import Optional, ValidationError

from microsite.language.locales import Locale
from microsite.promotions.promotion import BUTTON, HEADLINE, TEXT
from microsite.promotions.wording import PARTS
from microsite.studio.blueprint import now
from microsite.studio.fields import (
    MAX_FINGERPRINT,
    HiddenField,
    HiddenNumberField,
    MomentField,
    StudioForm,
    TextAreaField,
    TextField,
)
from microsite.text import is_blank

MAX_NOTE = 300
"""Characters of what somebody says about a change."""
MAX_KEY = 200
"""Characters of the key of an article."""
MAX_PREVIEWED = 1_000
"""Characters of a part of the words that a preview shows: enough to see that it is too long."""


def one_line(typed: str | None) -> str:
    """Line breaks of a text area are spaces; no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", typed or "").strip(" ")


def plain_text(form: Form, field: Field) -> None:
    """WTForms' validator of a part of the words. The same rules as for the words in files."""
    if is_blank(field.data or ""):
        raise ValidationError(gettext("Write something here."))
    if re.search(r"[<>]", field.data):
        raise ValidationError(gettext("Plain text only, without angle brackets."))


class WordsForm(Form):
    """The words in one language."""

    # TRANSLATORS: A part of an advertisement: the large words at its top.
    headline = TextAreaField(lazy_gettext("Headline"), [plain_text], max_length=HEADLINE, filters=[one_line])
    # TRANSLATORS: A part of an advertisement: what stands under its headline.
    text = TextAreaField(lazy_gettext("Text"), [plain_text], max_length=TEXT, filters=[one_line])
    # TRANSLATORS: A part of an advertisement: what one presses.
    button = TextField(lazy_gettext("Button"), [plain_text], max_length=BUTTON, filters=[one_line])
    based_on = HiddenNumberField(default=0)
    """The newest revision that the author has seen."""
    start = HiddenNumberField(default=0)
    """The revision whose words the author began with; 0: the catalog's."""
    confirmed = HiddenField(default="", max_length=MAX_FINGERPRINT)
    """The claims that a tick stands for: other claims need another one."""

    @property
    def words(self) -> dict[str, str]:
        return {part: self[part].data or "" for part in PARTS}

    @property
    def previewed(self) -> dict[str, str]:
        """The words as far as they fit into the address of a preview."""
        return {part: words[:MAX_PREVIEWED] for part, words in self.words.items()}


def to_come(form: "EditingForm", field: MomentField) -> None:
    if field.data and field.data <= now():
        raise ValidationError(gettext("This has passed. Leave it empty to publish at once."))


def after_the_beginning(form: "EditingForm", field: MomentField) -> None:
    if field.data and field.data <= now():
        raise ValidationError(gettext("The end has already passed. Write a later one, or leave it empty."))
    if field.data and form.live_from.data and field.data <= form.live_from.data:
        raise ValidationError(gettext("The end has to come after the beginning."))


class EditingForm(StudioForm):
    live_from = MomentField(lazy_gettext("Live from"), [Optional(), to_come])
    # TRANSLATORS: Label of a field: when words end.
    live_until = MomentField(lazy_gettext("Until"), [Optional(), after_the_beginning])
    # TRANSLATORS: Label of a field in which somebody says why they changed a text.
    note = TextField(lazy_gettext("Note"), [Optional(), plain_text], max_length=MAX_NOTE, filters=[one_line])
    where = HiddenField(max_length=MAX_KEY)
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
