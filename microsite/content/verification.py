"""The last run of `flask verify --keep`: `verified.toml` in the folder of the site.

Beside the texts, and not in the database: whoever runs the command looks from outside, from any machine, and each node
gets the file as it gets the texts.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field

from microsite.content.fields import Name, Strict
from microsite.content.toml import read_toml

VERIFIED_TOML = "verified.toml"
OLD_DAYS = 30
"""After so many a run says little of what is there today."""
Promise = Literal["privacy", "language", "links", "promotions", "text", "access"]


class PromiseOutcome(Strict):
    """Of one promise: how many checks were made, and what they found."""

    checks: int = Field(ge=1, le=1000, description="how many checks were made")
    faults: int = Field(ge=0, description="how many things were found that are not as promised")
    warnings: int = Field(ge=0, description="how many things were found that the publisher has still to do")


class Verification(Strict):
    moment: AwareDatetime = Field(description="when, such as 2026-11-29T17:00:00+00:00")
    version: Name
    site: Name
    pages: int = Field(ge=1)
    others: int = Field(ge=0, description="how many feeds, pictures, files and redirects")
    browser: bool = Field(description="whether a browser walked over all pages too")
    promises: dict[Promise, PromiseOutcome]

    @property
    def day(self) -> date:
        return self.moment.date()

    def is_old(self, today: date) -> bool:
        return (today - self.day).days > OLD_DAYS


def read_verification(folder: Path) -> Verification | None:
    """What the file in the folder of the site says; None where there is none. Raises Faults."""
    path = folder / VERIFIED_TOML
    return read_toml(path, Verification, {})[0] if os.path.lexists(path) else None


def as_toml(verification: Verification) -> str:
    """The file's text."""
    facts = verification.model_dump(mode="json", exclude={"promises"})
    tables = {promise: outcome.model_dump() for promise, outcome in verification.promises.items()}
    lines = ["# Written by `flask verify --keep`.", *_assignments({**facts, "moment": verification.moment.isoformat()})]
    for promise, outcome in tables.items():
        lines += ["", f"[promises.{promise}]", *_assignments(outcome)]
    return "\n".join(lines) + "\n"


def _assignments(values: dict[str, object]) -> list[str]:
    """JSON writes texts, numbers and truth as TOML does."""
    return [f"{name} = {json.dumps(value)}" for name, value in values.items()]
