"""docs/security-asvs.md answers every requirement of OWASP ASVS 5.0, levels 1 and 2, with what there is."""

import ast
import re
from functools import cache
from typing import NamedTuple

from microsite.config import ROOT

DOCUMENT = ROOT / "docs" / "security-asvs.md"
REQUIREMENTS = (ROOT / "tests" / "asvs-5.0.0.txt").read_text().split()
"""Numbers of all requirements of levels 1 and 2, as version 5.0.0 of the standard has them."""
KINDS = ("Test", "Docs", "Not applicable", "Open")
ROW = re.compile(r"^\| ([\d.]+) \| [^|]+ \| ([^:|]+): ([^|]+) \|$", re.MULTILINE)
NODE = re.compile(r"`(tests/[^`]+\.py)::([^`]+)`")
PLACE = re.compile(r"\]\(([^)#]*)#([^)]+)\)")


class Row(NamedTuple):
    number: str
    """Of a requirement; of a section or a chapter where one answer is for all that is in it."""
    kind: str
    answer: str

    @property
    def requirements(self) -> list[str]:
        return [number for number in REQUIREMENTS if f"{number}.".startswith(f"{self.number}.")]


ROWS = [Row(*row) for row in ROW.findall(DOCUMENT.read_text())]


def counts() -> dict[str, int]:
    """Requirements by kind of answer, as the document says at its beginning."""
    return {kind: sum(len(row.requirements) for row in ROWS if row.kind == kind) for kind in KINDS}


def test_every_requirement_has_one_answer() -> None:
    """In the order of the standard; no line of the tables is anything else, and the counts at the top are right."""
    lines = re.findall(r"^\| \d.*", DOCUMENT.read_text(), re.MULTILINE)

    assert REQUIREMENTS == [number for row in ROWS for number in row.requirements]
    assert len(lines) == len(ROWS)
    assert set(KINDS) >= {row.kind for row in ROWS}
    assert ", ".join(f"{kind.lower()} {count}" for kind, count in counts().items()) in DOCUMENT.read_text()


def test_each_test_that_is_named_exists() -> None:
    """By file, class and name; an answer that is a test names one."""
    named = {row.number: NODE.findall(row.answer) for row in ROWS if row.kind == "Test"}

    assert [number for number, nodes in named.items() if not nodes] == []
    assert [name for nodes in named.values() for path, name in nodes if name not in names_in(path)] == []


@cache
def names_in(path: str) -> set[str]:
    """`test_name` and `TestClass::test_name` of a module."""
    body = ast.parse((ROOT / path).read_text()).body
    classes = [("", body), *((f"{node.name}::", node.body) for node in body if isinstance(node, ast.ClassDef))]
    return {f"{prefix}{node.name}" for prefix, nodes in classes for node in nodes if isinstance(node, ast.FunctionDef)}


def test_each_place_that_is_named_exists() -> None:
    """A heading of a document; an answer that is a place names one."""
    named = {row.number: PLACE.findall(row.answer) for row in ROWS}

    assert [row.number for row in ROWS if row.kind == "Docs" and not named[row.number]] == []
    assert [place for places in named.values() for place in places if place[1] not in anchors(place[0])] == []


@cache
def anchors(path: str) -> set[str]:
    """What GitHub makes of the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", (DOCUMENT.parent / path).read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
