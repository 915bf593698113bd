"""Tables whose heads sort them: the query's `sort` names a column, after a minus for its greatest value first."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from flask import request, url_for

Row = TypeVar("Row")


class Column(NamedTuple, Generic[Row]):
    name: str
    """In the query."""
    label: str
    key: Callable[[Row], Any] | None = None
    """What rows are sorted by, None for one that has no such value; without a key the column does not sort."""
    is_number: bool = False
    """Numbers stand at the end of their cell, and the first press puts the greatest first."""


class Head(NamedTuple):
    label: str
    address: str
    """Where pressing it leads; empty: it does not sort."""
    order: str
    """The value of `aria-sort` (WAI-ARIA 1.2); empty: the table is not sorted by it."""
    is_number: bool


def sort_table(rows: Sequence[Row], columns: Sequence[Column[Row]], **query: Any) -> tuple[list[Row], list[Head]]:
    """The rows in the order that is asked for, else as they are, and the heads; `query` stays in their addresses.

    Of equals the former order stays. Rows without a value stand last, whatever the direction.
    """
    asked = request.args.get("sort", "")
    is_descending, name = asked.startswith("-"), asked.removeprefix("-")
    chosen = next((column for column in columns if column.name == name and column.key), None)
    heads = [_head(column, column is chosen, is_descending, query) for column in columns]
    if not chosen or not chosen.key:
        return list(rows), heads
    key = chosen.key
    valued = [row for row in rows if key(row) is not None]
    rest = [row for row in rows if key(row) is None]
    return [*sorted(valued, key=key, reverse=is_descending), *rest], heads


def _head(column: Column[Row], is_chosen: bool, is_descending: bool, query: dict[str, Any]) -> Head:
    if not column.key:
        return Head(column.label, "", "", column.is_number)
    descends_next = not is_descending if is_chosen else column.is_number
    sort = ("-" if descends_next else "") + column.name
    address = url_for(request.endpoint or "", **(request.view_args or {}), **query, sort=sort)
    order = ("descending" if is_descending else "ascending") if is_chosen else ""
    return Head(column.label, address, order, column.is_number)
