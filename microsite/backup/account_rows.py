"""What rows about accounts may hold: the accounts, what lets somebody in, what was tried and done."""

from typing import Annotated, Literal, Self

from pydantic import Field, Json, model_validator

from microsite.backup import values
from microsite.backup.row import BackupRow
from microsite.backup.values import Count, Moment, Number
from microsite.studio.access import Role
from microsite.studio.accounts.one_time_links import LIFETIMES


class AccountRow(BackupRow):
    id: Number
    email: values.Address
    password: values.PasswordHash
    active: Literal[0, 1]
    fs_uniquifier: str = Field(pattern="^[0-9a-f]{32}$")
    role: Role = Field(strict=False)
    locale: values.LocaleName
    timezone: values.TimeZone
    totp_secret: Json[values.AppSecret | values.AppSecretOfLibpass] | None
    totp_counter: Count | None
    made: Moment


class OneTimeLinkRow(BackupRow):
    id: Number
    secret_hash: str = Field(pattern="^[0-9a-f]{64}$")
    purpose: values.LinkPurpose
    email: values.AddressOrEmpty
    role: Role = Field(strict=False)
    made: Moment
    made_by: values.AddressOrEmpty
    expires: Moment
    used: Moment | None

    @model_validator(mode="after")
    def _check_as_the_studio_makes_it(self) -> Self:
        if bool(self.email) == (self.purpose == "first"):
            raise ValueError("is a link for the first account with an address, or another one without")
        if self.expires - self.made != LIFETIMES[self.purpose]:
            raise ValueError("is a link that works for another time than the studio gives it")
        return self


class BrowserSessionRow(BackupRow):
    id: Number
    token: str = Field(pattern="^[0-9a-f]{32}$")
    fs_uniquifier: str = Field(pattern="^[0-9a-f]{32}$")
    began: Moment


class RecoveryCodeRow(BackupRow):
    id: Number
    account_id: Number
    code_hash: values.PasswordHash | Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """The second of codes that were used before migration 0012, or made by a release before it."""
    made: Moment
    used: Moment | None


class SignInTriesRow(BackupRow):
    key: str = Field(pattern="^(everybody|account:[0-9a-f]{64}|browser:[A-Za-z0-9_-]{1,128})$")
    since: Moment
    tries: Count


class AuditEntryRow(BackupRow):
    id: Number
    at: Moment
    what: values.AuditEvent
    account: values.AddressOrEmpty
    about: str = Field(max_length=values.MAX_PATH, pattern="^[^\0]*$")
    """A refused request's path, which may hold anything else."""
