"""`flask content links`: whether the addresses that texts and promotions name still answer.

Asked from the machine of whoever runs the command, with its own network; a server that serves readers asks nobody.
"""

import errno
import re
import socket
import urllib.error
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import click

from microsite.cli.errors import CommandError, report
from microsite.config import load_settings
from microsite.faults import Fault
from microsite.regular_files import MiB, read_regular_file

TIMEOUT_SECONDS = 15
MAX_AT_ONCE = 8
MAX_FILE_BYTES = 1 * MiB
USER_AGENT = "Mozilla/5.0 (compatible; Planet Privacy, checks its links by hand)"
ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]]+")
REFUSES_PROGRAMS = {401, 403, 405, 406, 429, 451, 999}
"""Statuses that a page in good health gives to programs: somebody has to look."""


class Place(NamedTuple):
    path: Path
    line: int


class Answer(NamedTuple):
    """What came back for an address: nothing to say, a sentence, or that there is no network to ask through."""

    message: str = ""
    is_sure: bool = True
    has_network: bool = True


@click.command("links")
def content_links() -> None:
    """Ask every address that texts and promotions name, from this machine, whether it still answers."""
    places = addresses_below(load_settings().site)
    with ThreadPoolExecutor(MAX_AT_ONCE) as pool:
        answers = dict(zip(places, pool.map(ask, places), strict=True))
    if answers and not any(answer.has_network for answer in answers.values()):
        raise CommandError("None of the addresses could be asked: this machine reaches no network. Try it on another.")
    report(
        Fault(path, line, f"{address} {answer.message}", warning=not answer.is_sure)
        for address, answer in answers.items()
        if answer.message
        for path, line in places[address]
    )
    click.echo(f"{len(places)} addresses answer.")


def addresses_below(site: Path) -> dict[str, list[Place]]:
    """Every address in the texts and promotions of a site, with where it stands."""
    places: dict[str, list[Place]] = defaultdict(list)
    for path in sorted(chain(site.glob("*/*/*.md"), site.glob("promotions/*.toml"))):
        text = read_regular_file(path, MAX_FILE_BYTES).decode(errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            for address in ADDRESS.findall(line):
                places[address.rstrip(".,;:!?")].append(Place(path, number))
    return dict(places)


def ask(address: str) -> Answer:
    """Follow an address to its end, reading no page."""
    request = urllib.request.Request(address, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return Answer() if response.status < 400 else Answer(f"answers {response.status}.")
    except urllib.error.HTTPError as error:
        if error.code in REFUSES_PROGRAMS:
            return Answer(f"answers {error.code} to programs. Look at it in a browser.", is_sure=False)
        return Answer(f"answers {error.code}. Find where it went, or take it out.")
    except urllib.error.URLError as error:
        if isinstance(error.reason, socket.gaierror) or getattr(error.reason, "errno", 0) == errno.ENETUNREACH:
            return Answer("has a host that cannot be found. Mend it, or take it out.", has_network=False)
        return Answer(f"cannot be reached ({error.reason}). Try again later.", is_sure=False)
    except (OSError, ValueError) as error:
        return Answer(f"gives no answer ({type(error).__name__}). Try again later.", is_sure=False)
