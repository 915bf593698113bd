"""What a row of a backup may hold: what a save, a form or the site itself would have put there, and nothing else."""

import sqlite3
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Json, ValidationError, model_validator

from microsite.backup.values import (
    MAX_NUMBER,
    Address,
    AddressOrEmpty,
    AppSecret,
    Count,
    CountedTries,
    Day,
    Key,
    KnownRole,
    LocaleName,
    Moment,
    Number,
    PasswordHash,
    Recorded,
    Row,
    Sha256,
    TimeZone,
    Words,
    all_of,
    among,
    checked_text,
)
from microsite.content.site_file import KEY
from microsite.language.studio_words import GLUE
from microsite.promotions.counts import UNKNOWN, UNKNOWN_REVISION
from microsite.promotions.promotion import BUTTON, HEADLINE, PLACEMENTS, TEXT
from microsite.storage.revisions import PROMOTION
from microsite.studio.accounts.one_time_links import LIVES
from microsite.studio.audit import EVENTS
from microsite.studio.fields import LATEST
from microsite.studio.promotions.editor_form import MAX_NOTE

MAX_MESSAGE, MAX_SUBJECT = 20_000, 20_000
"""Characters: of a message, of its context and msgid together."""
MAX_PLURAL_FORMS = 6
"""Of any language of Unicode's CLDR."""
PROMOTION_LENGTHS = {"headline": HEADLINE, "text": TEXT, "button": BUTTON}


class WrongRow(Exception):
    """A row that nothing of this program would have written."""

    def __init__(self, table: str, number: int, fault: str) -> None:
        super().__init__(f"table {table}, row {number}: {fault}")


class _PromotionCount(Row):
    day: Day
    locale: LocaleName
    page: Key
    placement: Annotated[str, AfterValidator(among({*PLACEMENTS, UNKNOWN}, "placement"))]
    promotion: Key
    revision: int = Field(ge=UNKNOWN_REVISION, le=MAX_NUMBER)
    displays: Count
    clicks: Count


class _Revision(Row):
    id: Number
    kind: Literal["promotion", "message"]
    subject: str
    locale: LocaleName
    based_on: Count
    action: Literal["words", "pause", "catalog", "discard"]
    words: Words
    discards: Number | None
    source: Json[dict[str, str] | None] | None  # SQLAlchemy writes none as JSON's null
    live_from: Moment
    live_until: Moment | None
    author: AddressOrEmpty
    note: Annotated[str, AfterValidator(lambda note: checked_text(note, MAX_NOTE))]
    claims: Json[list[str]]
    saved: Moment

    @model_validator(mode="after")
    def _as_a_save_has_it(self) -> Self:
        if self.kind == PROMOTION:
            all_of(KEY, "promotion")(self.subject)
        else:
            checked_text(self.subject.replace(GLUE, "", 1), MAX_SUBJECT)
        if self.action != "words":
            if self.words:
                raise ValueError("has words, which belong to the action “words” alone")
        elif self.kind == PROMOTION:
            _promotion_words(self.words)
        else:
            _message_words(self.words)
            if not any(self.words.values()):
                raise ValueError("has no words")
        if self.source:
            _message_words(self.source)
        for claim in self.claims:
            checked_text(claim, TEXT)
        self._check_schedule()
        return self

    def _check_schedule(self) -> None:
        if self.live_from > LATEST and self.live_from != self.saved:  # saved at once, while the clock was wrong
            raise ValueError("begins later than the studio lets anything begin")
        if self.live_until and (self.live_until <= self.live_from or self.live_until > LATEST):
            raise ValueError("ends before it begins, or later than the studio lets anything end")
        if self.action == "discard" and self.discards is None:
            raise ValueError("calls off nothing")


def _promotion_words(words: dict[str, str]) -> None:
    if words.keys() != PROMOTION_LENGTHS.keys():
        raise ValueError("has other words than a headline, a text and a button")
    for part, max_length in PROMOTION_LENGTHS.items():
        if not words[part].strip() or set(words[part]) & set("\n<>"):
            raise ValueError(f"has a {part} that is empty, or more than a line of plain text")
        checked_text(words[part], max_length)


def _message_words(words: dict[str, str]) -> None:
    """A part for each plural form."""
    if words.keys() != {str(number) for number in range(min(len(words), MAX_PLURAL_FORMS))}:
        raise ValueError("has other words than the plural forms “0”, “1”, … of a message")
    for form in words.values():
        checked_text(form, MAX_MESSAGE)


class _Account(Row):
    id: Number
    email: Address
    password: PasswordHash
    active: Literal[0, 1]
    fs_uniquifier: Annotated[str, AfterValidator(all_of("[0-9a-f]{32}", "name of sessions"))]
    role: KnownRole
    locale: LocaleName
    timezone: TimeZone
    totp_secret: AppSecret | None
    totp_counter: Count | None
    made: Moment


class _AccountLink(Row):
    id: Number
    secret_hash: Sha256
    purpose: Annotated[str, AfterValidator(among(LIVES, "purpose of a link"))]
    email: AddressOrEmpty
    role: KnownRole
    made: Moment
    made_by: AddressOrEmpty
    expires: Moment
    used: Moment | None

    @model_validator(mode="after")
    def _as_the_studio_makes_it(self) -> Self:
        if bool(self.email) == (self.purpose == "first"):
            raise ValueError("is a link for the first account with an address, or another one without")
        if self.expires - self.made != LIVES[self.purpose]:
            raise ValueError("is a link that works for another time than the studio gives it")
        return self


class _SignInTries(Row):
    key: CountedTries
    since: Moment
    tries: Count


class _AuditEntry(Row):
    id: Number
    at: Moment
    what: Annotated[str, AfterValidator(among(EVENTS, "event"))]
    account: AddressOrEmpty
    about: Recorded


ROWS: dict[str, type[Row]] = {
    "promotion_counts": _PromotionCount,
    "revisions": _Revision,
    "accounts": _Account,
    "account_links": _AccountLink,
    "sign_in_tries": _SignInTries,
    "audit": _AuditEntry,
}


def check_rows(backup: sqlite3.Connection) -> None:
    """Every row of every table. Raises WrongRow for the first that is wrong."""
    chains = _Chains()
    for table, model in ROWS.items():
        columns = ", ".join(model.model_fields)
        rows = backup.execute(f"SELECT rowid AS number, {columns} FROM {table} ORDER BY number")
        for number, *values in rows:
            try:
                row = model.model_validate(dict(zip(model.model_fields, values, strict=True)))
                if isinstance(row, _Revision):
                    chains.add(row)
            except ValidationError as error:
                raise WrongRow(table, number, _said(error)) from error
            except ValueError as error:
                raise WrongRow(table, number, f"{error}.") from error


def _said(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    column = f"`{first['loc'][0]}` " if first["loc"] else ""
    return f"{column}{first['msg'].removeprefix('Value error, ').rstrip('.')}."


class _Chains:
    """Each revision is based on the one before it about the same thing, and calls off nothing of another one."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str], int] = {}
        self._topics: dict[int, tuple[str, str, str]] = {}

    def add(self, row: _Revision) -> None:
        topic = row.kind, row.subject, row.locale
        if row.based_on != self._last.get(topic, 0):
            raise ValueError(f"is based on revision {row.based_on}, which is not the last one before it")
        if row.discards is not None and self._topics.get(row.discards) != topic:
            raise ValueError(f"calls off revision {row.discards}, which is none of the same thing before it")
        self._last[topic] = row.id
        self._topics[row.id] = topic
