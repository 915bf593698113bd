"""What a value of a backup may be: kinds of text, numbers and moments, for pydantic to check strictly."""

import re
from collections.abc import Container
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from microsite.backup.row import BackupData
from microsite.content.fields import KEY
from microsite.language.locales import make_locale
from microsite.language.studio_translations import CONTEXT_SEPARATOR
from microsite.numbers import MAX_NUMBER
from microsite.promotions.counts import UNKNOWN
from microsite.promotions.placement import PLACEMENTS
from microsite.studio.accounts.one_time_links import LIFETIMES
from microsite.studio.audit import EVENTS
from microsite.studio.fields import MAX_EMAIL, MAX_NOTE
from microsite.text import text_problems

MAX_PATH = 40_000
"""Characters of a path that was refused."""
MAX_MESSAGE, MAX_SUBJECT = 20_000, 20_000
"""Characters: of a message, of its context and msgid together."""
FIRST_MOMENT, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""After the end, days can no more be reckoned with; before the first, a wrong clock may have stamped a row."""
MAX_KEY_ROUNDS_LOG2 = 16
"""Of an app's secret: the studio takes 14. Beyond 30, one look at a code would take hours."""
MAX_HASH_COSTS = 256 * 1024, 16, 16
"""KiB, passes and lanes of a password's hash: one that asks for more would stop the machine when its owner signs in."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_ARGON2 = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{16,256}"
)


def check_text(value: str, max_length: int | None = None) -> str:
    """The text, if there is nothing wrong with it. Raises ValueError with the first fault."""
    for problem in text_problems(value, max_length):
        raise ValueError(problem.sentence)
    return value


def check_key(value: str) -> str:
    if not KEY.fullmatch(value):
        raise ValueError("is no key of an article, page or promotion")
    return value


def _among(values: Container[str], sort: str) -> AfterValidator:
    """The value is one of these. `sort` names what they are."""

    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"is no {sort} that this program knows")
        return value

    return AfterValidator(check)


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("is no date and time in UTC, such as 2026-12-24 09:00:00.000000")
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _day(value: object) -> date:
    return _moment(f"{value} 00:00:00.000000").date()


def _locale(value: str) -> str:
    """A locale's id or tag; a language that the site no longer speaks is one as well."""
    make_locale("en" if value in ("en_XA", "en-XA") else value.replace("-", "_"))
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(check_text(value, MAX_EMAIL)) or value != value.lower():
        raise ValueError("is no e-mail address in small letters")
    return value


def _subject(value: str) -> str:
    check_text(value.replace(CONTEXT_SEPARATOR, "", 1), MAX_SUBJECT)
    return value


def _password_hash(value: str) -> str:
    parts = _ARGON2.fullmatch(value)
    if not parts:
        raise ValueError("is no argon2id hash of a password")
    if any(int(cost) > maximum for cost, maximum in zip(parts.groups(), MAX_HASH_COSTS, strict=True)):
        raise ValueError("is a hash that would take too much time or memory to check")
    return value


class _EncryptedKey(BackupData):
    c: int = Field(ge=1, le=MAX_KEY_ROUNDS_LOG2)
    k: str = Field(max_length=200)
    s: str = Field(max_length=200)
    t: Literal["1"]
    v: Literal[1]


class AppSecretOfLibpass(BackupData):
    """As earlier releases wrote the secret of an authenticator app."""

    enckey: _EncryptedKey
    type: Literal["totp"]
    v: Literal[1]


class AppSecret(BackupData):
    """As the studio writes the secret of an authenticator app, encrypted (`second_factor.encrypt`)."""

    sealed: str = Field(pattern="^[A-Za-z0-9+/]{64}$")
    type: Literal["totp"]
    v: Literal[2]


Number = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
Count = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
Moment = Annotated[datetime, BeforeValidator(_moment), Field(ge=FIRST_MOMENT, lt=END)]
Day = Annotated[date, BeforeValidator(_day), Field(ge=FIRST_MOMENT.date(), lt=END.date())]
LocaleName = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{2,30}$"), AfterValidator(_locale)]
Address = Annotated[str, AfterValidator(_address)]
AddressOrEmpty = Annotated[str, AfterValidator(lambda value: value and _address(value))]
Key = Annotated[str, AfterValidator(check_key)]
Placement = Annotated[str, _among({*PLACEMENTS, UNKNOWN}, "placement")]
Subject = Annotated[str, AfterValidator(_subject)]
Note = Annotated[str, AfterValidator(lambda value: check_text(value, MAX_NOTE))]
PasswordHash = Annotated[str, AfterValidator(_password_hash)]
TimeZone = Annotated[str, _among(available_timezones(), "time zone")]
LinkPurpose = Annotated[str, _among(LIFETIMES, "purpose of a link")]
AuditEvent = Annotated[str, _among(EVENTS, "event")]
