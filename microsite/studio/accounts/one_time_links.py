"""Links that work once, until they expire: invitations and password resets.

They are handed over by whoever made them: the site sends no mail. An `email` is normalized, as accounts have it.
"""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import Flask
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from microsite.clock import SKEW
from microsite.runtime import current_runtime
from microsite.storage.tables import Account, OneTimeLink
from microsite.studio import audit
from microsite.studio.access import Role
from microsite.studio.blueprint import PREFIX, current_store, now

LIFETIMES = {
    "first": timedelta(days=1),
    "invite": timedelta(days=7),
    "password": timedelta(days=1),
    "reset": timedelta(days=1),
}
"""By purpose (`OneTimeLink.purpose`): “password” keeps the second factor, and asks for its code; “reset” removes it."""


def create(within: Session, purpose: str, email: str, role: str, made_by: str = "") -> str:
    """The secret of a new link, which replaces older ones for `email`. Only its hash is stored."""
    revoke(within, email)
    secret, moment = token_urlsafe(32), now()
    within.add(
        OneTimeLink(
            secret_hash=_hash(secret),
            purpose=purpose,
            email=email,
            role=role,
            made=moment,
            made_by=made_by,
            expires=moment + LIFETIMES[purpose],
        )
    )
    return secret


def address(secret: str) -> str:
    """Where the link with this secret leads."""
    return f"{current_runtime().settings.studio_origin}{PREFIX}/join/{secret}"


def find(within: Session, secret: str) -> OneTimeLink | None:
    """The link with this secret, if it can be used. One for the first account cannot, once there is an account."""
    link = within.scalar(_valid().where(OneTimeLink.secret_hash == _hash(secret)))
    return None if link and link.purpose == "first" and any_account(within) else link


def redeem(within: Session, secret: str) -> OneTimeLink | None:
    """Use a link up; None where it cannot be used. Of two at once one is used, of two for the first account as well."""
    # On PostgreSQL whoever comes second waits here, and then sees what the first one made. SQLite has one writer.
    first = select(OneTimeLink.id).where(OneTimeLink.purpose == "first").order_by(OneTimeLink.id)
    within.execute(first.with_for_update())
    if not (link := find(within, secret)):
        return None
    return link if _use_up(within, OneTimeLink.id == link.id) else None


def open_invitations(within: Session) -> list[OneTimeLink]:
    """Invitations that nobody has used yet, newest first."""
    return list(within.scalars(_valid().where(OneTimeLink.purpose == "invite").order_by(OneTimeLink.id.desc())))


def revoke(within: Session, email: str) -> None:
    """End the links for an address. For an empty one none: links for the first account have no address."""
    if email:
        _use_up(within, OneTimeLink.email == email)


def revoke_made_by(within: Session, maker: str) -> None:
    """End the links that an account made, once it may invite nobody any more."""
    _use_up(within, OneTimeLink.made_by == maker)


def _use_up(within: Session, condition: ColumnElement[bool]) -> bool:
    """Whether any of the links was unused."""
    unused = update(OneTimeLink).where(condition, OneTimeLink.used.is_(None)).values(used=now())
    return bool(within.scalars(unused.returning(OneTimeLink.id)).all())


def first_link(app: Flask) -> str | None:
    """The address of a link that makes the first account, an admin's; None once there is an account."""
    with app.app_context(), current_store().begin() as session:
        if any_account(session):
            return None
        audit.record(session, "first-link")
        return address(create(session, "first", "", Role.ADMIN))


def any_account(within: Session) -> bool:
    """Whether there is an account, or has been one."""
    return within.scalar(select(Account.id).limit(1)) is not None


def _valid() -> Select[OneTimeLink]:
    """Links that are neither used nor expired, nor made in the future.

    A link of the future was made while a clock was ahead, and would work until that time has come.
    """
    moment = now()
    return select(OneTimeLink).where(
        OneTimeLink.used.is_(None), OneTimeLink.made <= moment + SKEW, OneTimeLink.expires > moment
    )


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
