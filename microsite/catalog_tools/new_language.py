"""Adding a language to site.toml, and taking one out: its lines and no other, comments and order kept."""

import re
from pathlib import Path

from microsite.content.kinds import KINDS
from microsite.content.site_file import Site, read_site
from microsite.faults import Fault, Faults
from microsite.language.locales import Locale

PUBLIC_FROM = 90
"""The share of its messages, in percent, from which on a new language is public."""
_LOCALES = re.compile(r"^(locales\s*=\s*\[)([^\]]*)(\])", re.MULTILINE)


def add_locale(site: Site, locale: Locale, public_from: int = PUBLIC_FROM) -> str:
    """The text of site.toml with a language, hidden below a share.

    Its categories have the slugs of the language that it is a variant of, else of the default one.
    """
    text = site.path.read_text(encoding="utf-8")
    text = _with_locales(text, [*(known.id for known in site.locales.values()), locale.id])
    known = {locale.id for locale in site.locales.values()}
    model = next((parent for parent in locale.lineage[1:] if parent in known), site.default_locale)
    slug = re.compile(rf'^slug\.{re.escape(model)}(\s*=\s*".*")(?:\nslug\..*)*$', re.MULTILINE)
    text = slug.sub(rf"\g<0>\nslug.{locale.id}\g<1>", text)
    line = f"{locale.id} = {public_from}\n"
    if "[public_from]\n" in text:
        return text.replace("[public_from]\n", f"[public_from]\n{line}")
    return f"""{text.rstrip()}

# From which share of the interface, in percent, readers see a language (see `required`); one not named is public.
[public_from]
{line}"""


def remove_locale(site: Site, locale: Locale) -> str:
    """The text of site.toml without a language."""
    text = site.path.read_text(encoding="utf-8")
    text = _with_locales(text, [known.id for known in site.locales.values() if known != locale])
    text = re.sub(rf"^(?:slug\.)?{re.escape(locale.id)}\s*=.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\n(?:#[^\n]*\n)?\[public_from\]\n(?=\s*(?:\[|\Z))", "", text)


def write_site(path: Path, text: str) -> None:
    """Replace site.toml by `text` in one step, if that can be read. Raises Faults, and leaves the file as it was."""
    draft = path.with_suffix(".toml.new")
    draft.write_text(text, encoding="utf-8")
    try:
        read_site(draft)
        draft.replace(path)
    except Faults as error:
        reason = "this command cannot change the file as it is written. Change it by hand; what it would have said: "
        raise Faults([Fault(path, fault.line, reason + fault.message) for fault in error.faults]) from None
    finally:
        draft.unlink(missing_ok=True)


def texts_in(folder: Path, locale: Locale) -> list[Path]:
    """The files of articles and pages in a language."""
    return sorted(path for kind in KINDS.values() for path in folder.glob(f"{kind.folder}/*/{locale.id}.md"))


def _with_locales(text: str, identifiers: list[str]) -> str:
    listed = ", ".join(f'"{identifier}"' for identifier in identifiers)
    return _LOCALES.sub(rf"\g<1>{listed}\g<3>", text, count=1)
