"""What `make audit` makes of pip-audit's report: a gap is never “no weakness known”."""

from typing import Any

import pytest

from tests.audit import judged

SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
WEAK = {"name": "jinja2", "version": "3.1.3", "vulns": [{"id": "CVE-2024-34064", "fix_versions": ["3.1.4"]}]}
UNASKED = {"name": "granian", "skip_reason": "Dependency not found on PyPI and could not be audited: granian (2.8.7)"}


@pytest.mark.parametrize(
    ("packages", "status", "report"),
    [
        ([SOUND], 0, "No weakness is known of any of the 1 packages."),
        ([SOUND, WEAK], 1, "jinja2 3.1.3: CVE-2024-34064, mended in 3.1.4"),
        ([SOUND, UNASKED], 3, "Not audited: 1 of 2 packages"),
        ([WEAK, UNASKED], 1, "Not audited: 1 of 2 packages"),
        ([], 3, "Not audited: all of the packages"),
        (None, 3, "Not audited: all of the packages"),
    ],
    ids=["sound", "weak", "unasked", "weak and unasked", "empty", "no report"],
)
def test_what_was_not_asked_is_not_sound(packages: list[Any] | None, status: int, report: str) -> None:
    """Exit status and words, for each kind of report."""
    result, sentences = judged(None if packages is None else {"dependencies": packages})
    assert status == result
    assert report in "\n".join(sentences)
