"""A row of a backup as data from outside, and what is said of one that is not as this program writes it."""

from pydantic import BaseModel, ConfigDict, ValidationError


class NoBackup(Exception):
    """The file is none that can be restored; its words say why, and what to do."""


class WrongRow(NoBackup):
    """A row that nothing of this program would have written."""

    def __init__(self, table: str, number: int, fault: str) -> None:
        super().__init__(
            f"table {table}, row {number}: {fault}. Restore another backup, or mend that row in a copy of the file"
        )


class BackupData(BaseModel):
    """Data of a backup, checked strictly: nothing is converted, and nothing may be there that is not declared."""

    model_config = ConfigDict(strict=True, extra="forbid")


class BackupRow(BackupData):
    """A row of a table: its fields are the columns, in their order, as SQLite holds them."""


def first_fault(error: ValidationError) -> str:
    """What pydantic says first, with the column that it says it of."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    column = f"`{first['loc'][0]}` " if first["loc"] else ""
    return f"{column}{first['msg'].removeprefix('Value error, ').rstrip('.')}"
