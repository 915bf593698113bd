"""Claims wherever words of promotions come from: files, catalogs, translators, uploads. The editor asks `find_claims`.

The same list for all; what follows differs. An author in the studio can confirm what is meant, a file cannot.
"""

from collections.abc import Iterator, Mapping, Sequence

from microsite.content.site_file import Site
from microsite.content.toml import MAX_TOML_BYTES, key_lines
from microsite.content.validation_messages import line_of
from microsite.faults import Fault
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.language.message import Message
from microsite.language.message_checks import Finding
from microsite.promotions.claims import Claim, ClaimMatch, Claims, claimed_words, find_claims
from microsite.promotions.promotion import Promotion
from microsite.promotions.selection import Snapshot
from microsite.promotions.wording import is_wording
from microsite.regular_files import read_regular_file
from microsite.storage.revisions import PROMOTION, Topic
from microsite.text import N_, Sentence


def find_message_claims(message: Message, forms: Sequence[str], claims: Mapping[str, Claim]) -> list[ClaimMatch]:
    """The claims in the words of a promotion, by the number of the plural form; none in other messages."""
    if not is_wording(message.context):
        return []
    return find_claims({str(number): form for number, form in enumerate(forms)}, claims)


def claim_warnings(matches: Sequence[ClaimMatch]) -> list[Finding]:
    """Warnings: for an author who can confirm that the claims are meant, and for the checks of catalogs."""
    # TRANSLATORS: %(words)s claim too much in an advertisement; %(why)s and %(instead)s are sentences that explain it.
    text = N_("“%(words)s”: %(why)s %(instead)s")
    return [
        Finding("warning", Sentence(text, words=words, why=claim.why, instead=claim.instead), int(part))
        for part, words, claim in matches
    ]


def claim_refusals(matches: Sequence[ClaimMatch]) -> list[Finding]:
    """Refusals, where nobody can confirm anything: in an uploaded file."""
    # TRANSLATORS: In the report on an uploaded file. %(words)s claim too much in an advertisement.
    text = N_("“%(words)s” claims too much. Save it on its own page, where you can confirm that it is meant.")
    return [Finding("refused", Sentence(text, words=match.words), int(match.part)) for match in matches]


def file_claims(promotions: Mapping[str, Promotion], site: Site, claims: Claims) -> Iterator[Fault]:
    """A warning for each claim in the words of promotions' files, which are those of the source language."""
    source_ids = [locale.id for locale in site.locales.values() if locale.language == SOURCE_LANGUAGE]
    source_claims = {name: claim for locale in source_ids for name, claim in claims.get(locale, {}).items()}
    for key, promotion in promotions.items():
        matches = find_claims(dict(promotion.wording or ()), source_claims)
        if not matches:
            continue
        path = site.path.parent / "promotions" / f"{key}.toml"
        lines = key_lines(read_regular_file(path, MAX_TOML_BYTES).decode())
        for part, words, claim in matches:
            message = f"“{words}” claims too much: {claim.why} {claim.instead}"
            yield Fault(path, line_of(lines, "wording", part), message, warning=True)


def claims_in_force(edition: Snapshot, claims: Claims) -> dict[tuple[str, str], list[str]]:
    """The words that claim too much in what readers of an edition are shown, by locale id and promotion.

    Without those that the author of the revision in force has confirmed. A catalog confirms nothing.
    """
    claimed: dict[tuple[str, str], list[str]] = {}
    for locale, promotions in edition.words.items():
        for key, shown in promotions.items():
            matches = find_claims(shown.by_part, claims.get(locale, {}))
            revision = edition.revisions.of(Topic(PROMOTION, key, locale)).in_force(edition.moment)
            confirmed = revision.confirmed_claims if revision else []
            if unconfirmed := [words for words in claimed_words(matches) if words not in confirmed]:
                claimed[locale, key] = unconfirmed
    return claimed
