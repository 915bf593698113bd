"""What a row of a backup may hold: what a save, a form or the site itself would have put there, and nothing else."""

import sqlite3
from datetime import time
from typing import Literal, Self

from pydantic import Field, Json, ValidationError, model_validator

from microsite.backup import account_rows, values
from microsite.backup.row import BackupRow, WrongRow, first_fault
from microsite.backup.values import Count, Moment, Number
from microsite.content.fields import MAX_NAME
from microsite.content.site_file import WITHDRAWN
from microsite.language.po_file import MAX_CATALOG_BYTES, MAX_PLURAL_FORMS
from microsite.promotions.counts import UNKNOWN
from microsite.promotions.definition import read_values
from microsite.promotions.promotion import MAX_LENGTHS, DefaultWording
from microsite.promotions.wording import DIGEST_LENGTH, PARTS, WordsInForce
from microsite.storage.revisions import DEFINITION, PROMOTION, Action, Afterwards
from microsite.storage.tables import FORMER_CATALOG
from microsite.studio.fields import LATEST
from microsite.studio.promotions.preview import LIFETIME, MAX_LENGTH, TOKEN_LENGTHS

MAX_DEFINED = 200_000
"""Characters of a field of a promotion: it may name a thousand articles."""


class _PromotionCount(BackupRow):
    day: values.Day
    locale: values.LocaleName
    page: values.Key
    placement: values.Placement
    promotion: values.Key
    wording: str = Field(pattern=f"^([0-9a-f]{{{DIGEST_LENGTH}}}|{UNKNOWN}|{FORMER_CATALOG})$")
    displays: Count
    clicks: Count


class _Wording(BackupRow):
    digest: str
    promotion: values.Key
    locale: values.LocaleName
    headline: str
    text: str
    button: str
    first_shown: Moment

    @model_validator(mode="after")
    def _check_words(self) -> Self:
        words = WordsInForce(self.headline, self.text, self.button)
        if self.digest != words.digest:
            raise ValueError("has another digest than its words")
        for part, text in words.by_part.items():  # typeset, a text is longer by a few no-break spaces
            values.check_text(text, 2 * MAX_LENGTHS[part])
        return self


class _Showing(BackupRow):
    moment: Moment
    promotion: values.Key
    locale: values.LocaleName
    wording: str = Field(pattern=f"^([0-9a-f]{{{DIGEST_LENGTH}}})?$")
    advertiser: str

    @model_validator(mode="after")
    def _check_advertiser(self) -> Self:
        values.check_text(self.advertiser, MAX_NAME)
        if bool(self.wording) != bool(self.advertiser):
            raise ValueError("shows words that nobody pays for, or none that somebody does")
        return self


class _Revision(BackupRow):
    id: Number
    kind: Literal["promotion", "message", "definition"]
    subject: values.Subject
    locale: values.LocaleName | Literal[""]
    based_on: Count
    action: Action = Field(strict=False)
    words: Json[dict[str, str]]
    discards: Number | None
    source: Json[dict[str, str] | None] | None  # SQLAlchemy writes none as JSON's null
    live_from: Moment
    live_until: Moment | None
    author: values.AddressOrEmpty
    note: values.Note
    claims: Json[list[str]]
    saved: Moment
    afterwards: Afterwards = Field(strict=False)

    @model_validator(mode="after")
    def _check_words(self) -> Self:
        if self.kind in (PROMOTION, DEFINITION):
            values.check_key(self.subject)
        if (self.kind == DEFINITION) != (self.locale == ""):
            raise ValueError("is in a language and about all of them, or in none")
        if self.action == Action.COMPARE:
            self._check_comparison()
        elif self.action != Action.WORDS:
            if self.words:
                raise ValueError("has words, which belong to the actions “words” and “compare” alone")
        elif self.kind == PROMOTION:
            _check_promotion_words(self.words)
        elif self.kind == DEFINITION:
            _check_definition(self.subject, self.words)
        else:
            _check_message_words(self.words)
            if not any(self.words.values()):
                raise ValueError("has no words")
        if self.action != Action.COMPARE:
            _check_message_words(self.source or {})
        for claim in self.claims:
            values.check_text(claim, MAX_LENGTHS["text"])
        return self

    def _check_comparison(self) -> None:
        """Of two wordings of a promotion, from the beginning of a day to an end. Raises ValueError."""
        if self.kind != PROMOTION or self.live_until is None or self.live_from.time() != time():
            raise ValueError("compares something else than words of a promotion, from a midnight until an end")
        for words in (self.words, self.source or {}):
            _check_promotion_words(words)

    @model_validator(mode="after")
    def _check_schedule(self) -> Self:
        if self.live_from > LATEST and self.live_from != self.saved:  # saved at once, while the clock was wrong
            raise ValueError("begins later than the studio lets anything begin")
        # A pause that what began with it has ended, or that was resumed at once, is none; nor is a comparison.
        is_too_early = self.live_until and self.live_until < self.live_from
        is_empty = self.live_until == self.live_from and self.action not in (Action.PAUSE, Action.COMPARE)
        if is_too_early or is_empty or (self.live_until and self.live_until > LATEST):
            raise ValueError("ends before it begins, or later than the studio lets anything end")
        if self.action == Action.CANCEL and self.discards is None:
            raise ValueError("cancels nothing")
        return self


def _check_promotion_words(words: dict[str, str]) -> None:
    """The rules of the words in promotions' files, and those of any text."""
    try:
        DefaultWording.model_validate(words)
    except ValidationError as error:
        raise ValueError(f"has wrong words: {first_fault(error)}") from error
    for part in words.values():
        values.check_text(part)


def _check_definition(key: str, fields: dict[str, str]) -> None:
    """The rules of promotions' files but for those that are about site.toml, which may be another one today."""
    for value in fields.values():
        values.check_text(value, MAX_DEFINED)
    read_values(key, fields)


def _check_message_words(words: dict[str, str]) -> None:
    """A part for each plural form."""
    if words.keys() != {str(number) for number in range(min(len(words), MAX_PLURAL_FORMS))}:
        raise ValueError("has other words than the plural forms “0”, “1”, … of a message")
    for form in words.values():
        values.check_text(form, values.MAX_MESSAGE)


class _PreviewLink(BackupRow):
    id: Number
    token: str = Field(pattern=f"^[A-Za-z0-9_-]{{{min(TOKEN_LENGTHS)},{max(TOKEN_LENGTHS)}}}$")
    promotion: values.Key | Literal[""]
    words: Json[dict[values.LocaleName, dict[str, str]]]
    page: values.Key
    moment: Moment | None
    made: Moment
    made_by: values.Address
    expires: Moment

    @model_validator(mode="after")
    def _check_as_the_studio_makes_it(self) -> Self:
        if bool(self.promotion) == bool(self.moment) or bool(self.words) != bool(self.promotion):
            raise ValueError("is a link to a moment and to a promotion's words, or to neither")
        if self.expires - self.made != LIFETIME:
            raise ValueError("is a link that works for another time than the studio gives it")
        for typed in self.words.values():
            if typed.keys() != set(PARTS) or any(len(text) > MAX_LENGTH for text in typed.values()):
                raise ValueError("has other words than a draft")
        return self


class _Upload(BackupRow):
    id: Number
    locale: values.LocaleName
    name: values.Note
    text: str = Field(max_length=MAX_CATALOG_BYTES, pattern="^[^\0]*$")
    """Read as strictly as any file before it is taken."""
    made: Moment
    made_by: values.Address
    taken: Moment | None

    @model_validator(mode="after")
    def _check_text(self) -> Self:
        if bool(self.text) == bool(self.taken):
            raise ValueError("has a text although it was taken, or none although it was not")
        return self


class _PublicLanguage(BackupRow):
    locale: values.LocaleName
    public_from: int = Field(ge=1, le=WITHDRAWN)
    since: Moment


ROWS: dict[str, type[BackupRow]] = {
    "promotion_counts": _PromotionCount,
    "wordings": _Wording,
    "showings": _Showing,
    "revisions": _Revision,
    "preview_links": _PreviewLink,
    "uploads": _Upload,
    "public_languages": _PublicLanguage,
    "accounts": account_rows.AccountRow,
    "account_links": account_rows.OneTimeLinkRow,
    "browser_sessions": account_rows.BrowserSessionRow,
    "recovery_codes": account_rows.RecoveryCodeRow,
    "sign_in_tries": account_rows.SignInTriesRow,
    "audit": account_rows.AuditEntryRow,
}
BROKEN_CHAINS = {
    "is not based on the last revision before it": """
        SELECT id FROM (
            SELECT id, based_on, lag(id, 1, 0) OVER (PARTITION BY kind, subject, locale ORDER BY id) AS last
            FROM revisions
        ) WHERE based_on <> last ORDER BY id LIMIT 1""",
    "cancels a revision that is none of the same thing before it": """
        SELECT id FROM revisions AS new WHERE discards IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM revisions AS old WHERE old.id = new.discards AND old.id < new.id
            AND (old.kind, old.subject, old.locale) = (new.kind, new.subject, new.locale)
        ) ORDER BY id LIMIT 1""",
}
"""What is wrong with a revision beside others of the same thing, and the query that finds the first such."""


def check_rows(backup: sqlite3.Connection) -> None:
    """Every row of every table, by itself, then the revisions beside each other. Raises WrongRow for the first."""
    for table, model in ROWS.items():
        columns = ", ".join(model.model_fields)
        for number, *row in backup.execute(f"SELECT rowid AS number, {columns} FROM {table} ORDER BY number"):
            try:
                model.model_validate(dict(zip(model.model_fields, row, strict=True)))
            except ValidationError as error:
                raise WrongRow(table, number, first_fault(error)) from error
    for fault, query in BROKEN_CHAINS.items():
        if wrong := backup.execute(query).fetchone():
            raise WrongRow("revisions", wrong[0], fault)
