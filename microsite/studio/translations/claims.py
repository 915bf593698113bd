"""Claims in translated words of promotions: the same rule for translators as for marketing."""

from collections.abc import Sequence

from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding
from microsite.promotions.claims import ClaimMatch, find_claims
from microsite.promotions.wording import is_wording
from microsite.runtime import current_edition
from microsite.text import N_


def find_message_claims(message: Message, forms: Sequence[str], locale: Locale) -> list[ClaimMatch]:
    """The claims in the words of a promotion, by the number of the plural form; none in other messages."""
    if not is_wording(message.context):
        return []
    words = {str(number): form for number, form in enumerate(forms)}
    return find_claims(words, current_edition().claims.get(locale.id, {}))


def claim_warnings(matches: Sequence[ClaimMatch]) -> list[Finding]:
    """Warnings, where the author can confirm that the claims are meant."""
    # TRANSLATORS: %(words)s claim too much in an advertisement; %(why)s and %(instead)s are sentences that explain it.
    text = N_("“%(words)s”: %(why)s %(instead)s")
    return [
        Finding(
            "warning",
            text,
            {"words": match.words, "why": match.claim.why, "instead": match.claim.instead},
            int(match.part),
        )
        for match in matches
    ]


def claim_refusals(matches: Sequence[ClaimMatch]) -> list[Finding]:
    """Refusals, where nobody can confirm anything: in an uploaded file."""
    # TRANSLATORS: In the report on an uploaded file. %(words)s claim too much in an advertisement.
    text = N_("“%(words)s” claims too much. Save it on its own page, where you can confirm that it is meant.")
    return [Finding("refused", text, {"words": match.words}, int(match.part)) for match in matches]
