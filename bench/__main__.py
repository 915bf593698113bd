"""`make bench`: measures on this machine and writes docs/performance.md. Some minutes; nothing else should run."""

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from bench import articles, inside, serving, wire
from bench.processes import PATH, Finished, finish, program
from bench.report import Results, write
from bench.worst import rows, worst
from microsite.config import ROOT

NEEDED = {"wrk": "wrk", "nginx": "nginx-light", "hugo": "hugo", "taskset": "util-linux"}
EXPORTS = 3
COLD = 500
"""Articles, in each of two languages, for the cold render."""


def say(text: str) -> None:
    print(text, flush=True)


def export_command(folder: Path) -> list[str]:
    flask = [sys.executable, "-m", "flask", "--app", "app", "export", str(folder)]
    return [*flask, "--base-url", "https://privacy.example", "--no-share-images"]


def exports(folder: Path, environment: dict[str, str]) -> dict[str, Finished]:
    """Our export and Hugo's build of the same articles, each into a new folder, the order turned round each time."""
    runs = {}
    hugo = [program("hugo"), "--quiet", "--destination"]
    for number in range(EXPORTS):
        ours, theirs = folder / f"out{number}", folder / f"public{number}"
        steps = [
            (f"export {number + 1}", export_command(ours), ROOT),
            (f"hugo {number + 1}", [*hugo, str(theirs)], folder / "hugo"),
        ]
        for name, command, where in steps[:: -1 if number % 2 else 1]:
            say(name)
            runs[name] = finish(command, environment, where)
        shutil.rmtree(theirs)
        if number < EXPORTS - 1:
            shutil.rmtree(ours)
    say("export, again")
    runs["export, again"] = finish(export_command(ours), environment, ROOT)
    return runs


def large(folder: Path, count: int) -> dict[str, Finished | float]:
    """Everything that is measured with many articles."""
    site, instance = folder / "site", folder / "instance"
    say(f"writing {count} × 2 articles")
    articles.write_site(site, count)
    articles.write_hugo(folder / "hugo", count)
    environment = {**serving.environment(instance, site), "HUGO_CACHEDIR": str(folder / "cache")}
    results: dict[str, Finished | float] = {}
    say("export, nothing parsed yet")
    results["export, first"] = finish(export_command(folder / "out"), environment, ROOT)
    shutil.rmtree(folder / "out")
    results |= exports(folder, environment)
    say("second start")
    results["start"], results["memory"] = serving.start_and_memory(instance, site, "/en/blog/", 2)
    say("growth")
    results |= inside.growth(site, instance)
    return results


def measured(folder: Path, count: int) -> Results:
    say(f"app against nginx: {serving.MIN_ROUNDS} rounds of {serving.SECONDS} s each, or more")
    (folder / "race").mkdir()
    rounds = serving.race(folder / "race")
    say("start, memory, size, first render")
    small = folder / "small"
    start, memory = serving.start_and_memory(small, inside.REAL, "/en/", 5)
    weighed = wire.weigh_articles(small)
    articles.write_site(folder / "some", COLD)
    cold = inside.cold_render(folder / "some", folder / "cold")
    warm = inside.warm_render(small)
    few = inside.growth(shutil.copytree(inside.REAL, folder / "few"), small)
    many = large(folder / "large", count)
    say("worst inputs")
    return Results(rounds, start, memory, weighed, cold, warm, few, many, count, worst(small))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000, help="how many, in each of two languages")
    parser.add_argument("--print", action="store_true", help="print instead of writing docs/performance.md")
    parser.add_argument("--worst", action="store_true", help="measure and print the worst inputs alone: half a minute")
    options = parser.parse_args()
    if options.worst:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            return say("\n".join(rows(worst(Path(name)))))
    lacking = [package for name, package in NEEDED.items() if not shutil.which(name, path=PATH)]
    if lacking:
        sys.exit(f"Install {', '.join(lacking)} first: apt-get install {' '.join(lacking)}")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        results = measured(folder, options.articles)
    text = write(results)
    if options.print:
        say(text)
    else:
        (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")
        say(f"docs/performance.md; app/nginx {statistics.median(results.to_nginx('app', 'rate')):.2f}")


if __name__ == "__main__":
    main()
