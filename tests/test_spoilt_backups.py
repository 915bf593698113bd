"""A backup is data from outside: what this program would not have written is refused whole, in a sentence."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from microsite.backup.archive import back_up, restore
from microsite.backup.row import NoBackup
from microsite.backup.rows import ROWS
from microsite.promotions.wording import WordsInForce
from microsite.storage.revisions import DEFINITION, MESSAGE, PROMOTION, Action, Topic, next_midnight
from microsite.storage.saving import Draft, save
from microsite.storage.store import Store
from microsite.storage.tables import (
    Account,
    AuditEntry,
    Base,
    BrowserSession,
    OneTimeLink,
    PreviewLink,
    PromotionCount,
    PublicLanguage,
    RecoveryCode,
    Showing,
    SignInTries,
    Upload,
    Wording,
)
from microsite.studio.accounts.passwords import DUMMY_HASH
from tests.conftest import NOW
from tests.postgresql import fresh_database
from tests.saves import all_rows

WALLET = '{"enckey":{"c":14,"k":"CKME6UW3LFPT2HIORMCPDKQPVGMDZHJM","s":"2XNFXK6VXI3WMDGBXCLQ","t":"1","v":1},' + (
    '"type":"totp","v":1}'
)
SECRET = f'{{"v": 2, "type": "totp", "sealed": "{"Ab+/" * 16}"}}'

WORDS = {"headline": "Une", "text": "« Ça » 🛰", "button": "b"}
DEFINED = {"name": "%s", "advertiser": "VPN", "target": "https://x.org/", "placements": "home", "until": ""}


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good one, with something in each table."""
    folder = tmp_path_factory.mktemp("backup")
    store = Store(f"sqlite:///{folder / 'site.sqlite'}")
    store.upgrade()
    promotion, message = Topic(PROMOTION, "vpn", "fr"), Topic(MESSAGE, "menu\x04%(num)s page", "pt_BR")
    first = save(store, promotion, Draft(words=WORDS, confirmed_claims=["anonyme"], note="n"), 0, "a@x.org", NOW)
    later = Draft(words=WORDS, live_from=NOW + timedelta(days=1), live_until=NOW + timedelta(days=2))
    second = save(store, promotion, later, first.id, "a@x.org", NOW)
    third = save(store, promotion, Draft(action=Action.CANCEL, cancels=second.id), second.id, "a@x.org", NOW)
    save(store, promotion, Draft(action=Action.PAUSE), third.id, "", NOW)
    forms = {"0": "%(num)s page", "1": "%(num)s pages"}
    save(store, message, Draft(words=forms, source={"0": "", "1": ""}), 0, "b@x.org", NOW)
    save(store, Topic(DEFINITION, "vpn", ""), Draft(words=DEFINED), 0, "a@x.org", NOW)
    days = next_midnight(NOW), next_midnight(NOW) + timedelta(days=14)
    other = {**WORDS, "headline": "Autre"}
    save(store, Topic(PROMOTION, "vpn", "en"), Draft(Action.COMPARE, other, *days, source=WORDS), 0, "a@x.org", NOW)
    with store.begin() as session:
        for number, role in enumerate(("admin", "translator")):
            session.add(
                Account(
                    email=f"{role}@x.org",
                    password=DUMMY_HASH,
                    active=not number,
                    fs_uniquifier=f"{number}" * 32,
                    role=role,
                    locale="pt-BR",
                    timezone="Europe/Paris",
                    totp_secret=WALLET if number else SECRET,
                    totp_counter=None if number else 59_000_000,
                    made=NOW,
                )
            )
        link = {"purpose": "invite", "email": "c@x.org", "role": "marketing", "made": NOW, "made_by": "admin@x.org"}
        session.add(OneTimeLink(secret_hash="a" * 64, **link, expires=NOW + timedelta(days=7), used=None))
        shared = {"made": NOW, "made_by": "admin@x.org", "expires": NOW + timedelta(days=7), "page": "home"}
        session.add(PreviewLink(token="a-_4" * 4, promotion="vpn", words={"fr": WORDS}, moment=None, **shared))
        session.add(PreviewLink(token="b-_4" * 4, promotion="", words={}, moment=NOW, **shared))
        sent = {"locale": "fr", "name": "fr.po", "made": NOW, "made_by": "admin@x.org"}
        session.add(Upload(text="# French", taken=None, **sent))
        session.add(Upload(text="", taken=NOW, **sent))
        session.add(PublicLanguage(locale="pt_BR", public_from=90, since=NOW))
        session.add(BrowserSession(token="d" * 32, fs_uniquifier="0" * 32, began=NOW))
        session.add(RecoveryCode(account_id=1, code_hash=DUMMY_HASH, made=NOW, used=None))
        session.add(RecoveryCode(account_id=1, code_hash="c" * 64, made=NOW, used=NOW))
        session.add(SignInTries(key="account:" + "b" * 64, since=NOW, tries=3))
        session.add(SignInTries(key="everybody", since=NOW, tries=3))
        session.add(AuditEntry(at=NOW, what="refused", account="admin@x.org", about="/studio/\x01\u202e"))
        spot = {"locale": "pt-BR", "page": "home", "placement": "unknown", "promotion": "unknown", "wording": "unknown"}
        session.add(PromotionCount(day=NOW.date(), **spot, impressions=0, clicks=7))
        shown = WordsInForce(**WORDS)
        session.add(Wording(digest=shown.digest, promotion="vpn", locale="fr", **WORDS, first_shown=NOW))
        showing = {"promotion": "vpn", "locale": "fr", "wording": shown.digest, "advertiser": "VPN"}
        session.add(Showing(moment=NOW, **showing))
        session.add(Showing(moment=NOW + timedelta(days=1), **{**showing, "wording": "", "advertiser": ""}))
    back_up(store, folder / "backup.sqlite")
    store.close()
    return folder / "backup.sqlite"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, backup: Path) -> Iterator[Store]:
    """A database in use, that holds what the good backup does."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path_factory.mktemp('target') / 'site.sqlite'}")
    else:
        store = Store(fresh_database(request.getfixturevalue("postgresql_address")))
    restore(store, backup)
    yield store
    store.close()


def words(**changed: object) -> str:
    return json.dumps({**WORDS, **changed}).replace("'", "''")


def defined(**changed: object) -> str:
    return json.dumps({**DEFINED, **changed}).replace("'", "''")


ROW_FAULTS = [
    # links to previews
    ("preview_links", 1, "token = 'a'"),
    ("preview_links", 1, "promotion = ''"),
    ("preview_links", 1, "words = '{}'"),
    ("preview_links", 1, "words = '[]'"),
    ("preview_links", 1, """words = '{"fr": {"headline": "a"}}'"""),
    ("preview_links", 1, f"words = '{json.dumps({'fr': {**WORDS, 'text': 'x' * 1001}})}'"),
    ("preview_links", 1, "page = '../x'"),
    ("preview_links", 1, "made_by = ''"),
    ("preview_links", 1, "expires = '2099-01-01 00:00:00.000000'"),
    ("preview_links", 2, "moment = NULL"),
    # uploads
    ("uploads", 1, "locale = 'klingon'"),
    ("uploads", 1, f"name = '{'x' * 301}'"),
    ("uploads", 1, "name = char(0x202E)"),
    ("uploads", 1, "text = ''"),
    ("uploads", 1, "text = char(0)"),
    ("uploads", 1, f"text = '{'#' * (2 * 1024 * 1024 + 1)}'"),
    ("uploads", 2, "text = 'x'"),
    ("uploads", 2, "taken = 'today'"),
    ("uploads", 2, "made_by = ''"),
    # public languages
    ("public_languages", 1, "locale = 'klingon'"),
    ("public_languages", 1, "public_from = 0"),
    ("public_languages", 1, "public_from = 102"),
    ("public_languages", 1, "since = 'today'"),
    # what was shown
    ("showings", 1, "moment = 'today'"),
    ("showings", 1, "promotion = '../x'"),
    ("showings", 1, "locale = 'klingon'"),
    ("showings", 1, "wording = 'catalog'"),
    ("showings", 1, "wording = ''"),
    ("showings", 1, "advertiser = ''"),
    ("showings", 1, f"advertiser = '{'x' * 201}'"),
    ("showings", 1, "advertiser = char(0x202E)"),
    ("showings", 2, "advertiser = 'VPN'"),
    # words and what goes with them
    ("revisions", 1, "words = '[1, 2]'"),
    ("revisions", 1, "words = '{}'"),
    ("revisions", 1, "words = '{not json'"),
    ("revisions", 1, "words = ''"),
    ("revisions", 1, "words = 'NaN'"),
    ("revisions", 1, "words = x'7b7d'"),
    ("revisions", 1, f"words = '{'[' * 100_000}'"),
    ("revisions", 1, """words = '{"headline": "a", "text": "b"}'"""),
    ("revisions", 1, f"words = '{words(more='x')}'"),
    ("revisions", 1, f"words = '{words(headline=7)}'"),
    ("revisions", 1, f"words = '{words(headline='')}'"),
    ("revisions", 1, f"words = '{words(headline='x' * 81)}'"),
    ("revisions", 1, f"words = '{words(headline='<b>')}'"),
    ("revisions", 1, f"words = '{words(headline=chr(0x202E) + 'x')}'"),
    ("revisions", 1, f"words = '{words(headline='x' + chr(0))}'"),
    ("revisions", 1, 'words = \'{"headline": "\\ud800", "text": "b", "button": "c"}\''),
    ("revisions", 4, f"words = '{words()}'"),
    ("revisions", 5, """words = '{"a": "b"}'"""),
    ("revisions", 5, """words = '{"0": "", "1": ""}'"""),
    ("revisions", 5, f"""words = '{{"0": "{"x" * 20_001}"}}'"""),
    ("revisions", 5, "source = '[]'"),
    ("revisions", 6, "words = '{}'"),
    ("revisions", 6, f"words = '{defined(target='http://x.org/')}'"),
    ("revisions", 6, f"words = '{defined(target='https://' + 'x' * 2000)}'"),
    ("revisions", 6, f"words = '{defined(placements='nowhere')}'"),
    ("revisions", 6, f"words = '{defined(name=chr(0x202E))}'"),
    ("revisions", 6, f"words = '{defined(articles='x ' * 1001)}'"),
    ("revisions", 6, f"words = '{defined(key='other')}'"),
    ("revisions", 6, f"words = '{defined(until='tomorrow')}'"),
    ("revisions", 6, "locale = 'fr'"),
    ("revisions", 6, "subject = '../../etc'"),
    ("revisions", 1, "locale = ''"),
    # a comparison
    ("revisions", 7, "words = '{}'"),
    ("revisions", 7, "source = NULL"),
    ("revisions", 7, f"source = '{words(headline='x' * 81)}'"),
    ("revisions", 7, "live_until = NULL"),
    ("revisions", 7, "live_from = '2026-11-23 00:00:01.000000'"),
    ("revisions", 7, "kind = 'message', subject = 'menu'"),
    ("revisions", 5, f"subject = '{'x' * 20_001}'"),
    ("revisions", 1, "claims = '{}'"),
    ("revisions", 1, "claims = '[NaN]'"),
    ("revisions", 1, f"note = '{'x' * 301}'"),
    ("revisions", 1, "author = 'nobody at all'"),
    ("revisions", 1, "kind = 'page'"),
    ("revisions", 1, "action = 'delete'"),
    ("revisions", 3, "discards = NULL"),
    ("revisions", 3, "discards = 99"),
    ("revisions", 3, "discards = 5"),
    ("revisions", 1, "subject = '../../etc'"),
    ("revisions", 1, "locale = 'klingon'"),
    ("revisions", 1, f"locale = 'fr{'_x' * 5000}'"),
    ("revisions", 2, "based_on = 77"),
    ("revisions", 1, "based_on = -1"),
    ("revisions", 5, "id = 9223372036854775807"),
    ("revisions", 5, "id = 0"),
    # time
    ("revisions", 1, "saved = 'yesterday'"),
    ("revisions", 1, "saved = '0001-01-01 00:00:00.000000'"),
    ("revisions", 1, "saved = '9999-12-31 23:59:59.999999'"),
    ("revisions", 1, "saved = '2026-02-30 00:00:00.000000'"),
    ("revisions", 1, "saved = '2026-11-22 12:00:00.000000+14:00'"),
    ("revisions", 1, "saved = 1e308"),
    ("revisions", 2, "live_from = '2100-01-01 00:00:00.000000'"),
    ("revisions", 2, "live_until = '2026-11-01 00:00:00.000000'"),
    ("revisions", 2, "live_until = live_from"),
    ("revisions", 4, "live_until = '2026-11-01 00:00:00.000000'"),
    ("revisions", 2, "afterwards = 'something'"),
    ("promotion_counts", 1, "wording = '0'"),
    ("wordings", 1, "headline = 'Another'"),
    ("wordings", 1, "digest = '0123456789abcdef'"),
    ("wordings", 1, "first_shown = 'today'"),
    ("promotion_counts", 1, "day = '2026-13-01'"),
    ("account_links", 1, "expires = '2099-01-01 00:00:00.000000'"),
    # accounts
    ("accounts", 1, "role = 'owner'"),
    ("accounts", 1, "timezone = 'Mars/Olympus'"),
    ("accounts", 1, "timezone = '/etc/passwd'"),
    ("accounts", 1, "locale = 'xx-YY-zz'"),
    ("accounts", 1, "active = 2"),
    ("accounts", 1, "active = 'yes'"),
    ("accounts", 1, "email = 'Admin@x.org'"),
    ("accounts", 1, "email = 'no address'"),
    ("accounts", 1, f"email = '{'x' * 400}@x.org'"),
    ("accounts", 1, "email = CAST(x'61ff40622e63' AS TEXT)"),
    ("accounts", 1, "password = 'plain'"),
    ("accounts", 1, f"password = '{DUMMY_HASH.replace('m=19456', 'm=99999999')}'"),
    ("accounts", 1, "fs_uniquifier = ''"),
    ("accounts", 1, "totp_secret = 'ABC'"),
    ("accounts", 1, f"totp_secret = '{WALLET.replace('14', '40')}'"),
    ("accounts", 1, f"totp_secret = '{SECRET.replace('Ab+/', 'Ab')}'"),
    ("accounts", 1, "totp_counter = 1e300"),
    ("accounts", 1, "totp_counter = 3000000000"),
    ("browser_sessions", 1, "token = 'd'"),
    ("browser_sessions", 1, "fs_uniquifier = ''"),
    ("browser_sessions", 1, "began = 'x'"),
    ("recovery_codes", 1, "code_hash = 'c'"),
    ("recovery_codes", 1, f"code_hash = '{DUMMY_HASH.replace('m=19456', 'm=99999999')}'"),
    ("recovery_codes", 2, "code_hash = 'C'"),
    ("recovery_codes", 1, "account_id = 0"),
    ("recovery_codes", 1, "made = ''"),
    ("account_links", 1, "secret_hash = 'a'"),
    ("account_links", 1, "purpose = 'master'"),
    ("account_links", 1, "email = ''"),
    ("sign_in_tries", 1, "key = 'x'"),
    ("sign_in_tries", 1, "tries = -9"),
    ("audit", 1, "what = 'hacked'"),
    ("audit", 1, "about = x'00'"),
    ("audit", 1, "about = char(0)"),
    ("audit", 1, f"about = '{'x' * 40_001}'"),
    # counts
    ("promotion_counts", 1, "displays = -1"),
    ("promotion_counts", 1, "clicks = 2147483648"),
    ("promotion_counts", 1, "clicks = 9223372036854775808"),
    ("promotion_counts", 1, "placement = 'everywhere'"),
    ("promotion_counts", 1, "page = '<script>'"),
]
SCHEMA_FAULTS = [
    ("CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM accounts; END", "holds the trigger “t”"),
    ("DROP TABLE audit; CREATE VIEW audit AS SELECT 1 AS id", "holds the view “audit”"),
    ("CREATE TABLE notes (x)", "holds the table “notes”"),
    ("CREATE VIRTUAL TABLE f USING fts5(x)", "holds the table “f”"),
    ("DROP TABLE sign_in_tries", "table sign_in_tries is missing"),
    ("ALTER TABLE audit ADD COLUMN more TEXT", "table audit is not as"),
    ("ALTER TABLE audit ADD COLUMN more AS (abs(-1))", "table audit is not as"),
    ("ALTER TABLE audit DROP COLUMN about", "table audit is not as"),
    ("ALTER TABLE audit RENAME COLUMN about TO told", "table audit is not as"),
    ("CREATE INDEX i ON audit (about)", "table audit is not as"),
    ("CREATE UNIQUE INDEX i ON audit (upper(about))", "table audit is not as"),
    (
        "DROP TABLE sign_in_tries; CREATE TABLE sign_in_tries "
        "(key VARCHAR NOT NULL, since DATETIME NOT NULL, tries INTEGER NOT NULL)",
        "table sign_in_tries is not as",
    ),
    (
        "DROP TABLE sign_in_tries; CREATE TABLE sign_in_tries (key VARCHAR NOT NULL, since TEXT NOT NULL, "
        "tries INTEGER NOT NULL, CONSTRAINT pk_sign_in_tries PRIMARY KEY (key))",
        "table sign_in_tries is not as",
    ),
    (
        "DROP TABLE sign_in_tries; CREATE TABLE sign_in_tries (key VARCHAR NOT NULL, since DATETIME NOT NULL, "
        "tries INTEGER NOT NULL CHECK (tries > 0), CONSTRAINT pk_sign_in_tries PRIMARY KEY (key))",
        "table sign_in_tries is not as",
    ),
    ("DELETE FROM alembic_version", "by a newer release of this program, or by none"),
    ("UPDATE alembic_version SET version_num = '9999'", "by a newer release of this program, or by none"),
    ("UPDATE alembic_version SET version_num = '../../x'", "by a newer release of this program, or by none"),
    ("UPDATE alembic_version SET version_num = '0002'", "holds the table “account"),
    ("INSERT INTO alembic_version VALUES ('0002')", "by a newer release of this program, or by none"),
    ("DROP TABLE alembic_version", "does not say of which release it is"),
]


def refused(store: Store, path: Path) -> str:
    """What is said; nothing in the database has been changed by it."""
    before = all_rows(store)
    with pytest.raises(NoBackup) as error:
        restore(store, path)
    assert all_rows(store) == before
    return str(error.value)


def spoilt(backup: Path, tmp_path: Path, statements: str) -> Path:
    path = tmp_path / "spoilt.sqlite"
    shutil.copy(backup, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)
    return path


def test_a_good_one_is_taken(target: Store, backup: Path) -> None:
    """With something in each table; but sessions and used codes are not as they were, and links to previews gone."""
    copy = Store(f"sqlite:///{backup}")
    ours, theirs = all_rows(target), all_rows(copy)
    copy.close()
    assert all(theirs.values())
    assert ["browser_sessions", "preview_links"] == [name for name, rows in ours.items() if not rows]
    for table in ("promotion_counts", "revisions", "sign_in_tries", "audit"):
        assert ours[table] == theirs[table]
    assert [row[:3] for row in ours["accounts"]] == [row[:3] for row in theirs["accounts"]]


def test_every_column_is_checked() -> None:
    """A column that is added to a table is added to the checks as well."""
    tables = {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}
    assert {name: list(model.model_fields) for name, model in ROWS.items()} == tables


@pytest.mark.parametrize(("table", "row", "change"), ROW_FAULTS, ids=lambda value: str(value)[:50])
def test_a_row_that_no_save_would_have_written(
    target: Store, backup: Path, tmp_path: Path, table: str, row: int, change: str
) -> None:
    """The message names its table and number, and what to do."""
    path = spoilt(backup, tmp_path, f"UPDATE {table} SET {change} WHERE rowid = {row}")
    sentence = refused(target, path)
    assert sentence.startswith(f"table {table}, row ")
    assert sentence.endswith("Restore another backup, or mend that row in a copy of the file")
    assert len(sentence) < 400


@pytest.mark.parametrize(("statements", "says"), SCHEMA_FAULTS, ids=lambda value: value[:50])
def test_tables_that_no_migration_would_have_left(
    target: Store, backup: Path, tmp_path: Path, statements: str, says: str
) -> None:
    """Triggers, views, other tables, columns, types, keys, indexes and rules are refused before a row is read."""
    assert says in refused(target, spoilt(backup, tmp_path, statements))


def test_rows_that_exclude_each_other(target: Store, backup: Path, tmp_path: Path) -> None:
    """A file whose own rule was taken away for a while: ours holds."""
    statements = """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (email)', 'UNIQUE (email, id)') WHERE name = 'accounts';
    """
    assert "accounts" in refused(target, spoilt(backup, tmp_path, statements))
    swap = {2: 99, 3: 1, 4: 3}
    statements = ";".join(f"UPDATE revisions SET based_on = {to} WHERE id = {id}" for id, to in swap.items())
    assert "revisions, row 2" in refused(target, spoilt(backup, tmp_path, statements))


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "text": lambda data: b"Dear diary",
    "header only": lambda data: data[:16],
    "first page only": lambda data: data[:4096],
    "cut by a byte": lambda data: data[:-1],
    "cut by a page": lambda data: data[:-4096],
    "half": lambda data: data[: len(data) // 2],
    "zeros in the middle": lambda data: data[:8192] + bytes(8192) + data[16384:],
    "random pages": lambda data: data[:4096] + bytes(byte ^ 0x5A for byte in data[4096:]),
    "another page size": lambda data: data[:16] + b"\x02\x00" + data[18:],
    "gzip": lambda data: b"\x1f\x8b\x08" + data,
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_database(target: Store, backup: Path, tmp_path: Path, name: str) -> None:
    """Cut off, overwritten, or something else altogether."""
    path = tmp_path / "spoilt.sqlite"
    path.write_bytes(BYTES[name](backup.read_bytes()))
    sentence = refused(target, path)
    assert "it is " in sentence


@pytest.mark.parametrize("kind", ["pipe", "folder", "missing", "device", "huge"])
def test_what_is_no_file(target: Store, tmp_path: Path, kind: str) -> None:
    """Nothing waits for a pipe, reads a device for ever, or fills the disk with a copy."""
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(2 * 1024**3 + 1)
    assert refused(target, path)
