"""Lines of code by package, as `python -m tests.code_lines` prints them: no blanks, docstrings, comments or imports."""

import ast
import tokenize
from collections import defaultdict
from io import StringIO
from pathlib import Path

from microsite.config import ROOT

NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
"""Tokens that make no line a line of code."""


def count(source: str) -> int:
    """The number of lines of code in a module's source."""
    lines = {
        line
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(source)):
        match node:
            # A string that stands alone describes a module, class or function, or the name above it.
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant(value=str())):
                lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def count_by_package(folder: Path) -> dict[str, tuple[int, int]]:
    """Modules and lines of code of each package in a folder; `.` are the modules of the folder itself."""
    totals: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path in sorted(folder.rglob("*.py")):
        package, *inside = path.relative_to(folder).parts
        modules, lines = totals[package if inside else "."]
        totals[package if inside else "."] = modules + 1, lines + count(path.read_text(encoding="utf-8"))
    return dict(sorted(totals.items()))


def main() -> None:
    totals = count_by_package(ROOT / "microsite")
    totals["total"] = sum(modules for modules, _ in totals.values()), sum(lines for _, lines in totals.values())
    print("microsite/    modules  lines of code")
    for package, (modules, lines) in totals.items():
        print(f"{package:14}{modules:7}{lines:15,}")


if __name__ == "__main__":
    main()
