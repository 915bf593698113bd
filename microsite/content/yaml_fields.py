"""Front matter (YAML between two lines `---`): its fields, the line of each, and what would surprise a writer."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from microsite.content.text_checks import check_values
from microsite.faults import Fault, Faults

MAX_FRONT_MATTER = 64 * 1024
"""Characters: a hundred sources with all they may have."""
_SPLIT = re.compile(r"\A---[ \t]*\n((?:.*?\n)?)---[ \t]*(?:\n|\Z)", re.DOTALL)
_VALUE = re.compile(r"[ \t-]*[\w-]+:[ \t]+(\S)")
_NO_SPACE = re.compile(r"[\w-]+:[^\s/]")
_WORDS = {"title", "summary", "publication"}
"""Fields of words, in which ` #` is hardly meant as a comment."""
_BETWEEN = "Put it between two lines `---`, such as `title: The words`."
_OPENINGS = (
    (r"\A\s*\+\+\+", f"the front matter is TOML. Write it in YAML. {_BETWEEN}"),
    (r"\A\s*\{", f"the front matter is JSON. Write it in YAML. {_BETWEEN}"),
    (r"\A\s*(?:<!--\s*)?\.\. \w+:", f"the front matter is Nikola's. Write `title: The words`. {_BETWEEN}"),
    (r"\A---[ \t]*\n", "the front matter is not closed. Put a line `---` below its last field."),
    (r"\A\s+---", "something stands before the front matter. Its line `---` is the first of the file."),
    (r"\A(?:—|–|----)", "the first line has other dashes than three. Write `---`."),
    (r"\A[A-Za-z][\w-]*:[ \t]", "the front matter has no line `---` above it. Put it between two lines `---`."),
    (r"", f"the front matter is missing or not closed. {_BETWEEN}"),
)


class _Loader(yaml.CSafeLoader):
    """A SafeLoader whose dates are made by `_date`."""


def _date(loader: _Loader, node: yaml.ScalarNode) -> object:
    """A date of no calendar (2026-02-30) stays text, to be refused as any other text that is no date."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def split_front_matter(path: Path, text: str) -> tuple[str, str, int]:
    """The front matter, the text below, and the line it starts at. Raises Faults."""
    parts = _SPLIT.match(text)
    if not parts:
        raise Faults([Fault(path, 1, next(message for opening, message in _OPENINGS if re.match(opening, text)))])
    if len(parts[1]) > MAX_FRONT_MATTER:
        size = len(parts[1])
        message = f"the front matter has {size} characters; there is room for {MAX_FRONT_MATTER}. Is it closed?"
        raise Faults([Fault(path, 1, message)])
    return parts[1], text[parts.end() :], text[: parts.end()].count("\n") + 1


def read_fields(path: Path, text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The fields as YAML reads them, and the line of each, `sources.0.date` included. Raises Faults."""
    source = text.split("\n")
    try:
        loader = _Loader(text)
        node, lines = loader.get_single_node(), dict[str, int]()
        fields = _read(loader, node, source, lines) if node else None
    except yaml.MarkedYAMLError as error:
        line, message = _line_and_message(error, source)
        raise Faults([Fault(path, line + 2, f"not valid YAML: {message}")]) from error
    except yaml.YAMLError as error:
        raise Faults([Fault(path, 1, f"not valid YAML: {error}. Mend the front matter.")]) from error
    if not isinstance(fields, dict):
        raise Faults([Fault(path, 1, "the front matter is empty. Start with `title:`.")])
    return check_values(path, fields, lines), lines


def _read(loader: _Loader, node: yaml.Node, source: Sequence[str], lines: dict[str, int], before: str = "") -> Any:
    """The value as YAML reads it, but names of fields are text, and nothing is merged with `<<`.

    `lines` gets the line of every dotted key, each beginning with `before`. Raises MarkedYAMLError for a key that
    stands twice: YAML would take the last one. Anchors, aliases and tags (`&`, `*`, `!`) are refused as well: a few
    lines of aliases fill any memory.
    """
    line = source[node.start_mark.line] if node.start_mark.line < len(source) else ""
    if line[node.start_mark.column : node.start_mark.column + 1] in ("&", "*", "!"):
        raise _Refused(f"a value that begins with {line[node.start_mark.column]} needs quotes", node)
    if isinstance(node, yaml.SequenceNode):
        lines |= {f"{before}{index}": item.start_mark.line + 2 for index, item in enumerate(node.value)}
        return [_read(loader, item, source, lines, f"{before}{index}.") for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        fields: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused("a field in brackets", key)
            if key.value in fields:
                raise _Refused(f"`{key.value}` stands twice", key)
            lines[f"{before}{key.value}"] = key.start_mark.line + 2
            if key.value.lower() in _WORDS and _has_comment(value, source):
                raise _Refused("` #` begins a comment, which cuts the words off; they need quotes", value)
            fields[key.value] = _read(loader, value, source, lines, f"{before}{key.value}.")
        return fields
    try:
        return loader.construct_object(node)
    except ValueError as error:  # a number of thousands of digits
        raise _Refused("a value that needs quotes", node) from error


class _Refused(yaml.MarkedYAMLError):
    """What YAML allows and we do not; `problem` is a sentence of ours."""

    def __init__(self, problem: str, node: yaml.Node) -> None:
        super().__init__(problem=problem, problem_mark=node.start_mark)


def _has_comment(node: yaml.Node, source: Sequence[str]) -> bool:
    """Whether a value without quotes is followed by a comment on its line, or is nothing but one."""
    if not isinstance(node, yaml.ScalarNode) or node.style or node.end_mark.line >= len(source):
        return False
    after = source[node.end_mark.line][node.end_mark.column :]
    return after.lstrip(" \t").startswith("#")


def _line_and_message(error: yaml.MarkedYAMLError, source: Sequence[str]) -> tuple[int, str]:
    """The line, from 0, and a sentence for what the YAML library refuses, or we do."""
    problem = str(error.problem)
    begins_there = error.context in ("while scanning a simple key", "while scanning a quoted scalar")
    mark = error.context_mark if begins_there else error.problem_mark or error.context_mark
    number = min(mark.line, len(source) - 1) if mark else 0
    line = source[number]
    if isinstance(error, _Refused):
        return number, f"{problem}. Mend this line."
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return number, "a tab begins this line. YAML takes spaces."
    value = _VALUE.match(line)
    sign = value[1] if value else ""
    if "mapping values" in problem and number and _NO_SPACE.match(source[number - 1]):
        return number - 1, "no space follows the colon. Write `field: value`."
    if "mapping values" in problem and value and mark and mark.column < value.start(1):
        return number, "this line begins too far to the right, or the one above it too far to the left. Line them up."
    if sign in ("'", '"'):
        return number, _about_quotes(problem)
    if sign and sign in "@`%*&!|>[{,?-":
        return number, f"a value that begins with {sign} needs quotes."
    if "mapping values" in problem:
        indented = " Or does the line stand too far to the right?" if line.startswith(" ") else ""
        return number, f"a value with `: ` needs quotes.{indented}"
    if "expected ':'" in problem:
        return number, "no field stands here. Write `field: value`, or begin with two spaces what belongs to the last."
    if "expected key" in problem or "'-' indicator" in problem:
        return number, "this line does not begin where those do that it belongs to. Line them up."
    return number, f"{problem}. Does the line begin where those above it do?"


def _about_quotes(problem: str) -> str:
    if "escape" in problem:
        return "a backslash between double quotes is a sign of YAML's. Write it twice, or use single quotes."
    if "end of stream" in problem:
        return "the quotation mark is not closed. Close it at the end of the value."
    return "words follow a closing quotation mark. Put all of them between the other kind, ' ' or \" \"."
