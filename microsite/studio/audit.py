"""What accounts did and were refused: recorded by whoever changes something; `audit_page.py` shows it to admins.

No reader's data is in it, and no network address.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite.runtime import g
from microsite.storage.last_backup import BACKED_UP
from microsite.storage.tables import AuditEntry
from microsite.studio.blueprint import current_store, now

EVENTS = {
    "signed-in": lazy_gettext("Signed in"),
    "signed-out": lazy_gettext("Signed out"),
    "sign-in-refused": lazy_gettext("A sign-in was refused"),
    "throttled": lazy_gettext("Too many tries to sign in: further ones have to wait"),
    "refused": lazy_gettext("A page was refused: its role does not allow it"),
    "form-refused": lazy_gettext("A form was refused: it did not come from a page of this session"),
    "first-link": lazy_gettext("A link for the first account was made"),
    "invited": lazy_gettext("Somebody was invited"),
    "invitation-ended": lazy_gettext("An invitation was withdrawn"),
    "joined": lazy_gettext("An account was made"),
    "role-changed": lazy_gettext("A role was changed"),
    "account-ended": lazy_gettext("An account was ended"),
    "own-sessions-ended": lazy_gettext("Other browsers were signed out"),
    "sessions-ended": lazy_gettext("An account was signed out everywhere"),
    "reset-made": lazy_gettext("A link for a new password was made"),
    "password-reset": lazy_gettext("A lost password was replaced, the second factor removed"),
    "password-replaced": lazy_gettext("A lost password was replaced"),
    "password-changed": lazy_gettext("The password was changed"),
    "second-factor-added": lazy_gettext("A second factor was added"),
    "second-factor-removed": lazy_gettext("The second factor was removed"),
    "recovery-codes-made": lazy_gettext("New recovery codes were made"),
    # TRANSLATORS: Beside it stands how many codes are left, such as 9/10.
    "recovery-code-used": lazy_gettext("A recovery code was used in place of the app; left are"),
    "saved": lazy_gettext("Text saved"),
    "restored": lazy_gettext("Earlier text restored"),
    "paused": lazy_gettext("A promotion was paused"),
    "resumed": lazy_gettext("A pause was ended"),
    "returned": lazy_gettext("Something returned to its original text"),
    "end-changed": lazy_gettext("The end of words was changed"),
    "called-off": lazy_gettext("Something was unscheduled"),
    "compared": lazy_gettext("A comparison of two wordings was scheduled"),
    "comparison-ended": lazy_gettext("A comparison of two wordings was ended early"),
    "promotion-made": lazy_gettext("A promotion was made"),
    "promotion-changed": lazy_gettext("The address, the places or the dates of a promotion were changed"),
    "promotion-ended": lazy_gettext("A promotion was ended"),
    "promotion-resumed": lazy_gettext("A promotion that had ended was resumed"),
    "preview-link-made": lazy_gettext("A link to a preview was made, for somebody without an account"),
    "preview-link-withdrawn": lazy_gettext("A link to a preview was withdrawn"),
    BACKED_UP: lazy_gettext("A backup was made, and read back"),
    "uploaded": lazy_gettext("A file of translations was taken"),
    "upload-taken-back": lazy_gettext("A file of translations was taken back"),
}
"""Every event that can be recorded, as the audit page calls it. A new event is added here."""

REFUSALS = {"refused", "form-refused", "sign-in-refused", "throttled"}
"""Events that somebody without an account, or without the role, can cause."""
MAX_REFUSALS_PER_DAY = 200
"""Of one kind, by one account or about one: after that they say nothing new, and would fill the disk."""
MAX_ABOUT = 300
"""Characters of what a refusal is about: an address may have thousands."""
MAX_CHANGE = 5000
"""Characters of what any other entry is about: two addresses, before and after, have room."""


def record(within: Session, event: str, about: str = "") -> None:
    """Write one entry, by the account that is signed in if any, in the transaction of what the entry tells of.

    `event` is one of `EVENTS`, else ValueError. `about` names the thing, never what somebody typed where a password
    could be.
    """
    if event not in EVENTS:
        raise ValueError(f"“{event}” is not in EVENTS")
    email = g.account.email if g.account else ""
    entry = AuditEntry(
        at=now(), what=event, account=email, about=about[: MAX_ABOUT if event in REFUSALS else MAX_CHANGE]
    )
    if event not in REFUSALS or not _limit_reached(within, entry):
        within.add(entry)


@contextmanager
def recorded(event: str, about: str = "") -> Iterator[Session]:
    """A transaction for what an entry tells of; the entry, as `record` writes it, is the last of it."""
    with current_store().begin() as transaction:
        yield transaction
        record(transaction, event, about)


def record_alone(event: str, about: str = "") -> None:
    """As `record`, where nothing else is written: of a refusal."""
    with recorded(event, about):
        pass


def promotion_name(key: str, name: str) -> str:
    """What entries call a promotion: by the name that people use, and the key, which stays when that is changed."""
    return f"{name} ({key})" if name not in ("", key) else key


def _limit_reached(within: Session, entry: AuditEntry) -> bool:
    """Whether the last day has `MAX_REFUSALS_PER_DAY` refusals of this kind by the same account, or about the same."""
    same = select(AuditEntry.id).where(AuditEntry.what == entry.what, AuditEntry.account == entry.account)
    if not entry.account:
        same = same.where(AuditEntry.about == entry.about)
    recent = same.where(AuditEntry.at > entry.at - timedelta(days=1)).limit(MAX_REFUSALS_PER_DAY)
    return len(within.scalars(recent).all()) == MAX_REFUSALS_PER_DAY
