"""What the words of one language claim, and the box with which their author confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext

from microsite.language.locales import Locale
from microsite.promotions.claims import ClaimMatch, claimed_words, find_claims
from microsite.runtime import current_edition
from microsite.studio.field_errors import FieldError
from microsite.studio.fields import fingerprint


@dataclass(frozen=True)
class ClaimsBox:
    locale: Locale
    typed: Mapping[str, str]
    """The words by part."""

    @cached_property
    def matches(self) -> list[ClaimMatch]:
        return find_claims(self.typed, current_edition().files.claims.get(self.locale.id, {}))

    @property
    def words(self) -> list[str]:
        """Those that claim too much; a revision keeps those that its author has confirmed."""
        return claimed_words(self.matches)

    @property
    def id(self) -> str:
        return f"claims_{self.locale.id}"

    @property
    def value(self) -> str:
        """What the box sends: other claims, and the same in another language, need another confirmation."""
        return fingerprint([self.locale.id, *self.words])

    @property
    def error(self) -> FieldError:
        """What the summary of errors says, and links to, where they are not confirmed."""
        # TRANSLATORS: Names words that a promotion had better not use: anonymous, guaranteed.
        label = gettext("Claims")  # no message is found within a formatted string
        return FieldError(self.id, f"{self.locale.name}, {label}", ", ".join(self.words))
