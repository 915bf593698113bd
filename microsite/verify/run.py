"""All promises in their order, each a list of checks, put to one copy of the site."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from microsite.verify import access, browser, language, links, privacy, promotions, text
from microsite.verify.copy import Check, Copy
from microsite.verify.page import Finding

PROMISES: dict[str, tuple[Check, ...]] = {
    "privacy": privacy.CHECKS,
    "language": language.CHECKS,
    "links": links.CHECKS,
    "promotions": promotions.CHECKS,
    "text": text.CHECKS,
    "access": access.CHECKS,
}


class Counts(NamedTuple):
    """Of a promise: how many checks were made, and what they found."""

    checks: int
    faults: int
    warnings: int


@dataclass
class Report:
    """What was looked at, and what was found, by promise and check."""

    site: str
    pages: int
    others: int
    """Feeds, pictures, files, redirects."""
    is_whole: bool
    checks: dict[str, dict[str, list[Finding]]] = field(default_factory=dict)
    """The findings of each check, by promise and check."""
    no_browser: str = ""
    """Why nothing was looked at in a browser; empty: it was."""
    moment: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def counts(self, promise: str) -> Counts:
        checks = self.checks[promise]
        findings = list(chain.from_iterable(checks.values()))
        warnings = sum(finding.is_warning for finding in findings)
        return Counts(len(checks), len(findings) - warnings, warnings)

    @property
    def faults(self) -> int:
        return sum(self.counts(promise).faults for promise in self.checks)


REASONS = browser.REASONS | {
    check.__name__: (check.__doc__ or "").strip() for checks in PROMISES.values() for check in checks
}
"""Why each check is made."""


def run(
    copy: Copy, only: Collection[str] = (), progress: Callable[[int, int], None] = lambda done, known: None
) -> Report:
    """Put every check to a copy that was walked, or `only` those of some promises.

    `progress` hears how many are done, and of how many.
    """
    report = Report(
        copy.base or copy.visitor.origin, len(copy.pages), len(copy.answers) - len(copy.pages), copy.is_whole
    )
    promises = [promise for promise in PROMISES if not only or promise in only]
    every = [(promise, check) for promise in promises for check in PROMISES[promise]]
    for number, (promise, check) in enumerate(every, 1):
        report.checks.setdefault(promise, {})[check.__name__] = list(check(copy))
        progress(number, len(every))
    return report


def look_in_browser(copy: Copy, report: Report, progress: Callable[[int, int], None]) -> None:
    """Add to the report what a browser finds, or why there is none."""
    try:
        for check, findings in browser.look(copy, progress).items():
            if (promise := browser.PROMISES[check]) in report.checks:
                report.checks[promise][check] = findings
    except browser.NoBrowser as error:
        report.no_browser = str(error)
