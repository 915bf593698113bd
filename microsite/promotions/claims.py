"""Words that claim too much for a promotion: `site/claims.toml`, a list for each language."""

import os
import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, RootModel, field_validator

from microsite.content.fields import Sentences, Strict
from microsite.content.site_file import Site
from microsite.content.toml import read_toml
from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults
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
    """As they stand there, normalized as `_as_read` says."""
    claim: Claim


Claims = Mapping[str, Mapping[str, Claim]]
"""By locale id, then by the name that the file gives them."""


# Letters that look like Latin ones (of Unicode's confusables.txt, those of Cyrillic and Greek that fonts draw alike).
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u0501\u051b"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03b9\u03bd\u03bf\u03c1\u03c4\u03c5\u03ba\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f"
    "\u03a1\u03a4\u03a5\u03a7\u0396",
    "abekmhopctyxijsdqABEKMHOPCTYXIJSaivoptukABEHIKMNOPTYXZ",
)


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
        for seen in [_as_read(text)]
        for claim in claims.values()
        if (match := claim.search.search(seen) or claim.search.search(seen.translate(_LOOK_ALIKES)))
    ]


def _as_read(text: str) -> str:
    """As a reader sees it: in normal form KC, without invisible characters, all white space and hyphens plain ones."""
    visible = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return re.sub(r"\s+", " ", re.sub("[\u2010\u2011\u2212\ufe63]", "-", visible))


def _first_line(lines: Mapping[str, int], table: str) -> int:
    return min((line for key, line in lines.items() if key.split(".")[0] == table), default=line_of(dict(lines), table))
