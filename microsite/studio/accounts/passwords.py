"""Passwords: their hashes, and which new ones are accepted: long, and not among the first that anybody would guess."""

import gzip
import re
import unicodedata
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import EqualTo, InputRequired, ValidationError

from microsite.runtime import current_edition
from microsite.studio.fields import PasswordField

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with the least memory that OWASP recommends (in KiB): the same process serves readers."""
DUMMY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$sKPtSz7CGq1gLeoSFDZbYDZcQHCfIHZnoMyyVJHGJwQ"
"""Verified where an address has no account. No password is known for it."""
MIN_LENGTH = 15
"""Characters. NIST SP 800-63B-4 asks for 15 where a password may be the only factor."""
MIN_GUESSES = 10**10
"""From here on zxcvbn gives its best score."""
MAX_ESTIMATED = 40
"""Characters whose strength is estimated: the time grows with the square of their number. What follows adds some."""
MAX_SUBSTITUTIONS = 10
"""Ways to read signs as letters (4 and @ as a) that are tried at a time, enough for all ten digits. Their number
doubles with each two signs: of 72 signs that may all be letters, zxcvbn alone took six seconds."""
COMMON_WORDS = [
    "motdepasse",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "soleil",
    "bienvenue",
    "administrateur",
    "studio",
]
"""French words and ours, which zxcvbn's English lists do not have."""
COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.txt.gz")
"""Those of a million that are long enough; `common_passwords.license.txt` says whose. zxcvbn lists 31 such ones."""


def normalize(password: str) -> str:
    """One spelling of what keyboards send in several, é as one character or as two (NFKD, after NIST SP 800-63B)."""
    return unicodedata.normalize("NFKD", password)


def hash_password(password: str) -> str:
    return HASHER.hash(normalize(password))


def verify_password(hashed: str, password: str) -> bool:
    """Takes some 25 ms, whatever the answer."""
    try:
        return HASHER.verify(hashed, normalize(password))
    except VerifyMismatchError:
        return False


def common_passwords() -> set[str]:
    """In small letters. Read when somebody chooses a password, which is seldom, and kept by no process."""
    return set(gzip.decompress(COMMON_PASSWORDS.read_bytes()).decode("ascii").lower().split())


def is_guessable(password: str, known_words: Iterable[str] = ()) -> bool:
    """Whether a password is guessed in `MIN_GUESSES` or fewer, by somebody who also knows `known_words`."""
    from zxcvbn import zxcvbn  # 14 MB of words, which a process that serves readers only never needs

    words = [part for word in known_words for part in (word.lower(), *re.split(r"\W+", word.lower())) if part]
    parts = _parts(password[:MAX_ESTIMATED])
    guesses = prod(int(zxcvbn(part, user_inputs=[*words, *COMMON_WORDS])["guesses"]) for part in parts)
    return guesses <= MIN_GUESSES


def _parts(password: str) -> Iterator[str]:
    """The password, cut wherever its characters could be read as letters in more than `MAX_SUBSTITUTIONS` ways."""
    from zxcvbn.matching import L33T_TABLE, enumerate_l33t_subs, relevant_l33t_subtable

    part, characters = "", ""
    for character in password:
        if character not in characters:
            characters += character
            if len(enumerate_l33t_subs(relevant_l33t_subtable(characters, L33T_TABLE))) > MAX_SUBSTITUTIONS:
                yield part
                part, characters = "", character
        part += character
    yield part


def check_new_password(form: Any, field: Field) -> None:
    """A validator of WTForms: long enough, and not soon guessed by who knows the address and the site."""
    password = normalize(field.data or "")
    if len(password) < MIN_LENGTH:
        numbers = {"count": len(password), "least": MIN_LENGTH}
        # TRANSLATORS: %(count)s is how many characters were typed, %(least)s how many a password has at least.
        raise ValidationError(gettext("%(count)s characters are too few: take at least %(least)s.", **numbers))
    site = current_edition().content.site
    email = form.email.data if "email" in form else form.owner
    known_words = [email or "", site.name, site.publisher.product]
    if password.lower() in common_passwords() or is_guessable(password, known_words):
        problem = gettext("This one is easy to guess. Take four or five words that have nothing in common.")
        raise ValidationError(problem)


class NewPasswordFields:
    """The two fields of a new password, for a form to inherit."""

    owner = ""
    """The address of the account, where the form does not ask for it."""

    new_password = PasswordField(lazy_gettext("New password"), [InputRequired(), check_new_password])
    again_password = PasswordField(
        lazy_gettext("New password, once more"),
        [InputRequired(), EqualTo("new_password", lazy_gettext("The two passwords differ."))],
    )
