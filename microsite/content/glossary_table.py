"""The terms of the glossary as a table in the translators' documents, between two comments."""

import re
from pathlib import Path

from microsite.content.glossary import Glossary
from microsite.language.locales import Locale

TABLES = {
    "translating.md": "| English | French | never |",
    "traduire.md": "| Anglais | Français | jamais |",
}
"""The documents that have one, each with the head of its table."""
MAX_AVOIDED = 3
"""Words of one kind that the table names: the others are their plurals and verbs."""
_BETWEEN = re.compile(r"(?<=<!-- glossary -->\n).*?(?=<!-- end of glossary -->)", re.DOTALL)


def with_table(document: Path, glossary: Glossary, source: Locale, target: Locale) -> str:
    """The text of a document of `TABLES`, its table made anew."""
    lines = [TABLES[document.name], "|---|---|---|"]
    for key in sorted(glossary.terms, key=lambda key: _term(glossary, key, source).casefold()):
        entry = glossary.entry(key, target)
        avoided = [f"{', '.join(each.words[:MAX_AVOIDED])}: {each.why}" for each in entry.avoid] if entry else []
        cells = (_term(glossary, key, source), _term(glossary, key, target), " ".join(avoided))
        lines.append(" ".join(("|", *(f"{cell} |" if cell else "|" for cell in cells))))
    table = "\n".join(lines) + "\n"
    return _BETWEEN.sub(lambda _: table, document.read_text(encoding="utf-8"), count=1)


def _term(glossary: Glossary, key: str, locale: Locale) -> str:
    entry = glossary.entry(key, locale)
    return entry.term.replace("|", "\\|") if entry else ""
