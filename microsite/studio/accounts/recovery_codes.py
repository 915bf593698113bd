"""Recovery codes: each stands in once for the authenticator app, when the phone is lost (NIST SP 800-63B-4, 4.2)."""

import hmac
import re
from secrets import choice
from textwrap import wrap

from flask import current_app
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from microsite.storage.tables import Account, RecoveryCode
from microsite.studio import audit
from microsite.studio.accounts.passwords import hash_password, verify_password
from microsite.studio.blueprint import current_store, now

COUNT = 10
"""Made at a time."""
LENGTH = 12
"""Signs of a code, 5 bits each."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford’s base 32: no letter that is mistaken for another sign."""
_MISREAD = str.maketrans("oil", "011")


def make(account: Account) -> dict[str, str]:
    """New codes with their hashes, for `keep`. Outside a transaction: hashing them takes a quarter of a second."""
    codes = ["-".join(wrap("".join(choice(ALPHABET) for _ in range(LENGTH)), 4)) for _ in range(COUNT)]
    return {code: hash_password(_keyed(account, code)) for code in codes}


def keep(within: Session, account: Account, codes: dict[str, str]) -> None:
    """In the place of the older ones. They are shown this once: only their hashes are stored."""
    end(within, account)
    rows = (RecoveryCode(account_id=account.id, code_hash=hashed, made=now()) for hashed in codes.values())
    within.add_all(rows)
    audit.record(within, "recovery-codes-made")


def use(account: Account, code: str) -> bool:
    """Whether this is an unused code of the account, which uses it up. Of two who send it at once, one is refused."""
    if len(_signs(code)) != LENGTH:
        return False
    with current_store().read() as session:
        codes = session.scalars(select(RecoveryCode).where(*_unused(account))).all()
    keyed = _keyed(account, code)
    if not (right := next((each for each in codes if _is(each.code_hash, keyed)), None)):
        return False
    use_up = update(RecoveryCode).where(RecoveryCode.id == right.id, *_unused(account)).values(used=now())
    with current_store().begin() as session:
        is_right = session.scalar(use_up.returning(RecoveryCode.id)) is not None
        if is_right:
            audit.record(session, "recovery-code-used", f"{account.email}, {left(session, account)}/{COUNT}")
    return is_right


def left(within: Session, account: Account) -> int:
    """How many codes of the account are unused."""
    return within.scalar(select(func.count()).select_from(RecoveryCode).where(*_unused(account))) or 0


def end(within: Session, account: Account) -> None:
    """Take all codes of an account away."""
    within.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _unused(account: Account) -> tuple[ColumnElement[bool], ...]:
    return RecoveryCode.account_id == account.id, RecoveryCode.used.is_(None)


def _is(hashed: str, keyed: str) -> bool:
    """Of codes that an earlier release has made, at work beside this one, the keyed hash alone is stored."""
    return verify_password(hashed, keyed) if hashed.startswith("$") else hmac.compare_digest(hashed, keyed)


def _signs(code: str) -> str:
    """Those of a code in any writing of it: capitals, spaces, o for 0."""
    return re.sub(r"[\s-]", "", code.lower()).translate(_MISREAD)


def _keyed(account: Account, code: str) -> str:
    """What is hashed as passwords are: whoever has the database alone could not even begin to try codes."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"recovery:{account.id}:{_signs(code)}".encode(), "sha256").hex()
