"""Applies `microsite.text`, what text may be, to files and the values in them: problems become faults with a line."""

from pathlib import Path
from typing import Any

from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults
from microsite.text import NotText, TextProblem, decoded, normalized, text_problems

MAX_VALUE = 2000
"""Characters of a value that has no limit of its own: an address, an unknown field."""


def decode_text(path: Path, data: bytes) -> str:
    """A file's bytes as normalized text. Raises Faults for what is not UTF-8, or holds what no text may."""
    try:
        text = decoded(data)
    except NotText as error:
        raise Faults([_fault(path, error.problem)]) from error
    if faults := [_fault(path, problem) for problem in text_problems(text)]:
        raise Faults(faults)
    return text


def check_values(path: Path, data: Any, lines: dict[str, int]) -> Any:
    """Values as YAML or TOML gave them, every text in them normalized: an escape can make what the file does not have.

    Raises Faults, each with the line of its field.
    """
    faults: list[Fault] = []

    def check(value: Any, key: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {name: check(inner, (*key, str(name))) for name, inner in value.items()}
        if isinstance(value, list):
            return [check(inner, (*key, str(index))) for index, inner in enumerate(value)]
        if not isinstance(value, str):
            return value
        text = normalized(value)
        faults.extend(_fault(path, problem, line_of(lines, *key), key) for problem in text_problems(text, MAX_VALUE))
        return text

    values = check(data, ())
    if faults:
        raise Faults(faults)
    return values


def _fault(path: Path, problem: TextProblem, line: int = 0, key: tuple[str, ...] = ()) -> Fault:
    """At the line of the field that has the problem, or without one at the problem's own."""
    field = f"`{'.'.join(key)}`: " if key else ""
    return Fault(path, line or problem.line, f"{field}{problem.sentence}")
