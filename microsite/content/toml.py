"""TOML files with the line of each key, which the standard library's reader does not tell."""

import re
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

from microsite.content.text_checks import check_values, decode_text
from microsite.content.validation_messages import Model, line_of, validated, validation_message
from microsite.faults import Fault, Faults, collecting, failing_alone
from microsite.regular_files import MiB, read_regular_file

MAX_TOML_BYTES = 1 * MiB

_KEY = re.compile(r"^\s*([\w.-]+)\s*=")
_TABLE = re.compile(r"^\s*\[+\s*([\w.-]+)\s*\]+")
_AT_LINE = re.compile(r"\(at line (\d+)")


def key_lines(text: str) -> dict[str, int]:
    """The line of each dotted key (`categories.news.slug.fr`), tables included. Keys in quotes are left out."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if match := _TABLE.match(line):
            table = match[1] + "."
            lines.setdefault(match[1], number)
        elif match := _KEY.match(line):
            lines.setdefault(table + match[1], number)
    return lines


def read_toml(
    path: Path, model: type[Model], known: dict[str, Any], content: bytes | None = None
) -> tuple[Model, dict[str, int]]:
    """The file as `model`, and the line of each key; `known` are fields that follow from the file's place.

    `content` are the bytes of the file, for callers that have read it. Raises Faults, whatever is wrong.
    """
    content = read_regular_file(path, MAX_TOML_BYTES) if content is None else content
    with failing_alone(path):  # nested too deeply, numbers of a million digits, and what else nobody knows
        return _parsed(path, model, known, content)


def _parsed(path: Path, model: type[Model], known: dict[str, Any], content: bytes) -> tuple[Model, dict[str, int]]:
    text = decode_text(path, content)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _AT_LINE.search(str(error))
        message = f"not valid TOML: {error}. Mend this line."
        raise Faults([Fault(path, int(match[1]) if match else 1, message)]) from error
    lines = key_lines(text)
    data = check_values(path, data, lines)
    reserved = known.keys() & data
    faults = [Fault(path, line_of(lines, name), f"`{name}` is not a field here. Remove it.") for name in reserved]
    with collecting(faults):
        values = validated(path, model, {**data, **known}, lines, partial(validation_message, hidden=known))
    if faults:
        raise Faults(faults)
    return values, lines
