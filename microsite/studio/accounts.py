"""Accounts as plain functions: found, made, changed, ended. Each takes the transaction that it is part of."""

from uuid import uuid4

from flask import current_app
from flask_security.utils import hash_password, verify_and_update_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite.store import Account
from microsite.studio import current_store, now

MOST = 1024
"""Characters of a password that are looked at."""
TIMEZONE = "Europe/Paris"


def find(within: Session, email: str) -> Account | None:
    """The account that may sign in with an address."""
    return within.scalar(select(Account).where(Account.email == email.strip().lower(), Account.active))


def add(within: Session, email: str, password: str, role: str, locale: str, timezone: str = TIMEZONE) -> Account:
    account = Account(
        email=email.strip().lower(),
        password=hash_password(normal(password)),
        active=True,
        fs_uniquifier=uuid4().hex,
        role=role,
        locale=locale,
        timezone=timezone,
        made=now(),
    )
    within.add(account)
    return account


def end_sessions(within: Session, account: Account) -> None:
    """Everywhere, at once: no cookie that was given out names the account any more."""
    within.merge(account).fs_uniquifier = uuid4().hex


def verified(email: str, password: str) -> Account | None:
    """The account of an address, if this is its password; as slow for an address that has none."""
    with current_store().read() as session:
        account = find(session, email)
    asked = account or Account(password=NOBODYS)
    return account if verify_and_update_password(normal(password), asked) and account else None


def normal(password: str) -> str:
    """One spelling for what keyboards send in several (é as one sign or two)."""
    util = current_app.extensions["security"]._password_util
    return str(util.normalize(password[:MOST]))


NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$sKPtSz7CGq1gLeoSFDZbYDZcQHCfIHZnoMyyVJHGJwQ"
"""A hash that no password is known of."""
