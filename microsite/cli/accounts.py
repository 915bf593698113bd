"""`flask accounts …`: who may sign in to the studio."""

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from microsite.cli.errors import CommandError
from microsite.studio import audit
from microsite.studio.access import Role
from microsite.studio.accounts import accounts, one_time_links
from microsite.studio.blueprint import current_store

account_commands = AppGroup("accounts", help="Who may sign in to the studio.")


@account_commands.command("invite")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What the account may do."
)
def invite(email: str, role: str) -> None:
    """Print a link that makes an account for EMAIL: it works once, for seven days."""
    try:
        email = accounts.normalize_email(validate_email(email, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise CommandError(f"{email}: {error}") from error
    current_store().upgrade()
    with current_store().begin() as session:
        if accounts.find(session, email):
            hint = f"`flask accounts reset {email}` gives it a new password."
            raise CommandError(f"{email}: has an account already. {hint}")
        click.echo(one_time_links.address(one_time_links.create(session, "invite", email, role)))
        audit.record(session, "invited", f"{email} ({role})")


@account_commands.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Print a link that gives EMAIL a new password and takes away its second factor: it works once, for a day."""
    current_store().upgrade()
    with current_store().begin() as session:
        account = accounts.find(session, email)
        if not account:
            addresses = ", ".join(known.email for known in accounts.active_accounts(session)) or "none yet"
            raise CommandError(f"{email}: has no account. There are: {addresses}.")
        click.echo(one_time_links.address(one_time_links.create(session, "reset", account.email, account.role)))
        audit.record(session, "reset-made", account.email)
