"""docs/performance.md, from what was measured."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from bench.inside import REAL, Cold
from bench.machine import machine
from bench.processes import Finished, program
from bench.serving import BUSY, CONNECTIONS, MIN_QUIET_ROUNDS, SECONDS, Load, Round, quiet
from bench.wire import Weighed
from bench.worst import Worst, rows


@dataclass
class Results:
    rounds: list[Round]
    start: float
    memory: float
    weighed: list[Weighed]
    cold: Cold
    warm: dict[str, float]
    few: dict[str, float]
    many: dict[str, Finished | float]
    articles: int
    worst: list[Worst]

    @property
    def used(self) -> list[Round]:
        """The rounds that the medians are of; all of them where none was quiet, which the report says."""
        return quiet(self.rounds) or self.rounds

    def to_nginx(self, name: str, figure: str) -> list[float]:
        """One server's figure to nginx's of the same round: the machine's speed drifts, and both feel it."""
        return [getattr(loads[name], figure) / getattr(loads["nginx"], figure) for loads in self.used]

    def loads(self, name: str) -> list[Load]:
        return [loads[name] for loads in self.used]

    def runs(self, name: str) -> list[Finished]:
        return [run for key, run in self.many.items() if key.startswith(f"{name} ") and isinstance(run, Finished)]

    def number(self, name: str) -> float:
        value = self.many[name]
        assert isinstance(value, float)
        return value


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def write(results: Results) -> str:
    parts = goals(results), races(results), renders(results), wire(results), growth(results), rows(results.worst)
    return "\n".join(line for part in parts for line in part)


def goals(results: Results) -> list[str]:
    table = compared(results)
    here = machine([program("nginx"), "-v"], [program("hugo"), "version"])
    return [
        "# Performance",
        "",
        f"Written by `make bench`; do not edit. {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {here}.",
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
    assert isinstance(first, Finished)
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
        (
            f"First render, CPU, ms: {results.cold.pages} pages, each once in a new edition, mean",
            f"{results.cold.first:.2f}",
            "≤ 1.1",
            "≤ 0.5",
        ),
        ("The same, warm: one page again and again, median", f"{results.warm['whole']:.2f}", "", ""),
        (f"Export of {count} × 2, wall, to Hugo", spread(walls), "≤ 2", "≤ 0.75"),
        ("The same, nothing parsed before", f"{first.wall / statistics.median(h.wall for h in hugos):.2f}", "", ""),
        ("Memory of that export, to Hugo", spread(sizes), "≤ 0.3", "≤ 0.15"),
        ("Memory of the serving process, PSS, MiB", f"{results.memory:.0f}", "≤ 110", ""),
        ("Start to first 200, s", f"{results.start:.2f}", "≤ 1", "≤ 0.5"),
        (f"The same with {count} × 2, second start, s", f"{results.number('start'):.1f}", "≤ 10", "≤ 3"),
        *sizes_of(results.weighed),
    ]


def sizes_of(weighed: list[Weighed]) -> list[tuple[str, str, str, str]]:
    """Rows for what an article weighs."""
    largest = max(weighed, key=attrgetter("gzip"))
    return [
        (
            f"Our {len(weighed)} articles, each over the wire with head, gzip, bytes",
            spread([article.gzip for article in weighed], 0),
            "≤ 12 000, each",
            "",
        ),
        (f"The largest: {largest.words} words in {largest.language}, `{largest.slug}`", f"{largest.gzip}", "", ""),
        ("The same articles in brotli", spread([article.brotli for article in weighed], 0), "", ""),
    ]


def races(results: Results) -> list[str]:
    return [
        "## How",
        "",
        f"nginx and the app serve the same article, compressed, to {CONNECTIONS} connections of wrk that stay open, in"
        f" rounds of {SECONDS} s in turn; they share core 0, wrk has core 1; displays are counted. granian alone is the"
        " app's server, set up the same, over a function that returns the same bytes under the same headers at once: no"
        " app behind it can be faster. Ratios are of the same round, values are medians.",
        "",
        "| | requests/s | 99th percentile, ms | server's core busy | wrk's core busy |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {name} | {spread([r.rate for r in loads], 0)} | {spread([r.p99 for r in loads])} |"
            f" {spread([r.core for r in loads])} | {spread([r.wrk for r in loads])} |"
            for name in ("nginx", "app", "granian")
            for loads in [results.loads(name)]
        ),
        "",
        noise(results),
        "",
    ]


def noise(results: Results) -> str:
    """What else the machine did, and which rounds it spoilt."""
    counted = len(quiet(results.rounds))
    below = len(results.rounds) - counted
    others = [load.other for loads in results.rounds for load in loads.values()]
    text = f"Noise: {spread(others)} cores were busy with neither server nor wrk, in all rounds."
    text += f" {below} of {len(results.rounds)} rounds below {BUSY}"
    if below:
        text += " (a server had less than that of its core)"
        text += ", left out" if counted else "; so none is left out: **take this run as a trial**"
    text += "."
    if 0 < counted < MIN_QUIET_ROUNDS:
        text += f" Only {counted} remained, fewer than {MIN_QUIET_ROUNDS}: **take this run as a trial**."
    return f"{text} The load: {[round(load, 1) for load in os.getloadavg()]}."


def renders(results: Results) -> list[str]:
    cold = results.cold
    rows = {
        f"cold: each of {cold.pages} generated pages exactly once in a new edition, mean": cold.first,
        "the same pages once more in that edition, mean": cold.second,
        "gzip -9 of them, once each, which comes on top, mean": cold.gzip,
        "warm: one of our articles again and again, median": results.warm["whole"],
        **{f"warm, {name}": value for name, value in results.warm.items() if name != "whole"},
    }
    return [
        "## A first render",
        "",
        "| | ms of CPU |",
        "|---|--:|",
        *(f"| {name} | {value:.2f} |" for name, value in rows.items()),
        "",
    ]


def wire(results: Results) -> list[str]:
    languages = dict.fromkeys(article.language for article in results.weighed)
    by_language = [[article for article in results.weighed if article.language == language] for language in languages]
    return [
        "## Over the wire",
        "",
        "One HTTP response on a connection that is open, head and body; style and drawings are in it. Brotli is made"
        " after the first request for it; until then, and so once at least for each page of an edition, gzip goes out.",
        "",
        "| | articles | words | brotli, bytes | gzip, bytes |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {some[0].language} | {len(some)} | {spread([article.words for article in some], 0)} |"
            f" {spread([article.brotli for article in some], 0)} | {spread([article.gzip for article in some], 0)} |"
            for some in by_language
        ),
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
            f"| {name} | {run.wall:.1f} | {run.cpu:.1f} | {run.memory:.0f} |"
            for name, run in results.many.items()
            if isinstance(run, Finished)
        ),
        "",
        f"Serving them takes {results.number('memory'):.0f} MiB. Milliseconds of CPU:",
        "",
        f"| | {len(list((REAL / 'articles').iterdir()))} articles | {count} articles |",
        "|---|--:|--:|",
        *(f"| {name} | {value:.3f} | {results.number(name):.3f} |" for name, value in results.few.items()),
        "",
        "An export writes pages, lists, feeds, sitemap and `.gz`; Hugo the same without `.gz`, from layouts that make"
        " the same parts of a page (`bench/hugo`). Both use all cores; who goes first changes with each round."
        " A changed wording was saved in the database: it is read from there, and the new edition made.",
        "",
    ]


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
