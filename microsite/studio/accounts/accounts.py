"""Accounts as plain functions: found, made, changed, ended. Each takes the transaction that it is part of."""

from uuid import uuid4

from flask import g
from flask_security.utils import hash_password, verify_and_update_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.accounts import one_time_links
from microsite.studio.accounts.passwords import MOST, normal
from microsite.studio.blueprint import current_store, now

TIMEZONE = "Europe/Paris"
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$sKPtSz7CGq1gLeoSFDZbYDZcQHCfIHZnoMyyVJHGJwQ"
"""A hash that no password is known of."""


def address(email: str) -> str:
    """One spelling of an e-mail address."""
    return email.strip().lower()


def find(within: Session, email: str) -> Account | None:
    """The account that may sign in with an address."""
    return within.scalar(select(Account).where(Account.email == address(email), Account.active))


def own(within: Session) -> Account:
    """The account that asks, as the database has it."""
    return within.get_one(Account, g.account.id)


def everybody(within: Session) -> list[Account]:
    """Those that may sign in, by address."""
    return list(within.scalars(select(Account).where(Account.active).order_by(Account.email)))


def add(within: Session, email: str, password: str, role: str, locale: str, timezone: str = TIMEZONE) -> Account:
    """A new account, or a new beginning for one that was ended."""
    account = within.scalar(select(Account).where(Account.email == address(email)))
    if account is None:
        account = Account(email=address(email))
        within.add(account)
    account.made = now()
    account.active, account.role, account.locale, account.timezone = True, role, locale, timezone
    set_password(account, password)
    account.totp_secret = account.totp_counter = None
    within.flush()
    return account


def set_password(account: Account, password: str) -> None:
    account.password = hash_password(normal(password))
    end_sessions(account)


def end_sessions(account: Account) -> None:
    """Everywhere, at once: no cookie that was given out names the account any more."""
    account.fs_uniquifier = uuid4().hex


def change_role(within: Session, account: Account, role: str) -> bool:
    """False where nobody would be left to manage accounts."""
    if role != Role.ADMIN and _is_last_admin(within, account):
        return False
    if role != Role.ADMIN:
        one_time_links.end_made_by(within, account.email)
    account.role = role
    return True


def close(within: Session, account: Account) -> bool:
    """End an account, and the links for and by it. False where nobody would be left to manage accounts."""
    if _is_last_admin(within, account):
        return False
    one_time_links.end(within, account.email)
    one_time_links.end_made_by(within, account.email)
    account.active = False
    end_sessions(account)
    return True


def _is_last_admin(within: Session, account: Account) -> bool:
    admins = select(Account.id).where(Account.role == Role.ADMIN, Account.active).with_for_update()
    return list(within.scalars(admins)) == [account.id]


def verified(email: str, password: str) -> Account | None:
    """The account of an address, if this is its password; as slow for an address that has none."""
    with current_store().read() as session:
        account = find(session, email)
    asked = account or Account(password=NOBODYS)
    is_right = verify_and_update_password(normal(password[:MOST]), asked)  # type: ignore[arg-type]  # see `Account`
    return account if is_right else None
