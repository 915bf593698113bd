"""The commands of `flask --app app`."""

from collections.abc import Callable

from flask import Flask

from microsite.cli.accounts import account_commands
from microsite.cli.catalogs import catalogs, locale
from microsite.cli.links import content_links
from microsite.cli.promotions import promotions
from microsite.cli.site import content, export
from microsite.cli.storage import backup, database, restore
from microsite.cli.verify import verify


def init_commands(app: Flask, create_app: Callable[..., Flask]) -> None:
    """Add the commands; `create_app` makes the app that an export renders, which has other settings."""
    content.add_command(content_links)
    ours = account_commands, backup, catalogs, content, database, export, locale, promotions, restore, verify
    for command in ours:
        app.cli.add_command(command)
    app.extensions["create_app"] = create_app
