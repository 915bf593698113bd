"""The form in which a promotion is defined: who pays, where it leads, where and when it runs."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms import Field, Form
from wtforms.validators import Optional, ValidationError

from microsite.content.fields import MAX_ADDRESS, split_address
from microsite.language.message import shortened
from microsite.messages import translate_content
from microsite.numbers import read_number
from microsite.promotions.definition import LISTS
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import DEFAULT_PRECEDENCE, MAX_GOAL, MAX_PRECEDENCE
from microsite.runtime import current_edition, current_locale
from microsite.studio.blueprint import now
from microsite.studio.fields import (
    ChoicesField,
    HiddenNumberField,
    MomentField,
    NoteField,
    NumberField,
    StudioForm,
    TextField,
    local_input,
    one_line,
    plain_text,
)

MAX_NAME = 100
"""Characters, as of any name in a file."""
TEXT_FIELDS = ("name", "advertiser", "target", "utm_source", "utm_medium", "utm_campaign")
NUMBER_FIELDS = ("precedence", "goal")
MOMENT_FIELDS = {"from": "begin", "until": "until"}
"""Fields of the form by their names in files."""
Values = Mapping[str, str]
"""What a revision says, see `definition.values_of`."""


def leads_to_a_known_host(form: Form, field: Field) -> None:
    """WTForms' validator of a target: https, on one of the hosts that site.toml names."""
    parts = split_address(field.data or "", ("https",))
    if not parts:
        raise ValidationError(
            gettext("This is no address that a button may lead to. Write all of it, from https:// on, without spaces.")
        )
    hosts = current_edition().content.site.promotion_hosts
    if parts.hostname not in hosts:
        raise ValidationError(
            # TRANSLATORS: %(host)s is the host of an address; %(hosts)s are those that are allowed.
            gettext(
                "Promotions may not lead to %(host)s, only to: %(hosts)s. "
                "Whoever looks after the site’s files can add another host.",
                host=shortened(parts.hostname or ""),
                hosts=", ".join(hosts),
            )
        )


def is_free(form: "DefinitionForm", field: Field) -> None:
    """WTForms' validator of a name that no other promotion has."""
    names = (other.title.casefold() for other in current_edition().promotions.values() if other.key != form.key)
    if (field.data or "").casefold() in names:
        raise ValidationError(gettext("Another promotion is called that. Choose a name that tells them apart."))


def after_the_beginning(form: "DefinitionForm", field: MomentField) -> None:
    """WTForms' validator of an end after the beginning, and still to come if it was changed."""
    if field.data and form.begin.data and field.data <= form.begin.data:
        raise ValidationError(gettext("The end has to come after the beginning."))
    if field.data and field.data <= now() and field.data != field.object_data:
        raise ValidationError(gettext("The end has already passed. Write a later one, or leave it empty."))


def _name_field(label: Any, *validators: Any) -> TextField:
    return TextField(label, [*validators, plain_text], max_length=MAX_NAME, filters=[one_line])


class DefinitionForm(StudioForm):
    # TRANSLATORS: Label of a field: what the people who work here call an advertisement. Readers never see it.
    name = _name_field(lazy_pgettext("promotion", "Name"), is_free)
    # TRANSLATORS: Label of a field: who pays for an advertisement, as its label says it to readers.
    advertiser = _name_field(lazy_gettext("Advertiser"))
    target = TextField(
        # TRANSLATORS: Label of a field: the web address to which the button of an advertisement leads.
        lazy_gettext("Address that the button leads to"),
        [leads_to_a_known_host],
        max_length=MAX_ADDRESS,
        filters=[one_line],
    )
    # TRANSLATORS: Label of a field: a campaign value of a web address.
    utm_source = _name_field(lazy_gettext("Campaign source"), Optional())
    # TRANSLATORS: Label of a field: a campaign value of a web address.
    utm_medium = _name_field(lazy_gettext("Campaign medium"), Optional())
    # TRANSLATORS: Label of a field: a campaign value of a web address.
    utm_campaign = _name_field(lazy_gettext("Campaign name"), Optional())
    # TRANSLATORS: Over boxes to tick: on which places of the site an advertisement may stand.
    placements = ChoicesField(lazy_gettext("Where it may stand"))
    # TRANSLATORS: Over boxes to tick: categories of articles.
    categories = ChoicesField(lazy_gettext("Only in these categories"))
    # TRANSLATORS: Over boxes to tick: titles of articles.
    articles = ChoicesField(lazy_gettext("Only in these articles"))
    # TRANSLATORS: Over boxes to tick: titles of articles.
    not_articles = ChoicesField(lazy_gettext("Not in these articles"))
    precedence = NumberField(
        # TRANSLATORS: Label of a field: a number by which one advertisement comes before another.
        lazy_gettext("Order of precedence"),
        first=1,
        last=MAX_PRECEDENCE,
    )
    # TRANSLATORS: Label of a field: how many clicks per thousand views an advertisement should have.
    goal = NumberField(lazy_gettext("Goal, in clicks per thousand views"), [Optional()], first=1, last=MAX_GOAL)
    # TRANSLATORS: Label of a field: when an advertisement begins to be shown.
    begin = MomentField(lazy_pgettext("promotion", "From"), [Optional()])
    # TRANSLATORS: Label of a field: when an advertisement is no longer shown.
    until = MomentField(lazy_pgettext("promotion", "Until"), [Optional(), after_the_beginning])
    note = NoteField()
    based_on = HiddenNumberField()
    """The newest revision that the author has seen."""

    def __init__(self, key: str, values: Values, based_on: int = 0) -> None:
        """`values` are those before anybody has typed."""
        self.key, self.former = key, values
        super().__init__(data={**_data(values), "name": values.get("name") or key, "based_on": based_on})
        in_files = {field: name for name, field in MOMENT_FIELDS.items()}
        self.labels = {in_files.get(field.name, field.name): field.label.text for field in self}
        """By the names of fields in files; of those as well that the form does not have."""
        if has_ended(values):
            del self.begin, self.until  # resuming it asks first
        articles = article_titles(values)
        self.placements.choices = [(placement.value, placement.label) for placement in Placement]
        self.categories.choices = category_names(values)
        self.articles.choices = self.not_articles.choices = articles

    @property
    def values(self) -> dict[str, str]:
        """What a revision would say; a moment that was not touched keeps its seconds, which the field does not show."""
        values = {name: self[name].data for name in TEXT_FIELDS}
        if values["name"] == self.key:
            values["name"] = ""  # the default, as in a file
        values |= {name: " ".join(self[name].data or ()) for name in LISTS}
        values |= {name: str(self[name].data or "") for name in NUMBER_FIELDS}
        for name, field in MOMENT_FIELDS.items():
            former, typed = moment_of(self.former, name), self[field].data if field in self else None
            is_kept = field not in self or (former and typed and local_input(former) == local_input(typed))
            values[name] = str(former or "") if is_kept else str(typed or "")
        return values


def has_ended(values: Values) -> bool:
    until = moment_of(values, "until")
    return until is not None and until <= now()


def moment_of(values: Values, name: str) -> datetime | None:
    """A moment (UTC) of a revision; None where it says none, or nothing that could be one."""
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(values.get(name, ""))
        return moment.astimezone(UTC) if moment.tzinfo else None
    return None


def _data(values: Values) -> dict[str, Any]:
    """Values of the fields. A revision may say what is allowed no more: it stands there to be mended."""
    numbers: dict[str, int | None] = {"precedence": DEFAULT_PRECEDENCE, "goal": None}
    for name in NUMBER_FIELDS:
        with suppress(ValueError):
            numbers[name] = read_number(values.get(name, ""))
    return {
        **{name: values.get(name, "") for name in TEXT_FIELDS},
        **{name: values.get(name, "").split() for name in LISTS},
        **{field: moment_of(values, name) for name, field in MOMENT_FIELDS.items()},
        **numbers,
    }


def article_titles(values: Values) -> list[tuple[str, str]]:
    """Every article with its title, those to come as well; then the keys of those that are gone, which are named."""
    content, locale = current_edition().all_content, current_locale()
    titles = {entry.key: content.document(entry, locale).title for entry in content.articles.values()}
    in_order = sorted(titles.items(), key=lambda article: article[1].casefold())
    return [*in_order, *_gone((*values.get("articles", "").split(), *values.get("not_articles", "").split()), titles)]


def category_names(values: Values) -> list[tuple[str, str]]:
    categories = current_edition().content.site.categories
    names = [(key, str(translate_content("category", category.name))) for key, category in categories.items()]
    return [*names, *_gone(values.get("categories", "").split(), categories)]


def _gone(keys: Iterable[str], known: Iterable[str]) -> list[tuple[str, str]]:
    return [(key, key) for key in dict.fromkeys(keys) if key not in set(known)]
