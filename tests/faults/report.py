"""docs/reliability.md: a row for each fault, replaced when that fault is tried again."""

import os
import shutil
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

from bench.machine import machine
from microsite.config import ROOT
from tests.faults.people import Attempt, Editing, Look, People, Translator
from tests.faults.site import HOST, Site
from tests.postgresql import programs
from tests.servers import NGINX

PATH = ROOT / "docs" / "reliability.md"
MAX_PAGE_SECONDS, MAX_RECOVERY_SECONDS, MAX_GROWTH = 1.0, 3.0, 0.05
LIVE_SECONDS = 2.0
"""Within which the words saved last are on the pages of all nodes, for the row not to fail."""
HEAD = (
    *("Fault", "Times", "Edits saved", "lost", "refused", "without an answer", "Pages asked for", "not served"),
    *("slowest, s", "Recovery, s: median", "worst", "Besides", "Holds", "Load before, after", "When (UTC)"),
)
INTRODUCTION = f"""\
# Reliability

Written by `make faults`; do not edit. `make faults FAULT=kill` tries one of them again.

Two people of marketing and two translators save as fast as they can, each text once; four readers look at all pages
in turn. nginx is in front, as `deploy/nginx.conf` has it. Must: no edit is lost that was acknowledged, a refusal
gives back what was typed, each page is served and within {MAX_PAGE_SECONDS:.0f} s, all four have saved again within
{MAX_RECOVERY_SECONDS:.0f} s of the fault's end, readers then see what was saved last, memory grows by less than
{MAX_GROWTH:.0%}. “Without an answer” is without one of the site's: nobody was there, and nginx said so. Load is the
machine's load average of one minute: above the number of cores, times are those of a busy machine.
"""


@dataclass
class Row:
    """What came of one fault; `failures` are the goals that it missed, in words."""

    fault: str
    times: int | str
    saved: int = 0
    lost: int = 0
    refused: int = 0
    unanswered: int = 0
    asked: int = 0
    unserved: int = 0
    slowest: float = 0.0
    recoveries: list[float] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def line(self, load_before: float) -> str:
        edits = self.saved, self.lost, self.refused, self.unanswered
        recoveries = self.recoveries or [0.0]
        seconds = self.slowest, statistics.median(recoveries), max(recoveries)
        verdict = f"**no**: {'; '.join(self.failures)}" if self.failures else "yes"
        load = f"{load_before:.1f}, {os.getloadavg()[0]:.1f}"
        texts = "; ".join(self.besides), verdict, load, f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
        counts = map(str, (self.times, *edits, self.asked, self.unserved))
        return f"| {' | '.join((self.fault, *counts, *(f'{value:.2f}' for value in seconds), *texts))} |"


def measured(fault: str, times: int | str, site: Site, people: People) -> Row:
    """The row of people who have just left a site that still runs."""
    attempts, looks, saved = people.attempts, people.looks, Counter(site.saved())
    lost = [attempt for attempt in people.acknowledged if not saved[attempt.words]]
    refused = [attempt for attempt in attempts if attempt.status not in (0, 303)]
    swallowed = [attempt for attempt in refused if not attempt.gives_back]
    late = sum(bool(saved[attempt.words]) for attempt in refused)
    unanswered = sum(not attempt.status for attempt in attempts)
    unserved = [look for look in looks if look.status not in (200, 302)]
    slowest = max(look.seconds for look in looks)
    failures = {
        f"{len(lost)} edits lost": lost,
        "an edit was saved twice": max(saved[attempt.words] for attempt in attempts) > 1,
        f"{len(swallowed)} refusals without the words ({_kinds(swallowed)})": swallowed,
        f"{len(unserved)} pages not served ({_kinds(unserved)})": unserved,
        "a page took too long": slowest >= MAX_PAGE_SECONDS,
        "recovery took too long": max(people.recoveries, default=0.0) > MAX_RECOVERY_SECONDS,
        "pages show old words": not shows_newest(site, people.editors, list(saved)),
    }
    row = Row(fault, times, len(people.acknowledged), len(lost), len(refused), unanswered, len(looks), len(unserved))
    row.slowest, row.recoveries = slowest, people.recoveries
    row.besides = [f"refused with {_kinds(refused)}"] * bool(refused) + [f"{late} of them saved all the same"] * bool(
        late
    )
    row.failures = [failure for failure, is_so in failures.items() if is_so]
    return row


def together(fault: str, rows: Sequence[Row]) -> Row:
    """One row of several."""
    names = "times", "saved", "lost", "refused", "unanswered", "asked", "unserved"
    whole = Row(fault, *(sum(getattr(row, name) for row in rows) for name in names))
    whole.slowest = max(row.slowest for row in rows)
    whole.recoveries = [seconds for row in rows for seconds in row.recoveries]
    whole.besides = [f"{row.fault}: {text}" for row in rows for text in row.besides]
    missed = dict.fromkeys(text for row in rows for text in row.failures)
    whole.failures = [f"{text} ({', '.join(row.fault for row in rows if text in row.failures)})" for text in missed]
    return whole


def _kinds(answers: Iterable[Attempt | Look]) -> str:
    statuses = Counter(answer.status for answer in answers)
    return ", ".join(f"{number} × {status or 'no answer'}" for status, number in sorted(statuses.items()))


def shows_newest(site: Site, editors: list[Editing], saved: list[str]) -> bool:
    """Whether every node shows each promotion's newest words, within `LIVE_SECONDS`."""
    newest = {
        editor.name: next(words for words in reversed(saved) if words.startswith(f"{editor.name} "))
        for editor in editors
        if not isinstance(editor, Translator)
    }
    end = monotonic() + LIVE_SECONDS
    while not all(words in home(node.port, tag) for tag, words in newest.items() for node in site.nodes):
        if monotonic() > end:
            return False
        sleep(0.05)
    return True


def home(port: int, tag: str) -> str:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", f"/{tag}/", headers={"Host": HOST})
        return connection.getresponse().read().decode()


def write(lines: dict[str, str], explanations: Sequence[str], path: Path = PATH) -> None:
    """Put these rows, by their fault, into the place of former ones; of another machine, none of those stays."""
    database = programs()
    here = machine([str(NGINX), "-v"], [f"{database}/postgres", "--version"])
    former = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in former.splitlines() if line.startswith("| ")}
    rows = {fault: line for fault, line in rows.items() if here in former and fault != HEAD[0]} | lines
    table = (f"| {' | '.join(HEAD)} |", f"|{'---|' * 2}{'--:|' * 9}{'---|' * 4}", *rows.values())
    parts = INTRODUCTION, f"On {here}.\n", "\n".join(table) + "\n", *(f"{text.strip()}\n" for text in explanations)
    path.write_text("\n".join(parts), encoding="utf-8")


def lacking() -> list[str]:
    """Debian's packages that have to be installed first."""
    needed = {"nginx-light": NGINX, "postgresql": programs(), "gcc": shutil.which("cc")}
    return [package for package, path in needed.items() if not path]
