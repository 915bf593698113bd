"""The form in which a promotion is written: every language side by side, one schedule, one note."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms import BooleanField, Form, FormField
from wtforms.validators import Optional, StopValidation, ValidationError

from microsite.language.locales import Locale
from microsite.promotions.promotion import MAX_LENGTHS
from microsite.promotions.wording import PARTS
from microsite.storage.revisions import Afterwards
from microsite.studio.blueprint import now
from microsite.studio.fields import (
    MAX_FINGERPRINT,
    ChoiceField,
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
from microsite.studio.promotions.status import End, end_of

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
    based_on = HiddenNumberField()
    """The newest revision that the author has seen."""
    start = HiddenNumberField()
    """The revision whose words the author began with; 0: the catalog's."""
    confirmed = HiddenField(default="", max_length=MAX_FINGERPRINT)
    """The fingerprint of the claims that the author has confirmed."""

    chosen = BooleanField(default=True)
    """Whether what is pressed concerns this language."""

    @property
    def words(self) -> dict[str, str]:
        return {part: self[part].data or "" for part in PARTS}


def to_come(form: "EditorForm", field: MomentField) -> None:
    """WTForms' validator of a moment in the future."""
    if field.data and field.data <= now():
        raise ValidationError(gettext("This has passed. Choose “From now on” to publish at once."))


def with_its_choice(form: "EditorForm", field: MomentField) -> None:
    """WTForms' validator of a beginning: there is one where it was chosen, and none where “from now on” was."""
    if not field.raw_data_is_given:
        field.errors = []  # no moment at all is none that was mistyped
        raise StopValidation(gettext("Write when it begins.")) if form.is_scheduled else StopValidation()
    if not form.is_scheduled:
        raise StopValidation(gettext("“From now on” is chosen: empty this date, or choose “From a date on”."))


def after_the_beginning(form: "EditorForm", field: MomentField) -> None:
    """WTForms' validator of a moment in the future and after `live_from`."""
    if field.data and field.data <= now():
        raise ValidationError(gettext("The end has already passed. Write a later one, or leave it empty."))
    if field.data and form.live_from.data and field.data <= form.live_from.data:
        raise ValidationError(gettext("The end has to come after the beginning."))


LanguagesFormType = TypeVar("LanguagesFormType", bound="LanguagesForm")


class LanguagesForm(StudioForm):
    """What the languages share; `with_languages` adds a `WordsForm` for each."""

    shared: ClassVar[Sequence[str]] = ("note",)
    """The fields, but for those of languages, that can be wrong."""

    def of(self, locale: Locale) -> WordsForm:
        words: WordsForm = self[_prefix(locale)].form
        return words

    def is_right(self, of_languages: Iterable[WordsForm]) -> bool:
        """Whether everything can be saved in these languages; the words of others are not validated."""
        return all([*(self[name].validate(self) for name in self.shared), *(form.validate() for form in of_languages)])


class OpenChoiceField(ChoiceField):
    """None is chosen before somebody chooses."""

    data: Any

    def __init__(self, label: Any, choices: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(label, choices, **options)
        self.default = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = next((value for value in valuelist[:1] if value in self.names), None)


class EditorForm(LanguagesForm):
    shared = ("live_from", "live_until", "note")
    when = ChoiceField(
        # TRANSLATORS: Over a choice: from now on, or from a date on.
        lazy_pgettext("schedule", "When"),
        # TRANSLATORS: A choice: words are shown at once.
        [("now", lazy_gettext("From now on")), ("later", lazy_gettext("From a date on"))],
    )
    # TRANSLATORS: Label of a field: when words begin to be shown.
    live_from = MomentField(lazy_gettext("From"), [with_its_choice, to_come])
    # TRANSLATORS: Label of a field: when words end.
    live_until = MomentField(lazy_gettext("Until"), [Optional(), after_the_beginning])
    afterwards = OpenChoiceField(
        # TRANSLATORS: Over a choice: what readers see when words have ended.
        lazy_pgettext("schedule", "Afterwards"),
        [
            # TRANSLATORS: A choice: at their end, words give way to those before them.
            (Afterwards.BEFORE.value, lazy_gettext("The words before")),
            # TRANSLATORS: A choice: when words have ended, the promotion is not shown.
            (Afterwards.NOTHING.value, lazy_pgettext("schedule", "Nothing")),
        ],
    )
    note = NoteField()
    where = HiddenField(max_length=MAX_KEY)
    """The page that the preview shows: the key of an article, or “home”."""
    tab = HiddenField(max_length=MAX_KEY)
    """The tag of the language that a narrow screen shows."""

    def settle_afterwards(self, has_words_before: bool) -> None:
        """Choose what readers see afterwards where nobody has, or there is no choice; nothing without an end."""
        if not self.live_until.raw_data_is_given and not self.live_until.data:
            self.afterwards.data = None
        elif not has_words_before:
            self.afterwards.data = Afterwards.NOTHING.value
        elif self.afterwards.data is None:
            self.afterwards.data = Afterwards.BEFORE.value

    @property
    def is_scheduled(self) -> bool:
        return bool(self.when.data == "later")

    @property
    def begin(self) -> datetime | None:
        """None: from now on."""
        return self.live_from.data if self.is_scheduled else None

    @property
    def end(self) -> End:
        return end_of(self.live_until.data, self.afterwards.data)

    @property
    def is_end_changed(self) -> bool:
        """Whether the end is another than the page had."""
        return self.end != end_of(self.live_until.object_data, self.afterwards.object_data)


def with_languages(
    kind: type[LanguagesFormType], locales: list[Locale], words: Mapping[str, Mapping[str, Any]], **shared: Any
) -> LanguagesFormType:
    """The form of this request; `words` (by locale id) and `shared` are the values before anybody has typed."""
    fields = {_prefix(locale): FormField(WordsForm, locale.name) for locale in locales}
    data = {_prefix(locale): words[locale.id] for locale in locales}
    form: LanguagesFormType = type(kind.__name__, (kind,), fields)(data={**shared, **data})
    return form


def _prefix(locale: Locale) -> str:
    return f"words_{locale.id}"
