"""What a preview shows: the site with words that are a draft, as of another moment, or in every language."""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from itsdangerous import BadPayload, SignatureExpired, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from microsite.editions.edition import Edition, as_of
from microsite.language.locales import Locale
from microsite.promotions.definition import LISTS
from microsite.promotions.placement import Placement
from microsite.promotions.state import possible_pages
from microsite.promotions.wording import PARTS, WordsInForce, typeset_words
from microsite.studio.word_diff import DiffSegment, word_diffs

LIFETIME = timedelta(days=7)
"""Of a preview's address, and of a link for somebody without an account."""
TOKEN_BYTES, TOKEN_LENGTHS = 16, (16, 22)
"""Random bytes of a link's token, and its characters: those of an earlier release, and ours."""
MAX_LENGTH = 1000
"""Characters of a part of the words: three times what may be published. What is longer is cut."""
MAX_BYTES = 256 * 1024
"""Of what an address holds, decompressed: as much as a form, from which it is made."""


class Preview(NamedTuple):
    """What differs from the site as it is."""

    promotion: str = ""
    words: Mapping[str, Mapping[str, str]] = {}
    """As typed, by locale id and part."""
    moment: str = ""
    """ISO 8601, in UTC; empty: now."""
    shows_all_languages: bool = False
    """Whether languages and texts that are not public yet are shown as well."""

    def lacks_words(self, locale: Locale) -> bool:
        """Whether it is a draft without any words in a language."""
        return locale.id in self.words and _is_blank(self.words[locale.id])

    def is_moved(self, current: Edition, locale: Locale) -> bool:
        """Whether the promotion stands on no page, and is shown where the site could place it."""
        promotion = current.promotions.get(self.promotion)
        return promotion is not None and not any(possible_pages(current, promotion, locale).values())

    def news(self, current: Edition, locale: Locale) -> dict[str, list[DiffSegment]]:
        """The parts of the draft that are other than what readers see in a language, each with its difference."""
        typed = self.words.get(locale.id, {})
        if _is_blank(typed):
            return {}
        draft = _typeset(typed, current, locale.id)
        live = current.words[locale.id].get(self.promotion)
        before, after = live.by_part if live else dict.fromkeys(PARTS, ""), draft.by_part
        return {part: diff for part, diff in word_diffs(before, after).items() if before[part] != after[part]}

    def edition(self, current: Edition, locale: Locale) -> Edition:
        """The edition that the preview shows, made from the current one; `locale` is that of the page."""
        if self.shows_all_languages:
            return current._replace(content=current.all_content)
        edition = as_of(current, datetime.fromisoformat(self.moment)) if self.moment else current
        if not (promotion := edition.promotions.get(self.promotion)):
            return edition
        # It runs whatever its own times say, and comes before every other: no promotion has a precedence of 0.
        shown = promotion.model_copy(update={"precedence": 0, "start": edition.moment, "until": None})
        if self.is_moved(current, locale):
            places = tuple(placement for placement in Placement if placement is not Placement.IN_TEXT)
            everywhere = dict.fromkeys(LISTS, ()) | {"placements": places}
            shown = shown.model_copy(update=everywhere)
        words = dict(edition.words)
        for locale_id, typed in self.words.items():
            if locale_id in words:
                draft = {**words[locale_id], shown.key: _typeset(typed, edition, locale_id)}
                words[locale_id] = {} if _is_blank(typed) else draft  # an empty place, rather than another promotion
        return edition._replace(promotions={**edition.promotions, shown.key: shown}, words=words)


def _is_blank(typed: Mapping[str, str]) -> bool:
    return not any(text.strip() for text in typed.values())


def _typeset(typed: Mapping[str, str], edition: Edition, locale_id: str) -> WordsInForce:
    return typeset_words({part: typed.get(part, "") for part in PARTS}, edition.catalogs[locale_id].language)


def bounded_words(words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The words of a draft, cut where they are far too long."""
    return {locale: {part: text[:MAX_LENGTH] for part, text in typed.items()} for locale, typed in words.items()}


def own_token(preview: Preview) -> str:
    """The whole preview as text for an address, which works for `LIFETIME`, for whoever is signed in.

    It follows every key that somebody presses: so nothing of it is stored. `preview_links` makes those for others.
    """
    return str(_signer().dumps(preview._replace(words=bounded_words(preview.words))))


def read_own_token(token: str) -> tuple[Preview, datetime]:
    """What `own_token` was made of, and when. Raises SignatureExpired, and BadSignature for what it never made."""
    fields, made = _signer().loads(token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True)
    try:
        return Preview(*fields), made
    except TypeError as error:
        raise SignatureExpired("made by a release that knew other fields") from error


class _BoundedSerializer(URLSafeTimedSerializer):
    """Decompresses at most `MAX_BYTES`: an address of 600 characters can stand for half a million."""

    def load_payload(self, payload: bytes, *args: Any, **kwargs: Any) -> Any:
        """Raises BadPayload, a kind of BadSignature."""
        if payload.startswith(b"."):
            decompressor = zlib.decompressobj()
            try:
                payload = base64_encode(decompressor.decompress(base64_decode(payload[1:]), MAX_BYTES))
            except zlib.error as error:
                raise BadPayload("not compressed as it says", error) from error
            if decompressor.unconsumed_tail:
                raise BadPayload(f"more than {MAX_BYTES} bytes")
        return super().load_payload(payload, *args, **kwargs)


def _signer() -> URLSafeTimedSerializer:
    return _BoundedSerializer(current_app.config["SECRET_KEY"], salt="preview")
