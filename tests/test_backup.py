"""Backups: one file, made and taken back while the site serves, from either database into either."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, text

from microsite.backup.archive import back_up, restore
from microsite.runtime import runtime_of
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import PROMOTION, Revisions, Topic
from microsite.storage.saving import Conflict, Draft, save
from microsite.storage.store import Store, migrate
from microsite.storage.tables import PromotionCount
from tests.conftest import NOW
from tests.postgresql import fresh_database
from tests.saves import OLD, all_rows, save_next

FRENCH = Topic(PROMOTION, "planet-freevpn", "fr")
WORDS = {"headline": "Un", "text": "« Ça » 🛰", "button": "b"}


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Another database, to restore into."""
    if request.param == "sqlite":
        other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    else:
        other = Store(fresh_database(request.getfixturevalue("postgresql_address")))
    yield other
    other.close()


def publish(store: Store, headline: str, note: str = "") -> None:
    save_next(
        store, FRENCH, Draft(words=WORDS | {"headline": headline}, confirmed_claims=["anonyme"], note=note), "a@x.org"
    )


def test_a_backup_of_either_goes_into_either(store: Store, other: Store, tmp_path: Path) -> None:
    """Every row of every table comes back as it was, and what was in its place is gone."""
    publish(store, "Un")
    publish(store, "Deux")
    with store.begin() as session:
        spot = {"day": date(2026, 11, 22), "locale": "fr", "page": "vpn", "placement": "home", "promotion": "p"}
        session.add(PromotionCount(**spot, wording="0123456789abcdef", impressions=1000, clicks=7))
    other.upgrade()
    publish(other, "Etwas anderes")

    back_up(store, tmp_path / "backup.sqlite")
    restore(other, tmp_path / "backup.sqlite")

    assert all_rows(store) == all_rows(other)


def test_saving_goes_on_after_a_restore(store: Store, other: Store, tmp_path: Path) -> None:
    """With new numbers, and with the same refusal of who has not seen the newest."""
    publish(store, "Un")
    publish(store, "Deux")
    back_up(store, tmp_path / "backup.sqlite")
    restore(other, tmp_path / "backup.sqlite")
    publish(other, "Trois")

    assert [1, 2, 3] == list(read_revisions(other, Revisions()).by_id)
    with pytest.raises(Conflict):
        save(other, FRENCH, Draft(), 2, "", NOW)


def test_a_backup_while_somebody_saves_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    """Whatever is saved meanwhile is in it or not, never half: the chain of revisions has no gap."""
    stopped = threading.Event()

    def save_on() -> None:
        number = 0
        while not stopped.is_set():
            publish(store, str(number := number + 1))

    saving = threading.Thread(target=save_on)
    saving.start()
    try:
        for number in range(5):
            back_up(store, tmp_path / f"{number}.sqlite")
    finally:
        stopped.set()
        saving.join()

    for number in range(5):
        copy = Store(f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        rows = list(read_revisions(copy, Revisions()).by_id.values())
        assert [0, *(row.id for row in rows)][: len(rows)] == [row.based_on for row in rows]
        copy.close()
    assert len(read_revisions(store, Revisions()).by_id) >= len(rows)


def test_the_file_is_one_and_its_owners_alone(store: Store, tmp_path: Path) -> None:
    """It holds password hashes; nothing is left beside it."""
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(store, folder / "backup.sqlite")

    assert ["backup.sqlite"] == [path.name for path in folder.iterdir()]
    assert 0o600 == stat.S_IMODE((folder / "backup.sqlite").stat().st_mode)
    with sqlite3.connect(folder / "backup.sqlite") as connection:
        assert ("ok",) == connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()


def test_a_backup_of_an_earlier_release_is_brought_up_to_date(other: Store, tmp_path: Path) -> None:
    """In a copy: the file stays as it is."""
    old = Store(f"sqlite:///{tmp_path / 'old.sqlite'}")
    with old.writer.begin() as connection:
        migrate(connection, "0002")
        saved = {"live_from": NOW, "saved": NOW, "author": "a@x.org", "note": "", "words": WORDS, "claims": []}
        connection.execute(insert(OLD).values(**FRENCH._asdict(), action="words", based_on=0, **saved))
    old.close()
    restore(other, tmp_path / "old.sqlite")

    assert 1 == len(read_revisions(other, Revisions()).by_id)
    with old.read() as session:
        assert "0002" == session.scalar(text("SELECT version_num FROM alembic_version"))
    old.close()


class TestCommands:
    def test_backup_and_restore(self, app: Flask, tmp_path: Path) -> None:
        """A running site shows what was restored; what was there before is kept."""
        store, editions = runtime_of(app).store, runtime_of(app).editions
        publish(store, "Un")
        run = app.test_cli_runner().invoke
        made = run(args=["backup", str(tmp_path / "b.sqlite")])
        assert (0, True) == (made.exit_code, "rows" in made.output)
        publish(store, "Deux")
        editions.poll_revisions()
        restored = run(args=["restore", str(tmp_path / "b.sqlite")])
        editions.poll_revisions()

        assert 0 == restored.exit_code, restored.output
        assert "Un" == editions.current.words["fr"]["planet-freevpn"].headline
        kept = restored.output.rpartition(" ")[2].strip()
        assert 0 == run(args=["restore", kept]).exit_code
        editions.poll_revisions()
        assert "Deux" == editions.current.words["fr"]["planet-freevpn"].headline

    def test_nothing_is_written_over(self, app: Flask, tmp_path: Path) -> None:
        """A file that exists is left alone."""
        (tmp_path / "b").write_text("mine")
        made = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b")])

        assert (1, "mine") == (made.exit_code, (tmp_path / "b").read_text())
        assert "exists already" in made.output

    @pytest.mark.parametrize(
        ("command_line", "says"),
        [
            (["backup", "{}/no/folder"], "there is no folder"),
            (["restore", "{}/nothing"], "No such file or directory"),
            (["restore", "{}/text"], "Nothing has been changed"),
        ],
    )
    def test_what_goes_wrong_is_said(self, app: Flask, tmp_path: Path, command_line: list[str], says: str) -> None:
        """In a sentence, with exit code 1; and a restore that fails leaves nothing behind."""
        (tmp_path / "text").write_text("Dear diary")
        result = app.test_cli_runner().invoke(args=[part.format(tmp_path) for part in command_line])

        assert (1, True) == (result.exit_code, says in result.output), result.output
        assert [] == list(Path(runtime_of(app).settings.instance).glob("before-restore-*"))

    def test_upgrade(self, app: Flask) -> None:
        """Migrations by command."""
        assert "up to date" in app.test_cli_runner().invoke(args=["database", "upgrade"]).output
