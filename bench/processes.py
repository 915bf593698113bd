"""Programs under measurement: started on one processor, watched, ended. Linux alone has what this reads."""

import os
import resource
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, LOAD_CORE = "0", "1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 180


@dataclass
class Finished:
    """What a command cost: seconds of wall clock and of processors, and the most memory of all its processes."""

    wall: float
    cpu: float
    memory: float
    """MiB of PSS: what several processes share is counted once."""


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += tree(int(child))
    except OSError:
        pass
    return found


def cpu_seconds(pid: int) -> float:
    total = 0
    for one in tree(pid):
        try:
            parts = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(parts[11]) + int(parts[12])
        except OSError:
            pass
    return total / TICKS


def memory(pid: int) -> float:
    """MiB of PSS of a process and all below it."""
    total = 0
    for one in tree(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(text.split("Pss:", 1)[1].split()[0])
        except (OSError, IndexError):
            pass
    return total / 1024


def busy() -> tuple[float, float]:
    """Processor seconds of the whole machine: all, and idle."""
    ticks = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(ticks) / TICKS, (ticks[3] + ticks[4]) / TICKS


@contextmanager
def running(command: Sequence[str], environment: dict[str, str], log: Path, url: str) -> Iterator[tuple[int, float]]:
    """A server pinned to its core, as systemd would start it; its process and the seconds until it answered `url`."""
    with log.open("wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, *command], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        while not answers(url):
            if process.poll() is not None or time.monotonic() - began > STARTS_WITHIN:
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
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = 0.0
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.1)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(
            f"{' '.join(command)}: {(process.stderr.read() if process.stderr else b'').decode()[-2000:]}"
        )
    if process.stderr:
        process.stderr.close()
    return Finished(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most)
