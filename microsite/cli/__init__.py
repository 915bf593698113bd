"""The commands of `flask --app app`."""

from flask import Flask


def init_commands(app: Flask) -> None:
    """Add the commands. Imports stand here: a process that serves readers alone needs no command."""
    from microsite.cli.accounts import account_commands
    from microsite.cli.catalogs import catalogs, locale
    from microsite.cli.site import content, export
    from microsite.cli.storage import backup, database, restore

    for command in (account_commands, backup, catalogs, content, database, export, locale, restore):
        app.cli.add_command(command)
