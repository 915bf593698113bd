"""Invitations and resets: links that work once, until they expire. Given to somebody by hand; there is no mail."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import Flask, current_app
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from microsite.clock import SKEW
from microsite.storage.tables import Account, AccountLink
from microsite.studio import audit
from microsite.studio.access import Role
from microsite.studio.blueprint import PREFIX, current_store, now

LIVES = {"first": timedelta(days=1), "invite": timedelta(days=7), "reset": timedelta(days=1)}


def make(within: Session, purpose: str, email: str, role: str, made_by: str = "") -> str:
    """The address of a new link. It is shown once: the database keeps a hash. Older ones of the address end."""
    end(within, email)
    secret, moment = token_urlsafe(32), now()
    within.add(
        AccountLink(
            secret_hash=_hash(secret),
            purpose=purpose,
            email=email.strip().lower(),
            role=role,
            made=moment,
            made_by=made_by,
            expires=moment + LIVES[purpose],
        )
    )
    return f"{current_app.config['BASE_URL']}{PREFIX}/join/{secret}"


def find(within: Session, secret: str) -> AccountLink | None:
    """A link that can be used. One for the first account cannot, once there is an account."""
    link = within.scalar(_open().where(AccountLink.secret_hash == _hash(secret)))
    return None if link and link.purpose == "first" and any_account(within) else link


def use(within: Session, secret: str) -> AccountLink | None:
    """The link, used from now on; None where it cannot be. Of two at once one can, of two for the first account too."""
    # On PostgreSQL whoever comes second waits here, and then sees what the first one made. SQLite has one writer.
    first = select(AccountLink.id).where(AccountLink.purpose == "first").order_by(AccountLink.id)
    within.execute(first.with_for_update())
    if not (link := find(within, secret)):
        return None
    mine = update(AccountLink).where(AccountLink.id == link.id, AccountLink.used.is_(None)).values(used=now())
    return link if within.scalars(mine.returning(AccountLink.id)).all() else None


def invitations(within: Session) -> list[AccountLink]:
    """Those that nobody has used yet, newest first."""
    return list(within.scalars(_open().where(AccountLink.purpose == "invite").order_by(AccountLink.id.desc())))


def end(within: Session, email: str) -> None:
    """Links of an address work no more. Those for the first account have none, and all of them work."""
    if email := email.strip().lower():
        mine = update(AccountLink).where(AccountLink.email == email, AccountLink.used.is_(None))
        within.execute(mine.values(used=now()))


def end_made_by(within: Session, maker: str) -> None:
    """Links that an account made work no more: it may not invite anybody any longer."""
    theirs = update(AccountLink).where(AccountLink.made_by == maker, AccountLink.used.is_(None))
    within.execute(theirs.values(used=now()))


def first_link(app: Flask) -> str | None:
    """The address that makes the first account, an admin's; none once there is an account."""
    with app.app_context(), current_store().begin() as session:
        if any_account(session):
            return None
        audit.record("first-link", within=session)
        return make(session, "first", "", Role.ADMIN)


def any_account(within: Session) -> bool:
    return within.scalar(select(Account.id).limit(1)) is not None


def _open() -> Select[AccountLink]:
    """Those of now. One that was made while a clock was ahead would work until that time has come: it does not."""
    moment = now()
    is_made = AccountLink.made <= moment + SKEW
    return select(AccountLink).where(AccountLink.used.is_(None), is_made, AccountLink.expires > moment)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
