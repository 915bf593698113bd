"""What the studio says of a promotion: who pays, where it leads, where and when it runs.

The file is the default, the studio's newest revision wins, whole. A promotion without a file has revisions alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from microsite.content.site_file import Site
from microsite.content.validation_messages import validation_message
from microsite.faults import Fault
from microsite.promotions.promotion import DefaultWording, Promotion, faults_of
from microsite.storage.revisions import DEFINITION, Action, Topic
from microsite.storage.tables import Revision

FIELDS = {info.alias or name: name for name, info in Promotion.model_fields.items() if name not in ("key", "wording")}
"""By their names in files, which revisions have as well: their names in `Promotion`."""
LISTS = ("placements", "categories", "articles", "not_articles")


class WrongDefinition(ValueError):
    """What a revision says is no promotion that this site may show; its words say why."""


class Defined(NamedTuple):
    """The promotions of a site, from files and studio."""

    promotions: dict[str, Promotion]
    faults: list[Fault]
    """Why promotions of the studio are left out."""


def definition_topic(key: str) -> Topic:
    """What revisions of a definition are about: the same in all languages."""
    return Topic(DEFINITION, key, "")


def values_of(promotion: Promotion) -> dict[str, str]:
    """The fields of a promotion as a revision holds them: texts, by their names in files; a list has spaces between."""
    return {name: _as_text(getattr(promotion, field)) for name, field in FIELDS.items()}


def _as_text(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def read_values(key: str, values: Mapping[str, str], wording: DefaultWording | None = None) -> Promotion:
    """The promotion that a revision says. Raises WrongDefinition."""
    if unknown := sorted(values.keys() - FIELDS.keys()):
        raise WrongDefinition(f"`{unknown[0]}` is not a field here.")
    data = {name: text.split() if name in LISTS else text for name, text in values.items() if text or name in LISTS}
    try:
        return Promotion.model_validate({"placements": (), **data, "key": key, "wording": wording})
    except ValidationError as error:
        message = validation_message(error.errors()[0], Promotion, ("key", "wording"))
        raise WrongDefinition(message) from error


def defined_promotions(files: Mapping[str, Promotion], in_force: Mapping[Topic, Revision], site: Site) -> Defined:
    """Every promotion by key. What a revision says wrong, beside today's site, is left out rather than shown."""
    promotions, faults = dict(files), list[Fault]()
    for topic, revision in in_force.items():
        if topic.kind != DEFINITION or revision.action != Action.WORDS:
            continue
        key = topic.subject
        file = promotions.pop(key, None)
        try:
            promotion = read_values(key, revision.words, file.wording if file else None)
            for _, message in faults_of(promotion, site):
                raise WrongDefinition(message)
        except WrongDefinition as error:
            message = f"the promotion “{key}” of the studio is shown nowhere: {error}"
            faults.append(Fault(Path("revisions") / str(revision.id), 1, message))
        else:
            promotions[key] = promotion
    return Defined(dict(sorted(promotions.items())), faults)
