"""What a value of a backup may be: kinds of text, numbers and moments, for pydantic to check strictly."""

import re
from collections.abc import Callable, Container
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Json

from microsite.content.site_file import KEY
from microsite.language.locales import make_locale
from microsite.studio.accounts.throttle import EVERYBODY
from microsite.studio.roles import Role
from microsite.text import text_problems

MAX_NUMBER = 2**31 - 1
"""PostgreSQL's largest `integer`."""
MAX_ADDRESS, MAX_PATH, MAX_LOCALE = 320, 40_000, 30
"""Characters: of an e-mail address (RFC 5321), of an address that was refused, of a locale's name."""
FIRST_YEAR, LAST_YEAR = 2000, 9998
"""Of any moment. After the last, days can no more be reckoned with; before it, a wrong clock may have stamped a row."""
MAX_KEY_ROUNDS_LOG2 = 16
"""Of an app's secret: 14 is what passlib takes. Beyond 30, one look at a code would take hours."""
MAX_HASH_COSTS = 256 * 1024, 16, 16
"""KiB, passes and lanes of a password's hash: one that asks for more would stop the machine when its owner signs in."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_ARGON2 = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{16,256}"
)
_TRIES = re.compile(r"account:[0-9a-f]{64}|browser:[\w-]{1,128}")


def all_of(pattern: str | re.Pattern[str], sort: str) -> Callable[[str], str]:
    """A validator: the whole value is as the pattern says. `sort` names what such a value is."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"is no {sort}")
        return value

    return check


def among(values: Container[str], sort: str) -> Callable[[str], str]:
    """A validator: the value is one of these. `sort` names what they are."""

    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"is no {sort} that this program knows")
        return value

    return check


def checked_text(value: str, max_length: int) -> str:
    """The text, if there is nothing wrong with it. Raises ValueError with the first fault."""
    if problem := next((problem for problem in text_problems(value, max_length) if not problem.warning), None):
        raise ValueError(str(problem))
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("is no date and time in UTC, such as 2026-12-24 09:00:00.000000")
    moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    return moment


def _day(value: object) -> date:
    return _moment(f"{value} 00:00:00.000000").date()


def _locale(value: str) -> str:
    """A locale's id or tag; a language that the site no longer speaks is one as well."""
    with suppress(ValueError):
        if len(value) <= MAX_LOCALE:
            make_locale("en" if value in ("en_XA", "en-XA") else value.replace("-", "_"))
            return value
    raise ValueError("is no language that this program knows")


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(checked_text(value, MAX_ADDRESS)) or value != value.lower():
        raise ValueError("is no e-mail address in small letters")
    return value


def _address_or_empty(value: str) -> str:
    return value and _address(value)


def _recorded(value: str) -> str:
    """What a refused request asked for may hold anything that an address may."""
    if len(value) > MAX_PATH or "\0" in value:
        raise ValueError("is too long, or holds a NUL")
    return value


def _counted_tries(value: str) -> str:
    return value if value == EVERYBODY else all_of(_TRIES, "count of tries")(value)


def _password(value: str) -> str:
    found = _ARGON2.fullmatch(value)
    if not found:
        raise ValueError("is no argon2id hash of a password")
    if any(int(cost) > maximum for cost, maximum in zip(found.groups(), MAX_HASH_COSTS, strict=True)):
        raise ValueError("is a hash that would take too much time or memory to check")
    return value


class Row(BaseModel):
    """A row of a table: its fields are the columns, as SQLite holds them."""

    model_config = ConfigDict(strict=True, extra="forbid")


class _EncryptedKey(Row):
    c: int = Field(ge=1, le=MAX_KEY_ROUNDS_LOG2)
    k: str = Field(max_length=200)
    s: str = Field(max_length=200)
    t: Literal["1"]
    v: Literal[1]


class _AppSecret(Row):
    """As passlib writes the secret of an authenticator app, encrypted."""

    enckey: _EncryptedKey
    type: Literal["totp"]
    v: Literal[1]


def _app_secret(value: str) -> str:
    _AppSecret.model_validate_json(value)
    return value


Number = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
Count = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]
LocaleName = Annotated[str, AfterValidator(_locale)]
Address = Annotated[str, AfterValidator(_address)]
AddressOrEmpty = Annotated[str, AfterValidator(_address_or_empty)]
Key = Annotated[str, AfterValidator(all_of(KEY, "key of an article, page or promotion"))]
KnownRole = Annotated[str, AfterValidator(among(set(Role), "role"))]
Sha256 = Annotated[str, AfterValidator(all_of("[0-9a-f]{64}", "SHA-256 hash"))]
Words = Json[dict[str, str]]
PasswordHash = Annotated[str, AfterValidator(_password)]
AppSecret = Annotated[str, AfterValidator(_app_secret)]
TimeZone = Annotated[str, AfterValidator(among(available_timezones(), "time zone"))]
Recorded = Annotated[str, AfterValidator(_recorded)]
CountedTries = Annotated[str, AfterValidator(_counted_tries)]
