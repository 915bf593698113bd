"""The tables of the database, as SQLAlchemy knows them."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone: this one gives it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value and value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table. What changes here changes in `migrations/versions` as well; a test compares the two.

    A new database gets its tables from here, an older one by the migrations.
    """

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        **dict.fromkeys((dict[str, str], dict[str, dict[str, str]], list[str]), JSON),
    }
    # SQLite can alter a constraint only by its name.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


class PromotionCount(Base):
    """How often one wording was shown and followed at one place on one UTC day: totals, nothing of any reader."""

    __tablename__ = "promotion_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    placement: Mapped[str] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(primary_key=True)
    """The digest of the words as shown, one of `Wording`; else `counts.UNKNOWN`, or `FORMER_CATALOG`."""
    impressions: Mapped[int] = mapped_column("displays", server_default="0")
    clicks: Mapped[int] = mapped_column(server_default="0")


FORMER_CATALOG = "catalog"
"""In the place of a digest: words of the catalog that were counted before it was kept what they said."""


class Wording(Base):
    """Words of a promotion that readers were shown, typeset. Rows are added, never changed, never deleted."""

    __tablename__ = "wordings"

    digest: Mapped[str] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    """A locale's tag, as in `PromotionCount`."""
    headline: Mapped[str]
    text: Mapped[str]
    button: Mapped[str]
    first_shown: Mapped[datetime]


class Showing(Base):
    """From when on readers of a language were shown which words. Rows are added, never changed, never deleted."""

    __tablename__ = "showings"

    moment: Mapped[datetime] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    """A locale's tag, as in `PromotionCount`."""
    wording: Mapped[str]
    """The digest of the words, one of `Wording`; empty: on no page any more."""
    advertiser: Mapped[str]
    """Who paid, as the label said; empty where nothing is shown."""


class Revision(Base):
    """One wording of something in one locale, as somebody saved it. Rows are added, never changed, never deleted.

    A promotion (`kind` “promotion”, `subject` its key) has the parts headline, text and button; an interface message
    (`kind` “message”, `subject` its context and msgid) has a part for each plural form, “0”, “1”, ... What else a
    promotion is (`kind` “definition”, `subject` its key, in no locale) has the fields of its file as parts.
    """

    __tablename__ = "revisions"
    # Nobody overwrites what they have not seen: of two who began from the same revision, one is refused.
    __table_args__ = (UniqueConstraint("kind", "subject", "locale", "based_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    locale: Mapped[str]
    """A locale's id, `pt_BR`."""
    based_on: Mapped[int]
    """The newest revision of the same thing when its author began; 0 before there was any."""
    action: Mapped[str]
    """One of `revisions.Action`."""
    words: Mapped[dict[str, str]]
    """As typed, by part; empty unless the action is `words` or `compare`."""
    cancels: Mapped[int | None] = mapped_column("discards")
    """The revision that this one calls off (`discard`), or replaces: with the same beginning where that has passed."""
    source: Mapped[dict[str, str] | None]
    """Of a message, what the catalog file said when this was made: where it says something new, the file wins. Of a
    comparison, the words that its own are compared with."""
    live_from: Mapped[datetime]
    live_until: Mapped[datetime | None]
    author: Mapped[str]
    """The account's address, as it was; empty for a command."""
    note: Mapped[str]
    confirmed_claims: Mapped[list[str]] = mapped_column("claims")
    """The words that claim too much (`site/claims.toml`), whose author confirmed that they are meant."""
    saved: Mapped[datetime]
    afterwards: Mapped[str] = mapped_column(server_default="before")
    """One of `revisions.Afterwards`."""


class PreviewLink(Base):
    """What somebody without an account may see until it expires. A link is deleted when it is withdrawn, or later."""

    __tablename__ = "preview_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    """Names the link in its address. It opens nothing but this, and whoever made it copies it again: so no hash."""
    promotion: Mapped[str]
    """The key of the promotion whose words are a draft; empty: the site as of `moment`."""
    words: Mapped[dict[str, dict[str, str]]]
    """As typed, by locale id and part."""
    page: Mapped[str]
    """The key of the page that it opens."""
    moment: Mapped[datetime | None]
    made: Mapped[datetime]
    made_by: Mapped[str]
    """The account's address."""
    expires: Mapped[datetime]


class Upload(Base):
    """A catalog that somebody sent: looked at first, then taken. One that is not taken is deleted after a day."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[str]
    """A locale's id, `pt_BR`."""
    name: Mapped[str]
    """Of the file."""
    text: Mapped[str]
    """Of the file; empty once it was taken."""
    made: Mapped[datetime]
    made_by: Mapped[str]
    """The account's address."""
    taken: Mapped[datetime | None]
    """When its messages were saved: their revisions have this moment, and this author."""


class PublicLanguage(Base):
    """A language that readers have seen, of those that wait under `public_from`."""

    __tablename__ = "public_languages"

    locale: Mapped[str] = mapped_column(primary_key=True)
    """A locale's id, `pt_BR`."""
    public_from: Mapped[int]
    """What site.toml asked for when it was reached."""
    since: Mapped[datetime]


class Account(Base):
    """Somebody who may sign in to the studio. Accounts are ended, never deleted: history names them."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    password: Mapped[str]
    """Its argon2id hash."""
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    """What sessions name the account by. A new one ends all sessions. The column's name is Flask-Security's."""
    role: Mapped[str]
    locale: Mapped[str]
    """The tag of the language that the studio speaks to this account."""
    timezone: Mapped[str]
    totp_secret: Mapped[str | None]
    """Of the authenticator app, encrypted; none: no second factor."""
    totp_counter: Mapped[int | None]
    """The last code's number in time: no code works twice."""
    made: Mapped[datetime]


class OneTimeLink(Base):
    """An invitation or a reset: an address that works once, until it expires. Only the hash of its secret is kept."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    """One of `one_time_links.LIFETIMES`."""
    email: Mapped[str]
    """Empty for the first account, which chooses its own."""
    role: Mapped[str]
    made: Mapped[datetime]
    made_by: Mapped[str]
    """The account's address; empty for a command."""
    expires: Mapped[datetime]
    used: Mapped[datetime | None]


class BrowserSession(Base):
    """A browser in which somebody signed in. It has ended once the account's `fs_uniquifier` is another one.

    Of the browser nothing is kept. Rows are deleted when they are ended one by one, or when a later session begins.
    """

    __tablename__ = "browser_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    """Names the session in its cookie, which is signed: the token alone opens nothing."""
    fs_uniquifier: Mapped[str]
    began: Mapped[datetime]


class RecoveryCode(Base):
    """A code that stands in once for the authenticator app of an account. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    code_hash: Mapped[str] = mapped_column(unique=True)
    made: Mapped[datetime]
    used: Mapped[datetime | None]


class SignInTries(Base):
    """How often signing in was tried in the current window, by account, by device cookie, and overall."""

    __tablename__ = "sign_in_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]


class AuditEntry(Base):
    """Something that an account did or was refused. Rows are added, never changed; no reader is in them, no address."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]
    account: Mapped[str]
    """Its e-mail address, as it was; empty for a command, or for somebody without an account."""
    about: Mapped[str]
