"""Files of text on their way in: decoded, then looked at by the one rule for what text may be, with file and line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults
from microsite.text import NotText, TextProblem, decoded, normalized, text_problems

MAX_VALUE = 2000
"""Characters of a value that has no limit of its own: an address, a field that we do not know."""


def text_of(path: Path, data: bytes) -> str:
    """The words of a file, normalized. Raises Faults for what is no text, or holds what no text may."""
    try:
        text = decoded(data)
    except NotText as error:
        raise Faults([_fault(path, error.problem)]) from error
    if faults := [_fault(path, problem) for problem in text_problems(text) if not problem.warning]:
        raise Faults(faults)
    return text


def text_warnings(text: str) -> tuple[tuple[int, str], ...]:
    """What a text had better not hold, by line and sentence."""
    return tuple((problem.line, str(problem)) for problem in text_problems(text) if problem.warning)


def gated(path: Path, data: Any, lines: dict[str, int]) -> Any:
    """Values as YAML or TOML gave them, every text in them normalized: an escape can make what the file has not.

    Raises Faults, by the line of the field.
    """
    faults: list[Fault] = []
    made = _gated(data, (), lambda key, problem: faults.append(_fault(path, problem, line_of(lines, *key), key)))
    if faults:
        raise Faults(faults)
    return made


def _gated(value: Any, key: tuple[str, ...], note: Callable[[tuple[str, ...], TextProblem], None]) -> Any:
    if isinstance(value, dict):
        return {name: _gated(inner, (*key, str(name)), note) for name, inner in value.items()}
    if isinstance(value, list):
        return [_gated(inner, (*key, str(index)), note) for index, inner in enumerate(value)]
    if not isinstance(value, str):
        return value
    text = normalized(value)
    for problem in text_problems(text, MAX_VALUE):
        if not problem.warning:
            note(key, problem)
    return text


def _fault(path: Path, problem: TextProblem, line: int = 0, key: tuple[str, ...] = ()) -> Fault:
    """At the line of the problem, or at that of the field that has it."""
    field = f"`{'.'.join(key)}`: " if key else ""
    return Fault(path, line or problem.line, f"{field}{problem}")
