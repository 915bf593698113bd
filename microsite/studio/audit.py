"""What accounts did and were refused: sign-ins, saves, restores, invitations. No reader's data, no network address."""

from flask import g, has_request_context
from sqlalchemy.orm import Session

from microsite.store import Account, AuditEntry
from microsite.studio import current_store, now


def record(what: str, about: str = "", within: Session | None = None, account: Account | None = None) -> None:
    """Write one line of the audit, in the transaction `within` (always, if you are in one: SQLite has one writer).

    `what` is one of `EVENTS`; `about` names the thing, never what somebody typed where a password could be.
    """
    if account is None and has_request_context():
        account = g.get("account")
    entry = AuditEntry(at=now(), what=what, account=account.email if account else "", about=about)
    if within:
        within.add(entry)
    else:
        with current_store().begin() as session:
            session.add(entry)
