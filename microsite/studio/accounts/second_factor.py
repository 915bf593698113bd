"""Codes of an authenticator app (TOTP, RFC 6238), each of which works once, and the secrets that they come from.

A secret is stored encrypted with the site's secret key.
"""

import json
import re
from base64 import b32decode, b32encode, b64decode, b64encode
from hashlib import pbkdf2_hmac
from secrets import token_bytes
from textwrap import wrap
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from flask_babel import LazyString, lazy_gettext
from markupsafe import Markup
from pyotp import TOTP, OTPVerificationError
from sqlalchemy import or_, update

from microsite.runtime import current_edition
from microsite.storage.tables import Account
from microsite.studio.accounts import recovery_codes
from microsite.studio.blueprint import current_store, now

MAX_AHEAD = 1
"""Codes by which the last one used may be ahead of the current one: clocks of nodes differ, and a restore uses the next
one up. Beyond, our clock was wrong when it was used."""
KEY_BYTES, NONCE_BYTES = 20, 12
FORMAT = 2
"""How `encrypt` writes. 1 is AES-CTR in libpass's TOTP wallet, as earlier releases and their backups have it: without
a tag by which a change would show."""


def new_secret() -> str:
    """A new secret, encrypted: it travels in the session until its first code has been right."""
    return encrypt(token_bytes(KEY_BYTES))


def encrypt(key: bytes) -> str:
    """By AES-256-GCM, as it is stored."""
    nonce = token_bytes(NONCE_BYTES)
    sealed = nonce + _cipher().encrypt(nonce, key, None)
    return json.dumps({"v": FORMAT, "type": "totp", "sealed": b64encode(sealed).decode()})


def totp(secret: str) -> TOTP:
    """What generates the codes of a secret. Raises InvalidTag for one that another secret key has encrypted."""
    return TOTP(b32encode(_decrypt(json.loads(secret))).decode())


def _decrypt(stored: dict[str, Any]) -> bytes:
    if stored["v"] != FORMAT:
        return _decrypt_wallet(stored["enckey"])
    sealed = b64decode(stored["sealed"])
    return _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)


def _cipher() -> AESGCM:
    """With a key of its own, derived from the site's: what signs sessions encrypts nothing."""
    return AESGCM(HKDF(SHA256(), 32, None, b"second factor").derive(_secret_key()))


def _decrypt_wallet(wallet: dict[str, Any]) -> bytes:
    # libpass leaves the padding of base32 out.
    salt, encrypted = (b32decode(wallet[name] + "=" * (-len(wallet[name]) % 8)) for name in ("s", "k"))
    derived = pbkdf2_hmac("sha256", _secret_key(), salt, 1 << wallet["c"], dklen=48)
    return Cipher(algorithms.AES256(derived[:32]), modes.CTR(derived[32:])).decryptor().update(encrypted)


def _secret_key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


WRONG_CODE = lazy_gettext(
    "This is not the code that the app shows now. It changes every half minute; if a new one is refused as "
    "well, have the phone set its clock by the network."
)
USED_CODE = lazy_gettext(
    "This code, or a later one, was used already. The app shows the next one within half a minute."
)


def spend_code(account: Account, code: str, secret: str | None = None) -> LazyString | None:
    """Use up the code that the account's app shows now: None. Of any other, why it is refused.

    `secret` is that of an app about to be added. The code before is refused, as ASVS 5.0 (6.5.5) has it, though
    RFC 6238 (5.2) would take it: phones have their time from the network.
    """
    secret, moment = secret or account.totp_secret or "", now()
    digits = re.sub(r"[\s-]", "", code)
    try:
        generator = totp(secret)
        counter = generator.verify_and_get_timecode(digits, for_time=moment)
    except (OTPVerificationError, InvalidTag):
        return WRONG_CODE
    values: dict[str, Any] = {"totp_counter": counter}
    if json.loads(secret)["v"] != FORMAT:
        values["totp_secret"] = encrypt(generator.byte_secret())
    return None if _use_up(account, generator.timecode(moment), values) else USED_CODE


def spend_code_or_recovery_code(account: Account, code: str) -> LazyString | None:
    """The same, where a recovery code may stand in for the app."""
    refused = spend_code(account, code)
    return None if refused is WRONG_CODE and recovery_codes.use(account, code) else refused


def _use_up(account: Account, current: int, values: dict[str, Any]) -> bool:
    """Store `values`, the counter of a code among them. False for a code that is no newer than the last one used.

    Of two who send the same at once, one is refused.
    """
    last = Account.totp_counter
    is_newer = or_(last.is_(None), last < values["totp_counter"], last > current + MAX_AHEAD)
    use = update(Account).where(Account.id == account.id, is_newer).values(values)
    with current_store().begin() as session:
        return session.scalar(use.returning(Account.id)) is not None


def pretty_key(secret: str) -> str:
    """The secret as somebody types it into an app, in groups of four."""
    return "-".join(wrap(totp(secret).secret, 4))


def app_address(account: Account, secret: str) -> str:
    """The `otpauth:` address that opens an authenticator app on the phone itself, with the secret."""
    return totp(secret).provisioning_uri(name=account.email, issuer_name=current_edition().content.site.name)


def qr_code(address: str) -> Markup:
    """`app_address` as SVG, dark on white in every colour scheme: phones read no other."""
    import segno  # 20 ms, once in the life of an account

    code = segno.make(address, micro=False)
    # Made here, of our own characters; in the page itself, because our policy loads no `data:` image.
    svg = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=False)
    return Markup(svg)
