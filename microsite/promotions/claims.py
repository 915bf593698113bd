"""Words that claim too much for a promotion: `site/claims.toml`, a list for each language."""

import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, RootModel, field_validator

from microsite.content.fields import Sentences, Strict
from microsite.content.site_file import Site
from microsite.content.toml import read_toml
from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults
from microsite.promotions.look_alikes import readings
from microsite.promotions.pattern_cost import is_bounded


class Claim(Strict):
    """Words that are not to be used: found as whole words, in upper and lower case."""

    pattern: str = Field(min_length=1, max_length=300, description="the words, as a regular expression")
    why: Sentences = Field(description="a sentence that says why it is not true")
    instead: Sentences = Field(description="a sentence that says what to write instead")

    @field_validator("pattern")
    @classmethod
    def _is_usable(cls, pattern: str) -> str:
        try:
            matches_nothing = _whole(pattern).search("") or _whole(pattern).search(" ")
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"not a regular expression: {error}. Mend the words") from error
        if not is_bounded(pattern):
            raise ValueError("a search for it might never end: something repeated is repeated again. Write it out")
        if matches_nothing:
            raise ValueError("it would find a claim where there are no words. Write one word at least")
        return pattern

    @cached_property
    def search(self) -> re.Pattern[str]:
        return _whole(self.pattern)


def _whole(pattern: str) -> re.Pattern[str]:
    """The pattern for whole words, whatever their case."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


class ClaimMatch(NamedTuple):
    """A claim that was found in a part of a wording."""

    part: str
    words: str
    """As they stand there, in the reading (`look_alikes.readings`) in which they were found."""
    claim: Claim


Claims = Mapping[str, Mapping[str, Claim]]
"""By locale id, then by the name that the file gives them."""


class _File(RootModel[dict[str, dict[str, Claim]]]):
    pass


def read_claims(path: Path, site: Site) -> Claims:
    """All claims; none where there is no file. Raises Faults."""
    if not os.path.lexists(path):  # a broken symbolic link exists, and is a fault
        return {}
    file, lines = read_toml(path, _File, {})
    known = {locale.id for locale in site.locales.values()}
    unknown = [locale for locale in file.root if locale not in known]
    if unknown:
        message = "“{}” is not among `locales` of site.toml. Add it there or remove the table."
        raise Faults([Fault(path, _first_line(lines, locale), message.format(locale)) for locale in unknown])
    return file.root


def find_claims(words: Mapping[str, str], claims: Mapping[str, Claim]) -> list[ClaimMatch]:
    """Every claim in a wording, part by part, in the order of the list; also where letters only look like its own."""
    return [
        ClaimMatch(part, match[0], claim)
        for part, text in words.items()
        for read in [readings(text)]
        for claim in claims.values()
        if (match := next(filter(None, map(claim.search.search, read)), None))
    ]


def claimed_words(matches: Iterable[ClaimMatch]) -> list[str]:
    """The words that claim too much, each once."""
    return list(dict.fromkeys(match.words for match in matches))


def _first_line(lines: Mapping[str, int], table: str) -> int:
    return min((line for key, line in lines.items() if key.split(".")[0] == table), default=line_of(dict(lines), table))
