"""What revisions have changed of a promotion, field by field, as people read it."""

from itertools import pairwise
from typing import NamedTuple

from microsite.promotions.definition import LISTS, definition_topic, values_of
from microsite.promotions.placement import Placement
from microsite.runtime import current_edition
from microsite.storage.revisions import Action
from microsite.storage.tables import Revision
from microsite.studio.layout import moment
from microsite.studio.promotions.definition_form import (
    MOMENT_FIELDS,
    DefinitionForm,
    Values,
    article_titles,
    category_names,
    moment_of,
)

MAX_CHANGES = 50
"""Revisions that the page lists."""


class FieldChange(NamedTuple):
    """What a revision changed of one field, as people read it."""

    label: str
    before: str
    after: str


def history(form: DefinitionForm) -> list[tuple[Revision, list[FieldChange]]]:
    """The newest revisions, newest first, each with what it changed."""
    edition = current_edition()
    file = edition.files.promotions.get(form.key)
    rows = edition.revisions.of(definition_topic(form.key)).revisions
    in_file = values_of(file) if file else {}
    words = [in_file, *(row.words if row.action == Action.WORDS else in_file for row in rows)]
    changed = [changes(form, before, after) for before, after in pairwise(words[-MAX_CHANGES - 1 :])]
    return list(zip(rows[-MAX_CHANGES:], changed, strict=True))[::-1]


def changes(form: DefinitionForm, before: Values, after: Values) -> list[FieldChange]:
    names = names_of_keys()
    return [
        FieldChange(form.labels.get(name, name), as_read(name, before, names), as_read(name, after, names))
        for name in after
        if before.get(name, "") != after[name]
    ]


def names_of_keys() -> dict[str, str]:
    """What people call the placements, categories and articles."""
    placements = {placement.value: str(placement.label) for placement in Placement}
    return {**placements, **dict(category_names({})), **dict(article_titles({}))}


def as_read(name: str, values: Values, names: dict[str, str]) -> str:
    """A value as people read it: titles for keys, moments in the time zone of the account."""
    value = values.get(name, "")
    if name in MOMENT_FIELDS:
        known = moment_of(values, name)
        return moment(known) if known else value
    if name not in LISTS:
        return value
    return ", ".join(names.get(key, key) for key in value.split())
