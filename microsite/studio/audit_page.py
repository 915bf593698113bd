"""The audit, for admins: who did what, newest first."""

from flask_babel import gettext
from sqlalchemy import select

from microsite.storage.tables import AuditEntry
from microsite.studio import current_store, studio
from microsite.studio.access import Role, needs
from microsite.studio.audit import EVENTS
from microsite.studio.fields import number_in_query
from microsite.studio.layout import render
from microsite.studio.roles import role_name

A_PAGE = 100


@studio.get("/audit", endpoint="audit")
@needs(Role.ADMIN)
def audit_page() -> str:
    before = number_in_query("before")
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(A_PAGE + 1)
    if before:
        entries = entries.where(AuditEntry.id < before)
    with current_store().read() as session:
        found = list(session.scalars(entries))
    older = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    # TRANSLATORS: Title of the page that lists what accounts did.
    title = gettext("Audit")
    return render("audit.html", title, entries=found[:A_PAGE], older=older, events=EVENTS, about=about)


def about(entry: AuditEntry) -> str:
    """What somebody did something to; a role that was given, by its name."""
    address, _, role = entry.about.removesuffix(")").rpartition(" (")
    return f"{address} ({role_name(role)})" if role in [*Role] else entry.about
