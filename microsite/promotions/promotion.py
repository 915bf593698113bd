"""A promotion as `site/promotions/<key>.toml` declares it: its default words, its target, when and where it runs."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field

from microsite.content.fields import KEY, HttpsAddress, Name, Strict, at_most
from microsite.content.toml import read_toml
from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults, readable_name
from microsite.promotions.placement import Placement

MAX_LENGTHS = {"headline": 80, "text": 320, "button": 40}
"""Characters of each part of a wording: what the block has room for."""


UtcMoment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


def _plain(words: str) -> str:
    """The words themselves. Raises ValueError for more than a line of plain text."""
    if set(words) & set("\n<>"):
        raise ValueError("more than a line of plain text. Remove `<`, `>` and line breaks")
    return words


Plain = AfterValidator(_plain)


class Wording(Strict):
    """The default words of a promotion, in English: plain text, as typed."""

    headline: Annotated[str, at_most(MAX_LENGTHS["headline"]), Plain]
    text: Annotated[str, at_most(MAX_LENGTHS["text"]), Plain]
    button: Annotated[str, at_most(MAX_LENGTHS["button"]), Plain]


class Promotion(Strict):
    """Files call `start` `from`. It runs from `start`, included, to `until`, excluded; without them always."""

    key: str
    advertiser: Name = Field(description="who pays, as the label says it")
    target: HttpsAddress = Field(description="where the button leads, from https://")
    placements: tuple[Placement, ...] = Field(description=f"where it may stand: {', '.join(Placement)}")
    start: UtcMoment | None = Field(None, alias="from")
    until: UtcMoment | None = None
    wording: Wording

    @property
    def host(self) -> str:
        return urlsplit(self.target).hostname or ""

    def is_running(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.until is None or moment < self.until)


def read_promotions(
    folder: Path, hosts: Collection[str] | None, last: Mapping[str, Promotion], faults: list[Fault]
) -> dict[str, Promotion]:
    """Every promotion by key. `hosts` are those that targets may have; None where they are not known.

    The faults of files are added to `faults`. A promotion with faults is taken from `last` if its host is still among
    `hosts`, else it is missing.
    """
    promotions: dict[str, Promotion] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            promotions[path.stem] = _read_promotion(path, hosts)
        except Faults as error:
            faults += error.faults
            former = last.get(path.stem)
            if former and hosts is not None and former.host in hosts:
                promotions[path.stem] = former
    return promotions


def _read_promotion(path: Path, hosts: Collection[str] | None) -> Promotion:
    """Raises Faults."""
    faults: list[Fault] = []
    if not KEY.fullmatch(path.stem):
        name = readable_name(path.stem)
        message = f"“{name}” is no key. Name the file in small letters without accents, digits, hyphens."
        faults.append(Fault(path, 1, message))
    try:
        promotion, lines = read_toml(path, Promotion, {"key": path.stem})
    except Faults as error:
        raise Faults(faults + error.faults) from None
    if hosts is not None and promotion.host not in hosts:
        message = f"{promotion.host} is not among `promotion_hosts` of site.toml. Add it there or mend the target."
        faults.append(Fault(path, line_of(lines, "target"), message))
    if promotion.start and promotion.until and promotion.until <= promotion.start:
        faults.append(Fault(path, line_of(lines, "until"), "`until` is not after `from`. Mend one of them."))
    if faults:
        raise Faults(faults)
    return promotion


def changes(promotions: Iterable[Promotion], after: datetime) -> list[datetime]:
    """The moments after `after` at which a promotion begins or ends."""
    moments = (moment for promotion in promotions for moment in (promotion.start, promotion.until))
    return [moment for moment in moments if moment and moment > after]
