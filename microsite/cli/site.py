"""The `flask` commands. A fault is `file:line: what is wrong, what to do`, and exit code 1."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from microsite.config import load_settings, origin
from microsite.content.site_file import Site, read_site
from microsite.editions.site_folder import read_folder
from microsite.environment import PREFIX
from microsite.faults import Fault, Faults

content = AppGroup("content", help="Articles, pages, promotions and site.toml.")


def init_commands(app: Flask) -> None:
    from microsite.cli.catalogs import catalogs, locale
    from microsite.cli.storage import backup, database, restore

    for command in (export, content, catalogs, locale, database, backup, restore):
        app.cli.add_command(command)


def checked_origin(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """What an option says, where that is an address without a path, or nothing."""
    try:
        return value and origin(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base-url", required=True, help="Scheme and host under which readers will reach the files.")
@click.option(
    "--go-base",
    default="",
    callback=checked_origin,
    help="Scheme and host of a running instance that counts clicks; else none are counted.",
)
@click.option("--share-images/--no-share-images", default=True, help="Draw the pictures that social networks show.")
def export(folder: Path, base_url: str, go_base: str, share_images: bool) -> None:
    """Write the whole public site to FOLDER as files, for any server or CDN.

    FOLDER is replaced at once when all is written. It holds _nginx.conf, _headers and _redirects for its server.
    """
    from app import create_app
    from microsite.delivery.export import Export, ExportError

    settings = load_settings({**os.environ, f"{PREFIX}BASE_URL": base_url, f"{PREFIX}PAGE_MEMORY": "0"})
    app = create_app(settings)
    try:
        app.extensions["store"].upgrade()
    except SQLAlchemyError as error:
        # What was paused would be public again.
        what = f"{folder}: not written: {type(error).__name__}. Is the database up? It has the words in force."
        raise click.ClickException(what) from error
    app.config["WAY_OUT"] = go_base

    def progress(done: Iterable[int], total: int) -> Iterator[int]:
        with click.progressbar(length=total, label="Pages", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            for number in done:
                bar.update(number)
                yield number

    try:
        count = Export(app, folder, share_images).write(progress)
    except Faults as found:
        report(found.faults)
    except ExportError as error:
        raise click.ClickException(str(error)) from error
    else:
        click.echo(f"{folder}: {count} files.")


@content.command("check")
def content_check() -> None:
    """Name every fault at once, and warn of placeholders."""
    try:
        files = read_folder(load_settings())
    except Faults as found:
        report(found.faults)
    else:
        report([*files.faults, *files.content.warnings])
        listed = sum(len(found) for found in files.claims.values())
        counts = f"Texts ({len(files.content.files)}), promotions ({len(files.promotions)}) and claims ({listed})"
        click.echo(f"{counts} are in order.")


def site_of_settings() -> Site:
    try:
        return read_site(load_settings().site / "site.toml")
    except Faults as found:
        report(found.faults)
        raise


def report(faults: Iterable[Fault]) -> None:
    """Print faults and warnings; end the command if there is a fault among them."""
    faults = sorted(faults)
    for fault in faults:
        click.echo(str(fault), err=True)
    wrong = sum(not fault.warning for fault in faults)
    if wrong:
        click.echo(f"{wrong} fault{'s' if wrong > 1 else ''}.", err=True)
        sys.exit(1)
