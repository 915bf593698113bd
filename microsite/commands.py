"""The `flask` commands. A fault is `file:line: what is wrong, what to do`, and exit code 1."""

import sys
from collections.abc import Iterable

import click
from flask import Flask
from flask.cli import AppGroup

from microsite.config import load_settings
from microsite.content.faults import Fault, Faults
from microsite.content.site_file import Site, read_site
from microsite.edition import read_folder

content = AppGroup("content", help="Articles, pages, promotions and site.toml.")


def init_commands(app: Flask) -> None:
    from microsite.language.commands import catalogs, locale

    for group in (content, catalogs, locale):
        app.cli.add_command(group)


@content.command("check")
def content_check() -> None:
    """Name every fault at once, and warn of placeholders."""
    try:
        read, promotions, claims = read_folder(load_settings())
    except Faults as found:
        report(found.faults)
    else:
        report(read.warnings)
        texts = sum(len(entry.documents) for entry in (*read.articles.values(), *read.pages.values()))
        listed = sum(len(found) for found in claims.values())
        click.echo(f"Texts ({texts}), promotions ({len(promotions)}) and claims ({listed}) are in order.")


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
