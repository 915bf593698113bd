"""Claims in translated words of promotions: the same rule for whoever writes them."""

from collections.abc import Sequence

from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding
from microsite.promotions.claims import ClaimMatch, find_claims
from microsite.promotions.wording import is_wording
from microsite.runtime import current_edition
from microsite.text import N_


def claims_in(message: Message, forms: Sequence[str], locale: Locale) -> list[ClaimMatch]:
    """What the words of a promotion claim in a language; other messages are no advertisement."""
    listed = current_edition().claims.get(locale.id, {})
    return (
        find_claims({str(number): form for number, form in enumerate(forms)}, listed)
        if is_wording(message.context)
        else []
    )


def claim_findings(warned: Sequence[ClaimMatch]) -> list[Finding]:
    """The claims as remarks: to be mended, or saved once more as they are."""
    # TRANSLATORS: %(words)s claim too much in an advertisement; %(why)s and %(instead)s are sentences that explain it.
    text = N_("“%(words)s”: %(why)s %(instead)s")
    return [
        Finding(
            "warning",
            text,
            {"words": one.words, "why": one.claim.why, "instead": one.claim.instead},
            int(one.part),
        )
        for one in warned
    ]


def refused_claims(warned: Sequence[ClaimMatch]) -> list[Finding]:
    """The claims as refusals, where nobody can be asked whether they are meant."""
    # TRANSLATORS: In the report on an uploaded file. %(words)s claim too much in an advertisement.
    text = N_("“%(words)s” claims too much. Save it on its own page, where you can confirm that it is meant.")
    return [Finding("refused", text, {"words": one.words}, int(one.part)) for one in warned]
