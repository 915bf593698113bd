"""Accounts as plain functions: found, made, changed, ended. Each takes the transaction that it is part of."""

from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from microsite.storage.tables import Account
from microsite.studio.access import Role, current_account
from microsite.studio.accounts import one_time_links, recovery_codes
from microsite.studio.accounts.passwords import DUMMY_HASH, HASHER, hash_password, verify_password
from microsite.studio.blueprint import current_store, now

DEFAULT_TIMEZONE = "Europe/Paris"


def normalize_email(email: str) -> str:
    """The spelling by which an e-mail address is stored and found."""
    return email.strip().lower()


def find(within: Session, email: str) -> Account | None:
    """The active account with this address."""
    return within.scalar(select(Account).where(Account.email == normalize_email(email), Account.active))


def own(within: Session) -> Account:
    """The account that sent this request, attached to the transaction."""
    return within.get_one(Account, current_account().id)


def active_accounts(within: Session) -> list[Account]:
    """Those that may sign in, by address."""
    return list(within.scalars(select(Account).where(Account.active).order_by(Account.email)))


def add(
    within: Session, email: str, password: str, role: str, locale: str, timezone: str = DEFAULT_TIMEZONE
) -> Account:
    """A new account, or the ended one of this address, begun anew."""
    account = within.scalar(select(Account).where(Account.email == normalize_email(email)))
    if account is None:
        account = Account(email=normalize_email(email))
        within.add(account)
    account.made = now()
    account.active, account.role, account.locale, account.timezone = True, role, locale, timezone
    set_password(account, password)
    within.flush()
    remove_second_factor(within, account)
    return account


def set_password(account: Account, password: str) -> None:
    """Ends all sessions of the account."""
    account.password = hash_password(password)
    end_sessions(account)


def remove_second_factor(within: Session, account: Account) -> None:
    """With it go the codes that stand in for the app."""
    account.totp_secret = account.totp_counter = None
    recovery_codes.end(within, account)


def end_sessions(account: Account) -> None:
    """Sign out all browsers of the account at once: no cookie that was given out names it any more."""
    account.fs_uniquifier = token_hex(16)


class LastAdmin(Exception):
    """The account is the only admin, and has to stay one."""


def change_role(within: Session, account: Account, role: str) -> None:
    """Raises LastAdmin."""
    if role != Role.ADMIN:
        _check_other_admins(within, account)
        one_time_links.revoke_made_by(within, account.email)
    account.role = role


def end(within: Session, account: Account) -> None:
    """End an account, its sessions, and the links for and by it. Raises LastAdmin."""
    _check_other_admins(within, account)
    one_time_links.revoke(within, account.email)
    one_time_links.revoke_made_by(within, account.email)
    account.active = False
    end_sessions(account)


def _check_other_admins(within: Session, account: Account) -> None:
    admins = select(Account.id).where(Account.role == Role.ADMIN, Account.active).with_for_update()
    if list(within.scalars(admins)) == [account.id]:
        raise LastAdmin


def authenticate(email: str, password: str) -> Account | None:
    """The account with this address and password.

    None takes as long where the address has no account (`DUMMY_HASH`): the time does not tell who has one.
    """
    with current_store().read() as session:
        account = find(session, email)
    is_right = verify_password(account.password if account else DUMMY_HASH, password)
    if not account or not is_right:
        return None
    if HASHER.check_needs_rehash(account.password):  # of a release with other costs
        with current_store().begin() as session:
            session.merge(account).password = hash_password(password)
    return account
