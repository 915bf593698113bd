"""How a command ends that cannot do what it was asked for: sentences on standard error, exit code 1."""

from collections.abc import Iterable
from typing import IO, Any

import click
from flask.cli import AppGroup

from microsite.faults import Fault, Faults


class CommandError(click.ClickException):
    """Ends a command with a sentence: what is wrong, what to do."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message alone: Click would put "Error: " before `file:line:`."""
        click.echo(self.message, file=file, err=True)


class FaultsError(CommandError):
    """Ends a command with a line `file:line: what is wrong, what to do` for each fault, and their number."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        faults = sorted(faults)
        count = sum(not fault.warning for fault in faults)
        super().__init__("\n".join([*map(str, faults), f"{count} fault{'s' if count > 1 else ''}."]))


class FaultsGroup(AppGroup):
    """A group of commands that end with a FaultsError where `Faults` are raised."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Faults as error:
            raise FaultsError(error.faults) from error


def report(faults: Iterable[Fault]) -> None:
    """Print warnings. Raises FaultsError if there is a fault among them."""
    faults = sorted(faults)
    if not all(fault.warning for fault in faults):
        raise FaultsError(faults)
    for fault in faults:
        click.echo(str(fault), err=True)
