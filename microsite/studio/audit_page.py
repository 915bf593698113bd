"""The page of the audit: every entry in the language of the account, with names in place of keys."""

import re
from contextlib import suppress
from datetime import datetime
from functools import cached_property

from flask_babel import gettext
from sqlalchemy import select

from microsite.runtime import current_edition
from microsite.storage.tables import AuditEntry
from microsite.studio.access import Role, needs, role_name
from microsite.studio.audit import EVENTS, promotion_name
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import number_in_query
from microsite.studio.layout import moment, promotion_title, render
from microsite.studio.promotions.definition_changes import as_read, names_of_keys
from microsite.studio.promotions.definition_form import DefinitionForm

ENTRIES_PER_PAGE = 100
NOTHING = "–"
"""In the place of a field that was, or is, empty."""
OF_PROMOTIONS = re.compile(
    r"(?P<name>(?P<key>[a-z0-9-]+)|.*? \([a-z0-9-]+\))"
    r"(?:, (?P<field>\w+): (?P<before>.*) → (?P<after>.*)|: (?P<target>\S+), (?P<places>[a-z -]*)|(?P<rest>, .*|))",
    re.DOTALL,
)
"""What an entry on a promotion is about. Until promotions had names of their own there was a key alone."""


@studio.get("/audit")
@needs(Role.ADMIN)
def audit() -> str:
    """Newest first; `before` in the query is the number of the entry that an older page begins after."""
    before = number_in_query("before")
    newest_first = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(ENTRIES_PER_PAGE + 1)
    if before:
        newest_first = newest_first.where(AuditEntry.id < before)
    with current_store().read() as session:
        entries = list(session.scalars(newest_first))
    older = entries[ENTRIES_PER_PAGE - 1].id if len(entries) > ENTRIES_PER_PAGE else None
    subjects = Subjects()
    return render(
        "audit.html",
        # TRANSLATORS: Title of the page that lists what accounts did.
        gettext("Audit"),
        entries=[(entry, subjects.of(entry)) for entry in entries[:ENTRIES_PER_PAGE]],
        older=older,
        events=EVENTS,
    )


class Subjects:
    """What entries are about, as people call it; one for each page of them, for it reads titles and labels once."""

    @cached_property
    def _labels(self) -> dict[str, str]:
        return DefinitionForm("", {}).labels

    @cached_property
    def _names(self) -> dict[str, str]:
        return names_of_keys()

    def of(self, entry: AuditEntry) -> str:
        address, _, role = entry.about.removesuffix(")").rpartition(" (")
        if role in [*Role]:
            return f"{address} ({role_name(role)})"
        if entry.what.startswith("preview-link"):
            with suppress(ValueError):
                return moment(datetime.fromisoformat(entry.about))
        match = OF_PROMOTIONS.fullmatch(entry.about)
        if not match or (match["key"] and match["key"] not in current_edition().promotions):
            return _with_language(entry.about)
        name = promotion_name(match["key"], promotion_title(match["key"])) if match["key"] else match["name"]
        if match["field"]:
            return f"{name}, {self._change(match)}"
        if match["target"]:
            places = as_read("placements", {"placements": match["places"]}, self._names)
            label = gettext("%(name)s:", name=name)
            return f"{label} {match['target']}, {places}"
        return _with_language(f"{name}{match['rest']}")

    def _change(self, match: re.Match[str]) -> str:
        field = match["field"]
        before, after = (as_read(field, {field: match[value]}, self._names) for value in ("before", "after"))
        label = gettext("%(name)s:", name=self._labels.get(field, field))
        return f"{label} {before or NOTHING} → {after or NOTHING}"


def _with_language(about: str) -> str:
    """With the name of a language in place of its id at the end."""
    thing, comma, last = about.rpartition(", ")
    names = {locale.id: locale.name for locale in current_edition().content.site.locales.values()}
    return f"{thing}{comma}{names[last]}" if last in names else about
