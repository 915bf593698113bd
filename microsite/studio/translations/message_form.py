"""The form in which a message is translated: a field for each plural form."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext

from microsite.language.catalog import Catalog
from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.po_file import MAX_PLURAL_FORMS, plural_count
from microsite.language.typography import typeset_as_typed
from microsite.studio.fields import (
    MAX_FINGERPRINT,
    BoundedFieldList,
    ChoicesField,
    HiddenField,
    HiddenNumberField,
    NoteField,
    StudioForm,
    TextAreaField,
)

MAX_FORM_LENGTH = 4_000
"""Characters of a plural form: several times what the longest message of the site has."""
EXAMPLES = (*range(1, 200), 0, 1_000_000)
"""Numbers for which a plural form may be meant, in the order of preference: 0 only where no other number takes it."""


class MessageForm(StudioForm):
    words = BoundedFieldList(TextAreaField(max_length=MAX_FORM_LENGTH), max_entries=MAX_PLURAL_FORMS)
    note = NoteField()
    based_on = HiddenNumberField()
    """The newest revision that its author has seen."""
    seen = HiddenField(max_length=MAX_FINGERPRINT)
    """The fingerprint of the words whose warnings the author has seen."""
    also = ChoicesField(choices=[])
    """The ids of other messages with the same source that are to say the same."""
    known = HiddenNumberField()
    """The newest revision of all when the page listed these."""

    locale: Locale
    """Of the words."""

    @property
    def typed(self) -> tuple[str, ...]:
        return tuple(field.data or "" for field in self.words)

    @property
    def forms(self) -> tuple[str, ...]:
        """The words as they are saved: with the apostrophes and spaces that the page would set anyway."""
        return tuple(typeset_as_typed(words, self.locale.id) for words in self.typed) if self.is_short else self.typed

    @property
    def is_short(self) -> bool:
        """Whether no plural form is too long for the checks, whose time grows with the length."""
        return all(len(words) <= MAX_FORM_LENGTH for words in self.typed)


def message_form(
    message: Message, catalog: Catalog, locale: Locale, words: Sequence[str], based_on: int
) -> MessageForm:
    """The form of this request; before anybody has typed it has `words`, and empty fields for forms that they lack.

    The label of each field is the language, or a number that takes its plural form.
    """
    count = plural_count(locale) if message.msgid_plural else 1
    data = {"words": [*words[:count], *[""] * (count - len(words))], "based_on": based_on}
    if request.method == "POST" and "words-0" not in request.form:  # the button of an old revision sends no words
        form = MessageForm(formdata=None, data=data)
        form.based_on.process(request.form, based_on)
    else:
        form = MessageForm(data=data)
    form.locale = locale
    for plural_form, field in enumerate(form.words):
        field.label.text = locale.name
        if message.msgid_plural:
            number = next((number for number in EXAMPLES if catalog.plural_rule(number) == plural_form), 0)
            # TRANSLATORS: Over the field of a plural form: what is said when there are as many as that.
            field.label.text = gettext("For a number such as %(number)s", number=number)
    return form
