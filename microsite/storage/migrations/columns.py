"""Several columns of one type in a row, as migrations write them down."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.types import TypeEngine


def columns(kind: type[TypeEngine[Any]], *names: str, **options: Any) -> list[Column[Any]]:
    """None of them may be NULL. `options` as in `Column`."""
    return [Column(name, kind, nullable=False, **options) for name in names]
