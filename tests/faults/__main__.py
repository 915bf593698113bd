"""`make faults`: tries what may happen to the site, and writes docs/reliability.md."""

import argparse
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from time import monotonic

from tests.faults import report
from tests.faults.site import ON_DISK

FAULTS = ("kill", "database", "disk", "clock", "slow", "rolling", "reload", "upgrade", "load")
"""Modules of this package, in the order of the table."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--fault", choices=FAULTS, help="try this one alone")
    parser.add_argument("--times", type=int, help="how often each happens, instead of as often as it says itself")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long the mixed load lasts")
    options = parser.parse_args()
    if packages := report.lacking():
        sys.exit(f"Install {', '.join(packages)} first: apt-get install {' '.join(packages)}")
    modules = {name: import_module(f"tests.faults.{name}") for name in FAULTS}
    texts = [module.__doc__ or "" for module in modules.values()]
    if not options.fault:
        report.PATH.unlink(missing_ok=True)  # the table begins anew, in the order of the faults
    failed = False
    for name in [options.fault] if options.fault else FAULTS:
        before, began = os.getloadavg()[0], monotonic()
        with tempfile.TemporaryDirectory(prefix="faults-", dir=ON_DISK) as folder:
            rows = modules[name].run(Path(folder), options.times or modules[name].TIMES, options.minutes)
        lines = {row.fault: row.line(before) for row in rows}
        print(f"{name}: {monotonic() - began:.0f} s", *lines.values(), sep="\n", flush=True)
        report.write(lines, texts)
        failed = failed or any(row.failures for row in rows)
    sys.exit(failed)


if __name__ == "__main__":
    main()
