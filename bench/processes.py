"""Programs under measurement: started on one processor, watched, ended. Linux alone has what this reads."""

import os
import resource
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from microsite.config import ROOT

SERVER_CORE, LOAD_CORE = "0", "1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
TICKS = os.sysconf("SC_CLK_TCK")
MAX_START_SECONDS = 180
PATH = os.environ.get("PATH", os.defpath) + ":/usr/sbin"
"""Where the programs are looked for; those that are measured are given a shorter one, and so run by their full path."""


def program(name: str) -> str:
    if path := shutil.which(name, path=PATH):
        return path
    raise FileNotFoundError(f"there is no {name} in {PATH}")


@dataclass
class Finished:
    """What a command cost: seconds of wall clock and of processors, and the most memory of all its processes."""

    wall: float
    cpu: float
    memory: float
    """MiB of PSS: what several processes share is counted once."""


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    pids = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                pids += tree(int(child))
    except OSError:
        pass
    return pids


def cpu_seconds(pid: int) -> float:
    total = 0
    for process in tree(pid):
        try:
            parts = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(parts[11]) + int(parts[12])
        except OSError:
            pass
    return total / TICKS


def cpu_seconds_of_ended() -> float:
    """Of all programs that this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory(pid: int) -> float:
    """MiB of PSS of a process and all below it."""
    total = 0
    for process in tree(pid):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(text.split("Pss:", 1)[1].split()[0])
        except (OSError, IndexError):
            pass
    return total / 1024


def busy() -> float:
    """Processor seconds that the whole machine has spent on anything."""
    user, nice, system, _idle, _waiting, *rest = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) / TICKS


@contextmanager
def running(command: Sequence[str], environment: dict[str, str], log: Path, url: str) -> Iterator[tuple[int, float]]:
    """A server pinned to its core, as systemd would start it; its process and the seconds until it answered `url`."""
    if answers(url):
        raise RuntimeError(f"something else answers {url} already: it would be measured instead of {command[0]}")
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [program("taskset"), "-c", SERVER_CORE, *command],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        while not answers(url):
            if process.poll() is not None or time.monotonic() - began > MAX_START_SECONDS:
                raise RuntimeError(f"{command[0]} does not answer {url}:\n{log.read_text()}")
            time.sleep(0.005)
        yield process.pid, time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def finish(command: Sequence[str], environment: dict[str, str], folder: Path) -> Finished:
    """Run a command on all processors to its end."""
    before = cpu_seconds_of_ended()
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = 0.0
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.1)
    wall = time.monotonic() - began
    cpu = cpu_seconds_of_ended() - before
    if process.returncode:
        raise RuntimeError(
            f"{' '.join(command)}: {(process.stderr.read() if process.stderr else b'').decode()[-2000:]}"
        )
    if process.stderr:
        process.stderr.close()
    return Finished(wall, cpu, most)
