"""What accounts did and were refused: sign-ins, saves, restores, invitations. No reader's data, no network address."""

from datetime import timedelta

from flask import g, has_request_context
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite.storage.tables import Account, AuditEntry
from microsite.studio import current_store, now

EVENTS = {
    "signed-in": lazy_gettext("Signed in"),
    "signed-out": lazy_gettext("Signed out"),
    "sign-in-refused": lazy_gettext("A sign-in was refused"),
    "throttled": lazy_gettext("Too many tries to sign in: further ones have to wait"),
    "refused": lazy_gettext("A page was refused: its role does not allow it"),
    "first-link": lazy_gettext("A link for the first account was made"),
    "invited": lazy_gettext("Somebody was invited"),
    "invitation-ended": lazy_gettext("An invitation was withdrawn"),
    "joined": lazy_gettext("An account was made"),
    "role-changed": lazy_gettext("A role was changed"),
    "account-ended": lazy_gettext("An account was ended"),
    "reset-made": lazy_gettext("A link for a new password was made"),
    "password-reset": lazy_gettext("A lost password was replaced, the second factor removed"),
    "password-changed": lazy_gettext("The password was changed"),
    "second-factor-added": lazy_gettext("A second factor was added"),
    "second-factor-removed": lazy_gettext("The second factor was removed"),
    "saved": lazy_gettext("Words were saved"),
    "restored": lazy_gettext("Older words were saved again"),
    "paused": lazy_gettext("A promotion was paused"),
    "returned": lazy_gettext("Something returned to the catalog’s words"),
    "called-off": lazy_gettext("Something scheduled was called off"),
    "uploaded": lazy_gettext("A file of translations was taken"),
}
"""What there is to record, and how the audit page says it. Whoever records something new adds it here."""


REFUSALS = {"refused", "sign-in-refused", "throttled"}
"""What nobody has to be let in for."""
MAX_REFUSALS = 200
"""Of one kind, by one account or about one, in a day: after that they say nothing new, and would fill the disk."""
MAX_ABOUT = 300
"""Characters of what an entry is about: an address may have thousands."""


def record(what: str, about: str = "", within: Session | None = None, account: Account | None = None) -> None:
    """Write one line of the audit, in the transaction `within` (always, if you are in one: SQLite has one writer).

    `what` is one of `EVENTS`; `about` names the thing, never what somebody typed where a password could be.
    """
    if what not in EVENTS:
        raise ValueError(f"“{what}” is not in EVENTS")
    if account is None and has_request_context():
        account = g.get("account")
    entry = AuditEntry(at=now(), what=what, account=account.email if account else "", about=about[:MAX_ABOUT])
    if within:
        _add(within, entry)
    else:
        with current_store().begin() as session:
            _add(session, entry)


def _add(within: Session, entry: AuditEntry) -> None:
    if entry.what not in REFUSALS or not _are_too_many(within, entry):
        within.add(entry)


def _are_too_many(within: Session, entry: AuditEntry) -> bool:
    """Whether as many refusals of the same are in the audit of the last day as it takes."""
    same = select(AuditEntry.id).where(AuditEntry.what == entry.what, AuditEntry.account == entry.account)
    if not entry.account:
        same = same.where(AuditEntry.about == entry.about)
    recent = same.where(AuditEntry.at > entry.at - timedelta(days=1)).limit(MAX_REFUSALS)
    return len(within.scalars(recent).all()) == MAX_REFUSALS
