"""Writes what the studio says of a promotion to its file, `site/promotions/<key>.toml`."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from microsite.content.text_checks import decode_text
from microsite.content.toml import MAX_TOML_BYTES, read_toml
from microsite.promotions.definition import FIELDS
from microsite.promotions.promotion import MAX_LENGTHS, DefaultWording, Promotion, PromotionFile
from microsite.regular_files import read_regular_file

NEW_FILE = """# Written from the studio. Its words are translated through the catalogs.

{fields}

[wording]
{wording}
"""
COMMENTS = {
    "headline": "Headline of an advertisement. A fact, no fear, no promise.",
    "text": "Text of an advertisement. Claim only what a VPN does.",
    "button": "Button of an advertisement; it names where it leads.",
}
_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
"""What stands before the first field: comments and empty lines."""
_WORDING = re.compile(r"^[ \t]*\[wording\]", re.MULTILINE)


def written(path: Path, promotion: Promotion, words: Mapping[str, str]) -> bytes:
    """What the file says then. It keeps its comments at the top and its default words; a new one gets `words`.

    Raises Faults where that would be no file of a promotion.
    """
    former = decode_text(path, read_regular_file(path, MAX_TOML_BYTES)) if path.exists() else ""
    if table := _WORDING.search(former):
        head = _HEAD.match(former)
        assert head  # it matches nothing at all as well
        text = f"{head[0]}{_fields(promotion)}\n\n{former[table.start() :]}"
    else:
        text = NEW_FILE.format(fields=_fields(promotion), wording=_wording(words))
    content = text.encode()
    read_toml(path, PromotionFile, {"key": promotion.key}, content)
    return content


def _fields(promotion: Promotion) -> str:
    """A line for each field that is not as it would be without it."""
    values = {name: getattr(promotion, field) for name, field in FIELDS.items()}
    own = {name: value for name, value in values.items() if value != Promotion.model_fields[FIELDS[name]].default}
    return "\n".join(f"{name} = {_as_toml(value)}" for name, value in own.items())


def _as_toml(value: object) -> str:
    """A value as TOML has it: its texts and lists are JSON's, its moments stand without quotes."""
    return str(value) if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)


def _wording(words: Mapping[str, str]) -> str:
    wording = DefaultWording.model_validate(dict(words))
    return "\n".join(
        f"# TRANSLATORS: {COMMENTS[part]} At most {length} characters.\n{part} = {_as_toml(getattr(wording, part))}"
        for part, length in MAX_LENGTHS.items()
    )
