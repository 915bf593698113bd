"""Recovery codes: each stands in once for the authenticator app, when the phone is lost (NIST SP 800-63B-4, 4.2)."""

import hmac
import re
from secrets import choice
from textwrap import wrap

from flask import current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from microsite.storage.tables import Account, RecoveryCode
from microsite.studio import audit
from microsite.studio.blueprint import current_store, now

COUNT = 10
"""Made at a time."""
LENGTH = 12
"""Signs of a code, 5 bits each."""
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford’s base 32: no letter that is mistaken for another sign."""
_MISREAD = str.maketrans("oil", "011")


def make(within: Session, account: Account) -> list[str]:
    """New codes, which replace the older ones. They are shown this once: only their hashes are stored."""
    end(within, account)
    codes = ["-".join(wrap("".join(choice(ALPHABET) for _ in range(LENGTH)), 4)) for _ in range(COUNT)]
    within.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(account, code), made=now()) for code in codes)
    audit.record(within, "recovery-codes-made")
    return codes


def use(account: Account, code: str) -> bool:
    """Whether this is an unused code of the account, which uses it up. Of two who send it at once, one is refused."""
    unused = update(RecoveryCode).where(
        RecoveryCode.account_id == account.id,
        RecoveryCode.code_hash == _hash(account, code),
        RecoveryCode.used.is_(None),
    )
    with current_store().begin() as session:
        is_right = session.scalar(unused.values(used=now()).returning(RecoveryCode.id)) is not None
        if is_right:
            audit.record(session, "recovery-code-used", f"{account.email}, {left(session, account)}/{COUNT}")
    return is_right


def left(within: Session, account: Account) -> int:
    """How many codes of the account are unused."""
    unused = (RecoveryCode.account_id == account.id) & RecoveryCode.used.is_(None)
    return within.scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0


def end(within: Session, account: Account) -> None:
    """Take all codes of an account away."""
    within.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _hash(account: Account, code: str) -> str:
    """Keyed: whoever has the database alone cannot try all codes. For any writing of it: capitals, spaces, o for 0."""
    signs = re.sub(r"[\s-]", "", code.lower()).translate(_MISREAD)
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"recovery:{account.id}:{signs}".encode(), "sha256").hex()
