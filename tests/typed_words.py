"""Words that would do harm if anything took them for a format string, a template, a pattern or mark-up."""

import json
import re
from pathlib import Path

from microsite.config import Settings
from microsite.language.po_file import catalog_path
from microsite.promotions.wording import PARTS, context

FORMATS = r"%% %s %(x)s {x} {{ x }} {% x %} \1 \g<0>"
PLAIN = FORMATS.replace("<0>", "")
"""Promotions take no angle brackets."""
SHORT = r"%% %s %(x)s {{ x }} {% x %} \1"
TYPED = f"{FORMATS} <b>b</b> &amp; % 100%"
FIELDS = ("name", "motto", "description")


def quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def type_everywhere(settings: Settings) -> None:
    """Put such words wherever a file of the site has words of its own, in English and in French."""
    site = {field: f"{field} {TYPED}" for field in FIELDS}
    _replace(settings.site / "site.toml", site)
    _replace(settings.site / "site.toml", {"name": f"News and Updates {TYPED}"}, after="[categories.news]\n")
    _replace(settings.site / "promotions" / "planet-freevpn.toml", {part: said(part) for part in PARTS})
    messages = [
        *(("site", site[field]) for field in FIELDS[1:]),
        ("category", f"News and Updates {TYPED}"),
        *((context("planet-freevpn", part), said(part)) for part in PARTS),
    ]
    with catalog_path(settings.translations, "fr").open("a", encoding="utf-8") as file:
        for where, source in messages:
            lines = f"msgctxt {quoted(where)}", f"msgid {quoted(source)}", f"msgstr {quoted(french(source))}"
            file.write("\n" + "\n".join(lines) + "\n")


def _replace(path: Path, words: dict[str, str], after: str = "") -> None:
    """Give the fields of a TOML file these values, the first ones that stand after a line."""
    whole = path.read_text(encoding="utf-8")
    before, line, text = whole.rpartition(after) if after else ("", "", whole)
    for field, value in words.items():
        start = re.search(rf"^{field} = ", text, re.MULTILINE)
        assert start, field
        text = text[: start.end()] + quoted(value) + text[text.index("\n", start.end()) :]
    path.write_text(before + line + text, encoding="utf-8")


def said(part: str) -> str:
    return f"b {SHORT}" if part == "button" else f"{part} {PLAIN}"


def french(source: str) -> str:
    return f"fr {source}"


def shown(words: str, tag: str) -> str:
    """As a language sets it: French wants a no-break space before a per cent sign."""
    return french(words).replace("100%", "100\u00a0%") if tag == "fr" else words
