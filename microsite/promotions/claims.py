"""What a promotion had better not claim: `site/claims.toml`, a list for each language."""

import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, RootModel, field_validator

from microsite.content.explain import line_of
from microsite.content.faults import Fault, Faults
from microsite.content.site_file import Sentences, Site, Strict
from microsite.content.toml import read_toml


class Claim(Strict):
    """Words that are found whole, in capitals or not."""

    pattern: str = Field(min_length=1, max_length=300, description="the words, as a regular expression")
    why: Sentences = Field(description="a sentence that says why it is not true")
    instead: Sentences = Field(description="a sentence that says what to write instead")

    @field_validator("pattern")
    @classmethod
    def _can_be_read(cls, pattern: str) -> str:
        try:
            matches_nothing = _whole(pattern).search("") or _whole(pattern).search(" ")
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"not a regular expression: {error}. Mend the words") from error
        if matches_nothing:
            raise ValueError("it would find a claim where there are no words. Write one word at least")
        return pattern

    @cached_property
    def search(self) -> re.Pattern[str]:
        return _whole(self.pattern)


def _whole(pattern: str) -> re.Pattern[str]:
    """Finds the words of a pattern where no letter stands before or after them."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


class Warned(NamedTuple):
    """A claim that was found in a part of a wording."""

    part: str
    words: str
    """As they stand there, without what nobody sees."""
    claim: Claim


Claims = Mapping[str, Mapping[str, Claim]]
"""By locale id, then by a name that is theirs alone."""


class _File(RootModel[dict[str, dict[str, Claim]]]):
    pass


def read_claims(path: Path, site: Site) -> Claims:
    """The whole list; none where there is no file. Raises Faults."""
    if not os.path.lexists(path):  # a link that leads nowhere is a fault
        return {}
    read, lines = read_toml(path, _File, {})
    known = {locale.id for locale in site.locales.values()}
    strange = [locale for locale in read.root if locale not in known]
    if strange:
        what = "“{}” is not among `locales` of site.toml. Add it there or remove the table."
        raise Faults([Fault(path, _first_line(lines, locale), what.format(locale)) for locale in strange])
    return read.root


def find_claims(words: Mapping[str, str], claims: Mapping[str, Claim]) -> list[Warned]:
    """Every claim in a wording, part by part, in the order of the list."""
    return [
        Warned(part, found[0], claim)
        for part, text in words.items()
        for claim in claims.values()
        if (found := claim.search.search(_as_read(text)))
    ]


def _as_read(text: str) -> str:
    """Without soft hyphens and zero-width spaces, which nobody sees; any space a plain one."""
    return re.sub(r"\s+", " ", re.sub("[\u00ad\u200b]", "", text))


def _first_line(lines: Mapping[str, int], table: str) -> int:
    return min((line for key, line in lines.items() if key.split(".")[0] == table), default=line_of(dict(lines), table))
