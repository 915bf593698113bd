"""`make bench`: measures on this machine and writes docs/performance.md. Some minutes; nothing else should run."""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from bench import articles, inside, serving
from bench.processes import Finished, answers, finish, running
from bench.report import Results, write
from microsite.config import ROOT

NEEDED = {"wrk": "wrk", "nginx": "nginx-light", "hugo": "hugo", "taskset": "util-linux"}


def say(text: str) -> None:
    print(text, flush=True)


def export_command(folder: Path) -> list[str]:
    flask = [sys.executable, "-m", "flask", "--app", "app", "export", str(folder)]
    return [*flask, "--base-url", "https://privacy.example", "--no-share-images"]


def large(folder: Path, count: int) -> dict[str, Finished | float]:
    """Everything that is measured with many articles."""
    site, instance, hugo = folder / "site", folder / "instance", folder / "hugo"
    say(f"writing {count} × 2 articles")
    articles.write_site(site, count)
    articles.write_hugo(hugo, count)
    environment = {**serving.environment(instance, site), "HUGO_CACHEDIR": str(folder / "cache")}
    found: dict[str, Finished | float] = {}
    say("export, nothing parsed yet")
    found["export, first"] = finish(export_command(folder / "out"), environment, ROOT)
    shutil.rmtree(folder / "out")
    for number in range(2):
        say(f"export and Hugo, round {number + 1}")
        found[f"export {number}"] = finish(export_command(folder / f"out{number}"), environment, ROOT)
        build = ["hugo", "--quiet", "--destination", str(folder / f"public{number}")]
        found[f"hugo {number}"] = finish(build, environment, hugo)
    found["export, again"] = finish(export_command(folder / "out0"), environment, ROOT)
    say("second start")
    found["start"], found["memory"] = serving.start_and_memory(instance, site, "/en/blog/", 2)
    say("growth")
    for name, milliseconds in inside.growth(site, instance).items():
        found[name] = milliseconds
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000, help="how many, in each of two languages")
    parser.add_argument("--print", action="store_true", help="print instead of writing docs/performance.md")
    given = parser.parse_args()
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    lacking = [package for program, package in NEEDED.items() if not shutil.which(program, path=path)]
    if lacking:
        sys.exit(f"Install {', '.join(lacking)} first: apt-get install {' '.join(lacking)}")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        say(f"app against nginx: {serving.ROUNDS} rounds of {serving.SECONDS} s each")
        (folder / "race").mkdir()
        rounds = serving.race(folder / "race")
        say("start, memory, size, first render")
        start, memory = serving.start_and_memory(folder / "small", inside.REAL, "/en/", 5)
        url = f"http://127.0.0.1:{serving.APP}{serving.ARTICLE}"
        command, environment = serving.app_command(), serving.environment(folder / "small")
        with running(command, environment, folder / "log", url):
            answers(url)
            sizes = serving.wire_size()
        render = inside.first_render(folder / "small")
        few = inside.growth(shutil.copytree(inside.REAL, folder / "few"), folder / "small")
        many = large(folder / "large", given.articles)
    results = Results(rounds, start, memory, sizes, render, few, many, given.articles)
    text = write(results)
    if given.print:
        say(text)
    else:
        (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")
        say(f"docs/performance.md; app/nginx {statistics.median(results.to_nginx('app', 'rate')):.2f}")


if __name__ == "__main__":
    main()
