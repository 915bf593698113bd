"""docs/performance.md, from what was measured."""

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.processes import Finished
from bench.serving import CONNECTIONS, SECONDS, Round


@dataclass
class Results:
    rounds: dict[str, list[Round]]
    start: float
    memory: float
    sizes: dict[str, int]
    render: dict[str, float]
    few: dict[str, float]
    many: dict[str, Finished | float]
    articles: int

    def to_nginx(self, name: str, figure: str) -> list[float]:
        """One server's figure to nginx's of the same round: the machine's speed drifts, and both feel it."""
        pairs = zip(self.rounds[name], self.rounds["nginx"], strict=True)
        return [getattr(one, figure) / getattr(nginx, figure) for one, nginx in pairs]

    def runs(self, name: str) -> list[Finished]:
        return [one for key, one in self.many.items() if key.startswith(f"{name} ") and isinstance(one, Finished)]

    def number(self, name: str) -> float:
        found = self.many[name]
        assert isinstance(found, float)
        return found


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def write(results: Results) -> str:
    parts = goals(results), races(results), renders(results), growth(results)
    return "\n".join(line for part in parts for line in part)


def goals(results: Results) -> list[str]:
    table = compared(results)
    return [
        "# Performance",
        "",
        f"Written by `make bench`; do not edit. {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}.",
        "",
        "| Goal, all in one run | Measured (least to most) | Must | Aim |",
        "|---|--:|--:|--:|",
        *(f"| {goal} | {value} | {must} | {aim} |" for goal, value, must, aim in table),
        "",
    ]


def compared(results: Results) -> list[tuple[str, str, str, str]]:
    """What is measured, the value, what it must be, what it should be."""
    exports, hugos = results.runs("export"), results.runs("hugo")
    walls = [ours.wall / theirs.wall for ours, theirs in zip(exports, hugos, strict=True)]
    sizes = [ours.memory / theirs.memory for ours, theirs in zip(exports, hugos, strict=True)]
    first = results.many["export, first"]
    again = results.many["export, again"]
    assert isinstance(first, Finished) and isinstance(again, Finished)
    count = spaced(results.articles)
    return [
        (
            "Cached article, requests per second, app to nginx",
            spread(results.to_nginx("app", "rate")),
            "≥ 0.60",
            "≥ 0.85",
        ),
        ("granian alone, one fixed answer, to nginx", spread(results.to_nginx("granian", "rate")), "", ""),
        ("99th percentile, app to nginx", spread(results.to_nginx("app", "p99")), "≤ 2.2", "≤ 1.5"),
        ("granian alone, one fixed answer, to nginx", spread(results.to_nginx("granian", "p99")), "", ""),
        ("First render, CPU, ms", f"{results.render['whole']:.2f}", "≤ 1", "≤ 0.5"),
        (f"Export of {count} × 2, wall, to Hugo", spread(walls), "≤ 2", "≤ 0.75"),
        ("The same, nothing parsed before", f"{first.wall / statistics.median(h.wall for h in hugos):.2f}", "", ""),
        ("Memory of that export, to Hugo", spread(sizes), "≤ 0.3", "≤ 0.15"),
        ("Memory of the serving process, PSS, MiB", f"{results.memory:.0f}", "≤ 90", "≤ 50"),
        ("Start to first 200, s", f"{results.start:.2f}", "≤ 1", "≤ 0.5"),
        (f"The same with {count} × 2, second start, s", f"{results.number('start'):.1f}", "≤ 10", "≤ 3"),
        ("Article over the wire with head, brotli, bytes", f"{results.sizes.get('br', 0)}", "≤ 6 000", ""),
        ("The same for who takes gzip alone", f"{results.sizes.get('gzip', 0)}", "", ""),
    ]


def races(results: Results) -> list[str]:
    all_rounds = [one for rounds in results.rounds.values() for one in rounds]
    return [
        "## How",
        "",
        f"nginx and the app serve the same article, compressed, to {CONNECTIONS} connections of wrk that stay open, in"
        f" {len(results.rounds['app'])} rounds of {SECONDS} s in turn; they share core 0, wrk has core 1;"
        " displays are counted. granian alone is the app's server over a function that returns the same bytes at once:"
        " no app behind it can be faster."
        " Ratios are of the same round, values are medians.",
        "",
        "| | requests/s | 99th percentile, ms | server's core busy |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {spread([r.rate for r in rounds], 0)} | {spread([r.p99 for r in rounds])} |"
            f" {spread([r.core for r in rounds])} |"
            for name, rounds in results.rounds.items()
        ),
        "",
        f"Noise: {spread([one.other for one in all_rounds])} cores were busy with something else"
        f"{'; too much: take this run as a trial' if statistics.median(r.other for r in all_rounds) > 0.3 else ''}."
        f" The load: {[round(one, 1) for one in os.getloadavg()]}.",
        "",
    ]


def renders(results: Results) -> list[str]:
    return [
        "## A first render",
        "",
        "| | ms of CPU |",
        "|---|--:|",
        *(f"| {name} | {value:.2f} |" for name, value in results.render.items()),
        "",
    ]


def growth(results: Results) -> list[str]:
    count = spaced(results.articles)
    return [
        f"## {count} articles in two languages",
        "",
        "| | wall, s | CPU, s | memory, MiB |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {one.wall:.1f} | {one.cpu:.1f} | {one.memory:.0f} |"
            for name, one in results.many.items()
            if isinstance(one, Finished)
        ),
        "",
        f"Serving them takes {results.number('memory'):.0f} MiB. Milliseconds of CPU:",
        "",
        f"| | {len(list(Path('site/articles').iterdir()))} articles | {count} articles |",
        "|---|--:|--:|",
        *(f"| {name} | {value:.3f} | {results.number(name):.3f} |" for name, value in results.few.items()),
        "",
        "An export writes pages, lists, feeds, sitemap and `.gz`; Hugo the same without `.gz`, from layouts that make"
        " the same parts of a page (`bench/hugo`). Both use all cores.",
        "",
    ]


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def machine() -> str:
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = int(Path("/proc/meminfo").read_text().split("MemTotal:", 1)[1].split()[0]) / 1024 / 1024
    programs = {
        "nginx": ["nginx", "-v"],
        "hugo": ["hugo", "version"],
    }
    said = [f"Python {platform.python_version()}", f"granian {version('granian')}", f"Flask {version('flask')}"]
    for name, command in programs.items():
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, env={"PATH": "/usr/sbin:/usr/bin"}
        )
        words = (result.stdout + result.stderr).replace("/", " ").replace("v", " ").split()
        number = next((word for word in words if word[:1].isdigit()), "?")
        said.append(f"{name} {number.partition('-')[0].partition('+')[0]}")
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {platform.system()} {platform.release()}; {', '.join(said)}"
    )
