"""What was measured on: a line for the head of a report."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def machine(*programs: Sequence[str]) -> str:
    """Cores, memory, system and versions; `programs` are commands with which further programs say theirs."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = int(Path("/proc/meminfo").read_text().split("MemTotal:", 1)[1].split()[0]) / 1024 / 1024
    versions = [f"Python {platform.python_version()}", f"granian {version('granian')}", f"Flask {version('flask')}"]
    for command in programs:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        words = (result.stdout + result.stderr).replace("/", " ").replace("v", " ").split()
        number = next((word for word in words if word[:1].isdigit()), "?")
        versions.append(f"{Path(command[0]).name} {number.partition('-')[0].partition('+')[0]}")
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {system}; {', '.join(versions)}"
