"""What an account may do."""

from enum import StrEnum

from flask_babel import pgettext


class Role(StrEnum):
    MARKETING = "marketing"
    TRANSLATOR = "translator"
    ADMIN = "admin"


def role_name(role: str) -> str:
    names = {
        # TRANSLATORS: A role: writes promotions.
        Role.MARKETING: pgettext("role", "Marketing"),
        # TRANSLATORS: A role: translates the interface.
        Role.TRANSLATOR: pgettext("role", "Translation"),
        # TRANSLATORS: A role: may do everything, and invites others.
        Role.ADMIN: pgettext("role", "Admin"),
    }
    return str(names[Role(role)])
