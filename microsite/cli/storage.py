"""`flask backup`, `flask restore`, `flask database upgrade`: the database, while the site serves."""

import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from microsite.backup import archive
from microsite.clock import bounded
from microsite.storage.patience import MAX_WORK_SECONDS, waiting_at_most
from microsite.storage.store import Store

database = AppGroup("database", help="The database: SQLite in the instance folder, or MICROSITE_DATABASE_URL.")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write everything in the database to FILE, as it is at one moment. The site may serve meanwhile."""
    if not file.absolute().parent.is_dir():
        _end(f"{file}: there is no folder {file.absolute().parent}. Make it first.")
    try:
        with waiting_at_most(MAX_WORK_SECONDS):
            rows = archive.back_up(_store(), file.absolute())
    except FileExistsError:
        _end(f"{file}: exists already. Choose another name, or move it away.")
    except (SQLAlchemyError, OSError) as error:
        _end(f"{file}: not written: {type(error).__name__}. Is the database up, and is there room on the disk?")
    click.echo(f"{file}: {rows} rows. Keep it where only you can read it: it holds password hashes.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put what FILE holds in the place of everything in the database. The site may serve meanwhile.

    What was there before is written to the instance folder first. Everybody signs in again; links that were handed
    out work no more.
    """
    before = archive.beside(current_app.config["INSTANCE"])
    try:
        with waiting_at_most(MAX_WORK_SECONDS):
            rows = archive.restore(_store(), file, before, bounded(current_app.extensions["editions"].clock))
    except archive.NoBackup as error:
        _end(f"{file}: {error}. Nothing has been changed.")
    except SQLAlchemyError as error:
        _end(f"{file}: not restored: {type(error).__name__}. Is the database up? Nothing has been changed.")
    except OSError as error:
        _end(f"{file}: not restored: {error.strerror}. Is there room on the disk? Nothing has been changed.")
    click.echo("Everybody has to sign in again, and no invitation or link for a new password works any more.")
    click.echo("Accounts, roles and passwords are those of the backup: end again whichever were ended since.")
    click.echo(f"{file}: {rows} rows are in the database. What was there before: {before}")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date. Every start does the same; with this it can be done before one."""
    try:
        _store().upgrade()
    except SQLAlchemyError as error:
        _end(f"not upgraded: {type(error).__name__}. Can the database be reached, and does it allow to change tables?")
    click.echo("The database is up to date.")


def _store() -> Store:
    found: Store = current_app.extensions["store"]
    return found


def _end(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
