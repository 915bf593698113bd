"""Codes of an authenticator app (TOTP, RFC 6238): Flask-Security's, with each code good for one sign-in only."""

from flask import current_app
from flask_security.totp import Totp
from markupsafe import Markup
from passlib.totp import TokenError, TotpMatch
from sqlalchemy import or_, update

from microsite.runtime import current_edition
from microsite.storage.tables import Account
from microsite.studio.blueprint import current_store, now

LEEWAY = 30
"""Seconds by which the clock of a phone may be wrong."""
STEP = 30
"""Seconds that a code is shown for."""
MAX_AHEAD = 2 * LEEWAY // STEP
"""Codes by which the last one used may be ahead of one that is right. Beyond, the clock was wrong when it was used."""


class OneTimeCodes(Totp):
    def get_last_counter(self, user: Account) -> int | None:  # type: ignore[override]
        """The number of the last code that was used, unless it is one of a time to come."""
        used = user.totp_counter
        return used if used is not None and used <= int(now().timestamp()) // STEP + MAX_AHEAD else None

    def set_last_counter(self, user: Account, tmatch: TotpMatch) -> None:  # type: ignore[override]
        """Of two who send the same code at the same moment, one is refused."""
        used, counter = Account.totp_counter, tmatch.counter
        unused = or_(used.is_(None), used < counter, used > counter + MAX_AHEAD)
        mine = update(Account).where(Account.id == user.id, unused).values(totp_counter=counter)
        with current_store().begin() as session:
            if not session.scalars(mine.returning(Account.id)).all():
                raise TokenError("used")


def codes() -> OneTimeCodes:
    secret = str(current_app.config["SECRET_KEY"])
    return OneTimeCodes({"1": secret}, current_edition().content.site.name)


def verify(account: Account, code: str, secret: str | None = None) -> bool:
    """Whether the account's app shows this code now. `secret` is that of an app about to be added."""
    digits = "".join(code.split())
    secret = secret or account.totp_secret or ""
    return digits.isascii() and codes().verify_totp(digits, secret, account, LEEWAY)  # type: ignore[arg-type]  # see `Account`


def new_secret() -> str:
    """Encrypted: it travels in the session until its first code has been right."""
    return codes().generate_totp_secret()


def pretty_key(secret: str) -> str:
    """The secret as somebody types it into an app, in groups of four."""
    return codes().get_totp_pretty_key(secret)


def qr_code(account: Account, secret: str) -> Markup:
    """The secret as a QR code: dark on white in every colour scheme, or phones do not read it."""
    import segno  # 20 ms, once in the life of an account

    code = segno.make(codes().get_totp_uri(account.email, secret), micro=False)
    # Made here, of our own characters; in the page itself, because our policy loads no `data:` image.
    svg = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False)
    return Markup(svg)
