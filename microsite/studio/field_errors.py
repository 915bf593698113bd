"""What is wrong with the fields of a form, for the summary at the top of its page."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wtforms import Field, FieldList, FormField
from wtforms.widgets import HiddenInput


class FieldError(NamedTuple):
    """What is wrong with a field, as the summary at the top of a page names it."""

    id: str
    label: str
    text: str


def field_errors(fields: Iterable[Field], within: str = "") -> Iterator[FieldError]:
    """The errors of a form, those of forms and lists in it too, each label after that of the form that it is in."""
    for field in fields:
        if isinstance(field, FormField):
            yield from field_errors(field.form, f"{within}{field.label.text}, ")
        elif isinstance(field, FieldList):
            yield from field_errors(field, within)
        elif not isinstance(field.widget, HiddenInput):
            yield from (FieldError(field.id, f"{within}{field.label.text}", str(error)) for error in field.errors)
