"""The form in which a promotion is written: every language side by side, one schedule, one note."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Form, FormField
from wtforms.validators import Optional, ValidationError

from microsite.language.locales import Locale
from microsite.promotions.promotion import MAX_LENGTHS
from microsite.promotions.wording import PARTS
from microsite.studio.blueprint import now
from microsite.studio.fields import (
    MAX_FINGERPRINT,
    HiddenField,
    HiddenNumberField,
    MomentField,
    NoteField,
    StudioForm,
    TextAreaField,
    TextField,
    one_line,
    plain_text,
)

MAX_KEY = 200
"""Characters of the key of an article."""


class WordsForm(Form):
    """The words in one language."""

    headline = TextAreaField(
        # TRANSLATORS: A part of an advertisement: the large words at its top.
        lazy_gettext("Headline"),
        [plain_text],
        max_length=MAX_LENGTHS["headline"],
        filters=[one_line],
    )
    # TRANSLATORS: A part of an advertisement: what stands under its headline.
    text = TextAreaField(lazy_gettext("Text"), [plain_text], max_length=MAX_LENGTHS["text"], filters=[one_line])
    # TRANSLATORS: A part of an advertisement: what one presses.
    button = TextField(lazy_gettext("Button"), [plain_text], max_length=MAX_LENGTHS["button"], filters=[one_line])
    based_on = HiddenNumberField(default=0)
    """The newest revision that the author has seen."""
    start = HiddenNumberField(default=0)
    """The revision whose words the author began with; 0: the catalog's."""
    confirmed = HiddenField(default="", max_length=MAX_FINGERPRINT)
    """The fingerprint of the claims that the author has confirmed."""

    @property
    def words(self) -> dict[str, str]:
        return {part: self[part].data or "" for part in PARTS}


def to_come(form: "EditorForm", field: MomentField) -> None:
    """WTForms' validator of a moment in the future."""
    if field.data and field.data <= now():
        raise ValidationError(gettext("This has passed. Leave it empty to publish at once."))


def after_the_beginning(form: "EditorForm", field: MomentField) -> None:
    """WTForms' validator of a moment in the future and after `live_from`."""
    if field.data and field.data <= now():
        raise ValidationError(gettext("The end has already passed. Write a later one, or leave it empty."))
    if field.data and form.live_from.data and field.data <= form.live_from.data:
        raise ValidationError(gettext("The end has to come after the beginning."))


class EditorForm(StudioForm):
    """What the languages share; `editor_form` adds a `WordsForm` for each."""

    live_from = MomentField(lazy_gettext("Live from"), [Optional(), to_come])
    # TRANSLATORS: Label of a field: when words end.
    live_until = MomentField(lazy_gettext("Until"), [Optional(), after_the_beginning])
    note = NoteField()
    where = HiddenField(max_length=MAX_KEY)
    """The page that the preview shows: the key of an article, or “home”."""

    def of(self, locale: Locale) -> WordsForm:
        words: WordsForm = self[_name(locale)].form
        return words

    def is_right(self, locales: list[Locale]) -> bool:
        """Whether everything can be saved in these languages; the words of other languages are not validated."""
        shared = [field.validate(self) for field in (self.live_from, self.live_until, self.note)]
        return all(shared + [self.of(locale).validate() for locale in locales])


def editor_form(locales: list[Locale], words: Mapping[str, Mapping[str, Any]], **shared: Any) -> EditorForm:
    """The form of this request; `words` (by locale id) and `shared` are the values before anybody has typed."""
    fields = {_name(locale): FormField(WordsForm, locale.name) for locale in locales}
    data = {_name(locale): words[locale.id] for locale in locales}
    form: EditorForm = type("EditorForm", (EditorForm,), fields)(data={**shared, **data})
    return form


def _name(locale: Locale) -> str:
    return f"words_{locale.id}"
