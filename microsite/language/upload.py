"""A `.po` file that somebody hands in, graded as a whole before a word of it is taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from microsite.content.faults import Fault, Faults
from microsite.language import N_
from microsite.language.locales import Locale
from microsite.language.message_checks import Finding, check, is_served
from microsite.language.po_file import TWICE, Key, Message, read_bytes
from microsite.language.worklist import Item


@dataclass(frozen=True)
class Graded:
    """A message of the file, and what was found."""

    message: Message
    findings: tuple[Finding, ...]


@dataclass
class Report:
    """What becomes of an upload."""

    faults: list[Fault] = field(default_factory=list)
    """Why the file was refused whole; then there is nothing else."""
    taken: list[Graded] = field(default_factory=list)
    """New words, to be saved in one transaction; their findings are warnings."""
    unchanged: int = 0
    refused: list[Graded] = field(default_factory=list)
    unfinished: int = 0
    """Fuzzy or empty: left as they are."""

    def words(self) -> dict[Key, tuple[str, ...]]:
        return {graded.message.key: graded.message.forms for graded in self.taken}


def grade(name: str, data: bytes, items: Iterable[Item], locale: Locale) -> Report:
    """Compare a file with everything there is to say (`worklist`). `name` is what faults call it."""
    report = Report()
    try:
        file = read_bytes(Path(name), data, locale)
    except Faults as found:
        report.faults = found.faults
        return report
    known = {item.key: item for item in items}
    for message in file.twice:
        report.refused.append(Graded(message, (Finding("refused", TWICE),)))
    for key, message in file.messages.items():
        item = known.get(key)
        if not item:
            unknown = Finding("refused", N_("The site has no such message. Is the file for an older version?"))
            report.refused.append(Graded(message, (unknown,)))
        elif not message.said:
            _unsaid(report, item, message, locale)
        elif message.forms == item.words and not item.is_fuzzy:
            report.unchanged += 1
        else:
            findings = tuple(check(item.message, message.forms, locale))
            (report.taken if is_served(findings) else report.refused).append(Graded(message, findings))
    return report


def _unsaid(report: Report, item: Item, message: Message, locale: Locale) -> None:
    """Fuzzy, empty, or with some of its forms empty."""
    if any(message.forms) and not message.fuzzy:
        report.refused.append(Graded(message, tuple(check(item.message, message.forms, locale))))
    else:
        report.unfinished += 1
