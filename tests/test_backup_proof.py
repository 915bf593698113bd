"""A backup proves itself: it is read back when it is made, and a site without one of late says so."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from microsite.backup.archive import back_up, prove
from microsite.backup.row import NoBackup
from microsite.config import Settings
from microsite.runtime import runtime_of
from microsite.storage.last_backup import BACKED_UP
from microsite.storage.store import Store
from microsite.storage.tables import AuditEntry
from tests.conftest import NOW, Clock
from tests.test_backup import publish


class TestProof:
    """A backup is read back as a restore would read it, before anybody relies on it."""

    def test_it_says_what_can_be_restored_and_remembers_when(self, app: Flask, tmp_path: Path) -> None:
        """Rows, the newest revision, and a line in the audit; a folder gets a file named after the moment."""
        store = runtime_of(app).store
        publish(store, "Un")
        made = app.test_cli_runner().invoke(args=["backup", str(tmp_path)])
        (file,) = tmp_path.glob("planet-privacy-*Z.sqlite")
        with store.read() as session:
            events = session.execute(select(AuditEntry.what, AuditEntry.about)).all()

        assert 0 == made.exit_code, made.output
        assert "restorable" in made.output and "the newest revision is 1" in made.output
        assert [(BACKED_UP, file.name)] == [tuple(event) for event in events]

    @pytest.mark.parametrize(
        ("damage", "says"),
        [
            ("DELETE FROM revisions WHERE id = 2", "has 1 rows in it, and 2 were written"),
            ("UPDATE revisions SET id = 3 WHERE id = 2", "its newest revision is 3, and 2 was written"),
            ("DROP TABLE audit", "table audit is missing"),
        ],
    )
    def test_what_is_not_as_it_was_written_is_not_restorable(
        self, store: Store, tmp_path: Path, damage: str, says: str
    ) -> None:
        """A row less, a revision under another number, a table less."""
        publish(store, "Un")
        publish(store, "Deux")
        contents = back_up(store, tmp_path / "b.sqlite")
        prove(tmp_path / "b.sqlite", contents)
        with sqlite3.connect(tmp_path / "b.sqlite") as connection:
            connection.execute(damage)
        connection.close()

        with pytest.raises(NoBackup, match=says):
            prove(tmp_path / "b.sqlite", contents)

    def test_a_row_that_no_restore_takes_is_said_at_once(self, app: Flask, tmp_path: Path) -> None:
        """On the day of the backup, not on the day on which it is needed; the file is kept, for it is all there is."""
        store = runtime_of(app).store
        publish(store, "Un")
        with store.begin() as session:
            session.execute(text("UPDATE revisions SET author = 'nobody at all'"))
        made = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.sqlite")])

        assert (1, True) == (made.exit_code, (tmp_path / "b.sqlite").exists()), made.output
        assert "written, but cannot be restored: table revisions, row 1" in made.output
        with store.read() as session:
            assert [] == session.scalars(select(AuditEntry)).all()


class TestLateBackup:
    """Whoever runs the site is told that the last backup is older than they wanted it to be."""

    @pytest.fixture
    def settings(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
        monkeypatch.setattr("microsite.storage.last_backup.CHECK_INTERVAL_SECONDS", 0)
        return settings.model_copy(update={"backup_days": 7})

    def test_it_is_named_until_there_is_a_newer_one(
        self, app: Flask, client: FlaskClient, clock: Clock, tmp_path: Path
    ) -> None:
        """On /readyz: none at all, then none for a week."""

        def backup_fault() -> list[str]:
            degraded: dict[str, list[str]] = client.get("/readyz").get_json()["degraded"]
            return degraded.get("backup", [])

        assert ["there has never been one, and MICROSITE_BACKUP_DAYS is 7: run `flask backup`"] == backup_fault()
        app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.sqlite")])
        assert [] == backup_fault()
        clock.now += timedelta(days=8)
        (sentence,) = backup_fault()
        assert f"the last one is of {NOW:%Y-%m-%d %H:%M} UTC" in sentence

    def test_without_the_setting_nobody_is_told(self, client: FlaskClient, app: Flask) -> None:
        """Who makes backups by other means is not bothered."""
        runtime_of(app).last_backup.max_days = 0
        assert "backup" not in client.get("/readyz").get_json()["degraded"]
