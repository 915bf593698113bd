"""The form in which a message is translated: a field for each plural form."""

from collections.abc import Sequence

from flask import request
from flask_babel import gettext
from wtforms import Field

from microsite.language.catalog import Catalog
from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding
from microsite.language.po_file import plural_count
from microsite.studio.blueprint import studio
from microsite.studio.fields import (
    MAX_FINGERPRINT,
    BoundedFieldList,
    HiddenField,
    HiddenNumberField,
    NoteField,
    StudioForm,
    TextAreaField,
)

TRIED = 200
"""Numbers among which a plural form finds its example."""


MAX_WORDS = 4_000
"""Characters of a plural form: several times what the longest message of the site has."""
MAX_FORMS = 6
"""Plural forms of a language: CLDR knows no more."""


class TranslationForm(StudioForm):
    words = BoundedFieldList(TextAreaField(max_length=MAX_WORDS), max_entries=MAX_FORMS)
    note = NoteField()
    based_on = HiddenNumberField(default=0)
    """The newest revision that its author has seen."""
    seen = HiddenField(max_length=MAX_FINGERPRINT)
    """The words whose warnings the author has seen: other words need another look."""

    @property
    def is_short(self) -> bool:
        """Whether its words may be looked at by everything that looks at words."""
        return all(len(form) <= MAX_WORDS for form in self.forms)

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(field.data or "" for field in self.words)

    def label(self, message: Message, locale: Locale, catalog: Catalog) -> None:
        """Say at each field what it is for. Here, since a lazy word would be asked for once and kept."""
        for form, field in enumerate(self.words):
            if message.msgid_plural:
                number = example(form, catalog)
                # TRANSLATORS: Over the field of a plural form: what is said when there are as many as that.
                field.label.text = gettext("For a number such as %(number)s", number=number)
            else:
                field.label.text = locale.name


def translation_form(message: Message, locale: Locale, words: Sequence[str], based_on: int) -> TranslationForm:
    """The form with these words; those that lack a plural form get an empty field for it."""
    count = plural_count(locale) if message.msgid_plural else 1
    data = {"words": [*words[:count], *[""] * (count - len(words))], "based_on": based_on}
    if request.method == "POST" and "words-0" not in request.form:  # the button of an old revision sends no words
        form = TranslationForm(formdata=None, data=data)
        form.based_on.process(request.form, based_on)
        return form
    return TranslationForm(data=data)


def put(hidden: Field, value: int) -> None:
    hidden.data, hidden.raw_data = value, None


def example(form: int, catalog: Catalog) -> int:
    """A number that takes a plural form: not 0 where another one does."""
    return next((number for number in (*range(1, TRIED), 0, 1_000_000) if catalog.plural_rule(number) == form), 0)


def by_form(findings: Sequence[Finding], count: int) -> list[list[Finding]]:
    return [[finding for finding in findings if finding.form == number] for number in range(count)]


@studio.app_template_filter()
def said(finding: Finding) -> str:
    """A finding of the checks as a sentence in the account's language."""
    return finding.translated(gettext)
