"""Which passwords are taken: long ones that are not among the first that anybody would try."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field
from wtforms.validators import EqualTo, InputRequired, ValidationError

from microsite.editions.edition import current_edition
from microsite.studio.fields import PasswordField

LEAST = 15
MOST = 1024
ENOUGH_GUESSES = 10**10
"""From here on zxcvbn gives its best score."""
LOOKED_AT = 40
"""Characters whose strength is estimated: its time grows with the square of their number. What follows adds some."""
MAX_SUBSTITUTIONS = 10
"""Ways to read signs as letters (4 and @ as a) that are tried at a time, enough for all ten digits. Their number
doubles with each two signs: of 72 signs that may all be letters, zxcvbn alone took six seconds."""
COMMON = [
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
"""What zxcvbn's lists, which are English, do not have."""


def normal(password: str) -> str:
    """One spelling for what keyboards send in several: é as one sign or as two (NFKD, as NIST SP 800-63B has it)."""
    return unicodedata.normalize("NFKD", password)


def is_common(password: str, near: Iterable[str] = ()) -> bool:
    """Whether a password is soon guessed, by somebody who knows the words `near` too: the address, the site's name."""
    from zxcvbn import zxcvbn  # 14 MB of words, which a process that serves readers only never needs

    words = [part for word in near for part in (word.lower(), *re.split(r"\W+", word.lower())) if part]
    parts = _parts(password[:LOOKED_AT])
    guesses = prod(int(zxcvbn(part, user_inputs=[*words, *COMMON])["guesses"]) for part in parts)
    return guesses <= ENOUGH_GUESSES


def _parts(password: str) -> Iterator[str]:
    """The password, cut wherever its signs could be read as letters in more than `MAX_SUBSTITUTIONS` ways."""
    from zxcvbn.matching import L33T_TABLE, enumerate_l33t_subs, relevant_l33t_subtable

    part, known = "", ""
    for sign in password:
        if sign not in known:
            known += sign
            if len(enumerate_l33t_subs(relevant_l33t_subtable(known, L33T_TABLE))) > MAX_SUBSTITUTIONS:
                yield part
                part, known = "", sign
        part += sign
    yield part


def check(form: Any, field: Field) -> None:
    """WTForms' validator of a new password."""
    password = normal(field.data or "")
    if len(password) < LEAST:
        raise ValidationError(
            # TRANSLATORS: %(count)s is how many characters were typed, %(least)s how many a password has at least.
            gettext("%(count)s characters are too few: take at least %(least)s.", count=len(password), least=LEAST)
        )
    site = current_edition().content.site
    email = form.email.data if "email" in form else form.owner
    if is_common(password, [email or "", site.name, site.publisher.product]):
        raise ValidationError(gettext("This one is soon guessed. Take four or five words that have nothing in common."))


class NewPassword:
    """The two fields of a new password, for a form to inherit."""

    owner = ""
    """Whose password it is to be, where the form does not ask for the address."""

    new_password = PasswordField(lazy_gettext("New password"), [InputRequired(), check], max_length=MOST)
    again_password = PasswordField(
        lazy_gettext("New password, once more"),
        [InputRequired(), EqualTo("new_password", lazy_gettext("The two passwords differ."))],
        max_length=MOST,
    )
