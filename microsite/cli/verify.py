"""`flask verify`: whether a running copy, or an export, keeps what the site promises; from outside, as a visitor."""

import json
import os
import re
import signal
import tomllib
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from microsite.cli.errors import CommandError
from microsite.cli.progress_bar import progress_bar
from microsite.config import ROOT, load_settings
from microsite.content.verification import VERIFIED_TOML, Promise, PromiseOutcome, Verification, as_toml
from microsite.environment import PREFIX
from microsite.regular_files import write_atomically
from microsite.runtime import runtime_of
from microsite.verify.folder import answering, served

if TYPE_CHECKING:
    from microsite.verify.run import Report

MAX_MINUTES = 30
"""Of all of it. A walk ends at its bounds long before."""
ADDRESS = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:(?P<port>\d{1,5}))?(?=[/?#]|$)", re.IGNORECASE)
"""Without a name and password, which nobody needs."""
MAX_PORT = 65_535


@click.command("verify")
@click.argument("target", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the reason of each check.")
@click.option("--browser/--no-browser", default=True, help="Walk over all pages in Chromium as well, with axe.")
@click.option(
    "--only", multiple=True, type=click.Choice(get_args(Promise)), help="Look at this promise alone; again: at both."
)
@click.option("--keep", is_flag=True, help="Write what was found to the site's folder, for the page “Check us”.")
@pass_script_info
def verify(
    script: ScriptInfo, target: str | None, as_json: bool, browser: bool, only: tuple[str, ...], keep: bool
) -> None:
    """Look at TARGET, an address or the folder of an export, as a visitor does; end with 1 if a promise is not kept.

    Without TARGET: at this working copy, served for as long as it takes. No total of the site counts these requests,
    but for one view of each page that has an advertisement.
    """
    if keep and (only or not _is_address(target)):
        raise CommandError("--keep is for all that readers reach. Name the site's public address, and no promise.")
    try:
        import microsite.verify.run  # noqa: F401 (brings all that a server does without)
    except ModuleNotFoundError as error:
        lock = "requirements/verify.txt"
        message = f"{error.name} is not installed. Run pip install --require-hashes --no-deps -r {lock}"
        raise CommandError(message) from error
    with _origin(script, target) as origin, _at_most(MAX_MINUTES):
        report = _look_at(origin, only, browser)
    click.echo(_as_json(report) if as_json else "\n".join(map(_printable, _lines(report))))
    if keep:
        _keep(report)
    if report.faults:
        raise SystemExit(1)


def _look_at(origin: str, only: Collection[str], with_browser: bool) -> "Report":
    """Raises CommandError for a site that does not answer, or has no pages."""
    from microsite.verify.copy import Copy
    from microsite.verify.rules import read_rules
    from microsite.verify.run import look_in_browser, run
    from microsite.verify.visit import Unreachable, Visitor

    with Visitor(origin) as visitor:
        copy = Copy(visitor, read_rules(load_settings().site))
        try:
            with progress_bar("Addresses") as advance:
                copy.walk(advance)
        except Unreachable as error:
            raise CommandError(_printable(f"{error}. Is it the site's address, and reached from here?")) from error
        if not copy.pages:
            elsewhere = copy.answers["/"].header("location")
            hint = f" It leads to {elsewhere}." if elsewhere else ""
            raise CommandError(_printable(f"{origin} has no page to look at.{hint} Name the site's own address."))
        with progress_bar("Checks") as advance:
            report = run(copy, only, advance)
        if with_browser and (not only or {"privacy", "access"} & set(only)):
            with progress_bar("Browser") as advance:
                look_in_browser(copy, report, advance)
        else:
            report.no_browser = "nobody asked for it"
    return report


@contextmanager
def _at_most(minutes: float) -> Iterator[None]:
    """Raises CommandError once they are over, where the system has an alarm."""

    def end(*_: object) -> None:
        raise CommandError(f"Not done within {minutes:g} minutes: the site is too slow, or too large, to be looked at.")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, minutes * 60)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _printable(line: str) -> str:
    """What a site says may hold signs that a terminal obeys."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\ufffd", line)


def _is_address(target: str | None) -> bool:
    return (target or "").lower().startswith(("http:", "https:"))


def _keep(report: "Report") -> None:
    """Write `verified.toml`. Raises CommandError where not all was looked at, or the folder cannot be written."""
    if not report.is_whole:
        raise CommandError("Not kept: the walk ended at its bounds, and readers would take it for all of the site.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    verification = Verification(
        moment=report.moment,
        version=project["version"],
        site=report.site,
        pages=report.pages,
        others=report.others,
        browser=not report.no_browser,
        promises={promise: PromiseOutcome(**report.counts(promise)._asdict()) for promise in report.checks},
    )
    path = load_settings().site / VERIFIED_TOML
    try:
        write_atomically(path, as_toml(verification).encode())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}. Run the command where the site's texts are kept.") from error
    click.echo(f"{path}: kept. Readers see it on the page “Check us” once it is where the site is served.", err=True)


def _origin(script: ScriptInfo, target: str | None) -> AbstractContextManager[str]:
    """Where the copy answers. Raises CommandError."""

    def working_copy(origin: str) -> Flask:
        create_app: Callable[..., Flask] = script.load_app().extensions["create_app"]
        app = create_app(load_settings({**os.environ, f"{PREFIX}BASE_URL": origin}))
        runtime_of(app).store.upgrade()
        return app

    if target is None:
        return answering(working_copy)
    if _is_address(target):
        address = ADDRESS.match(target)
        if not address or int(address["port"] or 80) > MAX_PORT:
            raise CommandError(f"{target}: no address of a site. Name one such as https://privacy.example")
        return nullcontext(address[0].lower())
    try:
        return served(Path(target))
    except OSError as error:
        raise CommandError(f"{target}: no export ({error.strerror}). Name an address, or a folder of one.") from error


def _lines(report: "Report") -> Iterator[str]:
    """For people: a line for each promise, then one for each finding."""
    yield f"{report.site}: {report.pages} pages, {report.others} other addresses."
    if not report.is_whole:
        yield "There is more: the walk ended at its bounds."
    for promise in report.checks:
        count, faults, warnings = report.counts(promise)
        result = f"{faults} not kept" if faults else "holds"
        result += f", {warnings} for the publisher" if warnings else ""
        yield f"  {promise:12}{count:3} checks   {result}"
    if report.no_browser:
        yield f"Not looked at in a browser: {report.no_browser}."
    for promise, checks in report.checks.items():
        for check, findings in checks.items():
            for finding in findings:
                kind = "warning: " if finding.is_warning else ""
                yield f"{finding.page}: {kind}{finding.message}. {finding.advice} ({promise}, {check})"


def _as_json(report: "Report") -> str:
    from microsite.verify.run import REASONS

    promises = {
        promise: [
            {"check": check, "reason": REASONS[check], "findings": [finding._asdict() for finding in findings]}
            for check, findings in checks.items()
        ]
        for promise, checks in report.checks.items()
    }
    facts = {"site": report.site, "moment": report.moment.isoformat(), "pages": report.pages, "others": report.others}
    outcome = {"whole": report.is_whole, "no_browser": report.no_browser, "faults": report.faults}
    return json.dumps({**facts, **outcome, "promises": promises}, indent=2)
