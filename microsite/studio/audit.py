"""What accounts did and were refused: sign-ins, saves, restores, invitations. No reader's data, no network address."""

from flask import g, has_request_context
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from microsite.studio import current_store, now
from microsite.tables import Account, AuditEntry

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


def record(what: str, about: str = "", within: Session | None = None, account: Account | None = None) -> None:
    """Write one line of the audit, in the transaction `within` (always, if you are in one: SQLite has one writer).

    `what` is one of `EVENTS`; `about` names the thing, never what somebody typed where a password could be.
    """
    if what not in EVENTS:
        raise ValueError(f"“{what}” is not in EVENTS")
    if account is None and has_request_context():
        account = g.get("account")
    entry = AuditEntry(at=now(), what=what, account=account.email if account else "", about=about)
    if within:
        within.add(entry)
    else:
        with current_store().begin() as session:
            session.add(entry)
