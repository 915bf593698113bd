"""What counts as a line of code."""

from pathlib import Path

from tests.code_lines import count, count_by_package

MODULE = '''"""A module,
explained on two lines."""

import os
from pathlib import (
    Path,
)

# A constant.
HERE = Path(
    "a"  # of two lines of code and more

)
"""What it is for."""


def here() -> str:
    """The folder."""
    import sys

    if HERE:
        return f"""{os.sep}

        {sys.path}"""
    return "# no comment"
'''


def test_blanks_docstrings_comments_and_imports_are_no_code() -> None:
    """Whatever a statement or a string spans is, blank lines within a string as well."""
    assert 9 == count(MODULE)


def test_packages_are_counted_by_name(tmp_path: Path) -> None:
    """With all that is below them; modules beside the packages are counted together."""
    for name, source in {"a.py": "a = 1\n", "b/__init__.py": '"""B."""\n', "b/c/d.py": "d = 1\ne = 2\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)

    assert {".": (1, 1), "b": (2, 2)} == count_by_package(tmp_path)
