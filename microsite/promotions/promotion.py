"""A promotion: who pays, where it leads, when and where it runs. As `site/promotions/<key>.toml` declares it, or the
studio (`definition.py`)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field

from microsite.content.document import Document
from microsite.content.fields import KEY, HttpsAddress, Name, Slug, Strict, at_most
from microsite.content.site_file import Site
from microsite.content.toml import read_toml
from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults, readable_name
from microsite.promotions.placement import Placement
from microsite.storage.revisions import Revisions

MAX_LENGTHS = {"headline": 80, "text": 320, "button": 40}
"""Characters of each part of a wording: what the block has room for."""
MAX_PRECEDENCE = 99
DEFAULT_PRECEDENCE = 10
MAX_GOAL = 1000
"""Clicks per thousand impressions."""
MAX_NARROWED = 1000
"""Articles that a promotion may name."""


UtcMoment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


def _plain(words: str) -> str:
    """The words themselves. Raises ValueError for more than a line of plain text."""
    if set(words) & set("\n<>"):
        raise ValueError("more than a line of plain text. Remove `<`, `>` and line breaks")
    return words


Plain = AfterValidator(_plain)


class DefaultWording(Strict):
    """The default words of a promotion, in English: plain text, as typed."""

    headline: Annotated[str, at_most(MAX_LENGTHS["headline"]), Plain]
    text: Annotated[str, at_most(MAX_LENGTHS["text"]), Plain]
    button: Annotated[str, at_most(MAX_LENGTHS["button"]), Plain]


Keys = Annotated[tuple[Slug, ...], Field(max_length=MAX_NARROWED)]


class Promotion(Strict):
    """Files call `start` `from`. It runs from `start`, included, to `until`, excluded; without them always."""

    key: str
    name: Name | None = Field(None, description="what people of the house call it; readers never see it")
    advertiser: Name = Field(description="who pays, as the label says it")
    target: HttpsAddress = Field(description="where the button leads, from https://")
    placements: tuple[Placement, ...] = Field(description=f"where it may stand: {', '.join(Placement)}")
    categories: Keys = ()
    articles: Keys = ()
    """Of the articles in which the site places promotions, only those of `categories` and these; if any are named."""
    not_articles: Keys = ()
    precedence: Annotated[int, Field(ge=1, le=MAX_PRECEDENCE)] = DEFAULT_PRECEDENCE
    """Of those that could fill a slot, the one with the lowest is shown."""
    utm_source: Name | None = None
    utm_medium: Name | None = None
    utm_campaign: Name | None = None
    """What the target is told instead of the site's name, “article”, and the key."""
    goal: Annotated[int, Field(ge=1, le=MAX_GOAL)] | None = None
    """Clicks per thousand impressions that marketing wants; figures say whether they are reached."""
    start: UtcMoment | None = Field(None, alias="from")
    until: UtcMoment | None = None
    wording: DefaultWording | None = Field(None, description="its default words: headline, text, button")
    """None: made in the studio, which has its words in every language."""

    @property
    def title(self) -> str:
        """What the studio calls it."""
        return self.name or self.key

    @property
    def host(self) -> str:
        return urlsplit(self.target).hostname or ""

    @property
    def campaign(self) -> dict[str, str]:
        """The campaign values that are its own, by their names in addresses."""
        values = {name: getattr(self, name) for name in ("utm_source", "utm_medium", "utm_campaign")}
        return {name: value for name, value in values.items() if value}

    def is_running(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.until is None or moment < self.until)

    def may_stand(self, placement: Placement, article: Document | None) -> bool:
        """Whether it is allowed at a placement; of an article where that is the site's choice, `article`."""
        if placement not in self.placements:
            return False
        if placement is not Placement.DEFAULT or article is None:
            return True
        is_wanted = article.key in self.articles or article.article_matter.category in self.categories
        return article.key not in self.not_articles and (is_wanted or not (self.articles or self.categories))


def faults_of(promotion: Promotion, site: Site) -> Iterator[tuple[str, str]]:
    """What is wrong with a promotion beside the rest of the site: the field in files, and what to do."""
    if promotion.host not in site.promotion_hosts:
        message = f"{promotion.host} is not among `promotion_hosts` of site.toml. Add it there or mend the target."
        yield "target", message
    if promotion.start and promotion.until and promotion.until <= promotion.start:
        yield "until", "`until` is not after `from`. Mend one of them."
    for category in promotion.categories:
        if category not in site.categories:
            known = ", ".join(site.categories)
            yield "categories", f"`categories`: “{category}” is no category of site.toml. Write one of: {known}."


class PromotionFile(Promotion):
    """What a file says: it has the default words, which go to the catalogs."""

    wording: DefaultWording = Field(description="its default words: headline, text, button")


def read_promotions(
    folder: Path, site: Site | None, last: Mapping[str, Promotion], faults: list[Fault]
) -> dict[str, Promotion]:
    """Every promotion that has a file, by key. `site` is None where it is not known.

    The faults of files are added to `faults`. A promotion with faults is taken from `last` if that is right beside
    `site`, else it is missing.
    """
    promotions: dict[str, Promotion] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            promotions[path.stem] = _read_promotion(path, site)
        except Faults as error:
            faults += error.faults
            former = last.get(path.stem)
            if former and site and not any(faults_of(former, site)):
                promotions[path.stem] = former
    return promotions


def _read_promotion(path: Path, site: Site | None) -> Promotion:
    """Raises Faults."""
    faults: list[Fault] = []
    if not KEY.fullmatch(path.stem):
        name = readable_name(path.stem)
        message = f"“{name}” is no key. Name the file in small letters without accents, digits, hyphens."
        faults.append(Fault(path, 1, message))
    try:
        promotion, lines = read_toml(path, PromotionFile, {"key": path.stem})
    except Faults as error:
        raise Faults(faults + error.faults) from None
    if site:
        faults += [Fault(path, line_of(lines, field), message) for field, message in faults_of(promotion, site)]
    if faults:
        raise Faults(faults)
    return promotion


def change_moments(promotions: Mapping[str, Promotion], revisions: Revisions, after: datetime) -> list[datetime]:
    """The moments after `after`, in their order, at which a promotion or a revision begins or ends."""
    own = (moment for promotion in promotions.values() for moment in (promotion.start, promotion.until))
    return sorted({*(moment for moment in own if moment and moment > after), *revisions.change_moments(after)})
