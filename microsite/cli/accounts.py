"""`flask accounts …`: who may sign in to the studio."""

import sys

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask
from flask.cli import AppGroup

from microsite.studio import audit, current_store
from microsite.studio.accounts import accounts, one_time_links
from microsite.studio.roles import Role

group = AppGroup("accounts", help="Who may sign in to the studio.")


def init_commands(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("invite")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What the account may do."
)
def invite(email: str, role: str) -> None:
    """Print a link that makes an account for EMAIL: it works once, for seven days."""
    try:
        email = accounts.address(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        sys.exit(f"{email}: {error}")
    current_store().upgrade()
    with current_store().begin() as session:
        if accounts.find(session, email):
            sys.exit(f"{email}: has an account already. `flask accounts reset {email}` gives it a new password.")
        click.echo(one_time_links.make(session, "invite", email, role))
        audit.record("invited", f"{email} ({role})", within=session)


@group.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Print a link that gives EMAIL a new password and takes away its second factor: it works once, for a day."""
    current_store().upgrade()
    with current_store().begin() as session:
        account = accounts.find(session, email)
        if not account:
            known = ", ".join(found.email for found in accounts.everybody(session)) or "none yet"
            sys.exit(f"{email}: has no account. There are: {known}.")
        click.echo(one_time_links.make(session, "reset", account.email, account.role))
        audit.record("reset-made", account.email, within=session)
