"""TOML files with the line of each key, which the standard library's reader does not tell."""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from microsite.content.faults import Fault, Faults

Model = TypeVar("Model", bound=BaseModel)

_KEY = re.compile(r"^\s*([\w.-]+)\s*=")
_TABLE = re.compile(r"^\s*\[+\s*([\w.-]+)\s*\]+")
_AT_LINE = re.compile(r"\(at line (\d+)")


def key_lines(text: str) -> dict[str, int]:
    """The line of each dotted key (`categories.news.slug.fr`), tables included. Plain keys only."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = found[1] + "."
            lines.setdefault(found[1], number)
        elif found := _KEY.match(line):
            lines.setdefault(table + found[1], number)
    return lines


def read_toml(path: Path, model: type[Model], known: dict[str, Any]) -> tuple[Model, dict[str, int]]:
    """The file as `model`, and its key lines; `known` are fields that the file's place tells. Raises Faults."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise Faults([Fault(path, 1, f"cannot be read: {error}. Save it as UTF-8 text.")]) from error
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise Faults([Fault(path, int(at[1]) if at else 1, f"not valid TOML: {error}. Mend this line.")]) from error
    lines = key_lines(text)
    try:
        return model.model_validate({**data, **known}), lines
    except ValidationError as error:
        raise Faults([_as_fault(path, lines, model, detail) for detail in error.errors()]) from error


def line_of(lines: dict[str, int], *keys: str) -> int:
    """The line of a key, or of the nearest table around it, or 1."""
    for end in range(len(keys), 0, -1):
        if line := lines.get(".".join(keys[:end])):
            return line
    return 1


def _as_fault(path: Path, lines: dict[str, int], model: type[BaseModel], detail: Any) -> Fault:
    keys = [str(part) for part in detail["loc"]]
    return Fault(path, line_of(lines, *keys), explain(".".join(keys), detail, model))


def explain(field: str, detail: Any, model: type[BaseModel]) -> str:
    """One of pydantic's errors in a writer's words: what is wrong with `field`, what to do."""
    match detail["type"]:
        case "missing":
            info = model.model_fields.get(field)
            return f"`{field}` is missing. Add {info.description if info and info.description else 'it'}."
        case "extra_forbidden":
            near = get_close_matches(field, model.model_fields, n=1)
            return f"`{field}` is not a field here. " + (f"Did you mean `{near[0]}`?" if near else "Remove it.")
        case _:
            return f"`{field}`: {detail['msg'].removeprefix('Value error, ')}."
