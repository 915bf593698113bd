"""`flask backup`, `flask restore`, `flask database upgrade`: the database, while the site serves."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from microsite.backup import archive
from microsite.backup.row import NoBackup
from microsite.cli.errors import CommandError
from microsite.clock import bounded
from microsite.runtime import current_runtime
from microsite.storage.last_backup import BACKED_UP
from microsite.storage.timeouts import MAX_WORK_SECONDS, limit_waits
from microsite.studio import audit

database = AppGroup("database", help="The database: SQLite in the instance folder, or MICROSITE_DATABASE_URL.")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything in the database to FILE, as it is at one moment, and read it back. The site may serve meanwhile.

    In a folder the file is called after the moment, as planet-privacy-20261129T030000Z.sqlite.
    """
    if file.is_dir():
        file /= f"planet-privacy-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.sqlite"
    if not file.absolute().parent.is_dir():
        raise CommandError(f"{file}: there is no folder {file.absolute().parent}. Make it first.")
    store = current_runtime().store
    try:
        with limit_waits(MAX_WORK_SECONDS):
            contents = archive.back_up(store, file.absolute())
            archive.prove(file.absolute(), contents)
            with store.begin() as session:
                audit.record(session, BACKED_UP, file.name)
    except FileExistsError as error:
        raise CommandError(f"{file}: exists already. Choose another name, or move it away.") from error
    except NoBackup as error:
        raise CommandError(f"{file}: written, but cannot be restored: {error}.") from error
    except (SQLAlchemyError, OSError) as error:
        hint = "Is the database up, and is there room on the disk?"
        raise CommandError(f"{file}: not written: {type(error).__name__}. {hint}") from error
    click.echo(f"{file}: restorable; {contents.total} rows, the newest revision is {contents.newest_revision}.")
    click.echo("Keep it where only you can read it: it holds password hashes.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put what FILE holds in the place of everything in the database. The site may serve meanwhile.

    What was there before is written to the instance folder first. Everybody signs in again; links that were handed
    out work no more.
    """
    before = archive.path_before_restore(current_runtime().settings.instance)
    try:
        with limit_waits(MAX_WORK_SECONDS):
            rows = archive.restore(current_runtime().store, file, before, bounded(current_runtime().editions.clock))
    except NoBackup as error:
        raise CommandError(f"{file}: {error}. Nothing has been changed.") from error
    except SQLAlchemyError as error:
        hint = "Is the database up? Nothing has been changed."
        raise CommandError(f"{file}: not restored: {type(error).__name__}. {hint}") from error
    except OSError as error:
        hint = "Is there room on the disk? Nothing has been changed."
        raise CommandError(f"{file}: not restored: {error.strerror}. {hint}") from error
    click.echo("Everybody has to sign in again, and no invitation or link for a new password works any more.")
    click.echo("Accounts, roles and passwords are those of the backup: end again whichever were ended since.")
    click.echo(f"{file}: {rows} rows are in the database. What was there before: {before}")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date. Every start does the same; with this it can be done before one."""
    try:
        current_runtime().store.upgrade()
    except SQLAlchemyError as error:
        hint = "Can the database be reached, and does it allow to change tables?"
        raise CommandError(f"not upgraded: {type(error).__name__}. {hint}") from error
    click.echo("The database is up to date.")
