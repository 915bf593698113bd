"""What this working copy says of any copy: where promotions may lead, which words they had better not use."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Claim:
    """Words that claim too much, and what to write instead."""

    pattern: re.Pattern[str]
    why: str
    instead: str


@dataclass(frozen=True)
class Rules:
    hosts: frozenset[str] = frozenset()
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    """By language."""


def read_rules(site: Path) -> Rules:
    """From `site.toml` and `claims.toml`, whose patterns stand for whole words."""
    claims = {
        language: [
            Claim(re.compile(rf"(?<!\w)(?:{claim['pattern']})(?!\w)", re.IGNORECASE), claim["why"], claim["instead"])
            for claim in listed.values()
        ]
        for language, listed in _toml(site / "claims.toml").items()
    }
    return Rules(frozenset(_toml(site / "site.toml").get("promotion_hosts", ())), claims)


def _toml(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
