"""Writing catalogs: extract, update, and what is missing or stale."""

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from microsite.content.faults import Fault
from microsite.language.catalogs import DOMAIN, SOURCE, catalog_path
from microsite.language.extraction import BUGS_ADDRESS, extract
from microsite.language.locales import Locale


def template_path(folder: Path) -> Path:
    return folder / f"{DOMAIN}.pot"


def extracted(root: Path, folder: Path) -> bytes:
    """The template as it should be now, byte for byte."""
    path = template_path(folder)
    known = _read(path) if path.is_file() else None
    return _written(extract(root, known))


def updated(folder: Path, locale: Locale) -> bytes:
    """The catalog of a locale with the template's messages: new ones empty, gone ones dropped, none guessed."""
    path = catalog_path(folder, locale.id)
    catalog = _read(path, locale) if path.is_file() else Catalog(locale=locale.id)
    catalog.update(_read(template_path(folder)), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.msgid_bugs_address, catalog.fuzzy = BUGS_ADDRESS, False
    return _written(catalog)


def findings(root: Path, folder: Path, locales: Iterable[Locale]) -> list[Fault]:
    """Stale files, messages without a translation, and placeholders that differ."""
    found: list[Fault] = []
    template = template_path(folder)
    if not template.is_file() or template.read_bytes() != extracted(root, folder):
        found.append(Fault(template, 1, "stale: words have changed. Run `make catalogs`."))
    for locale in locales:
        path = catalog_path(folder, locale.id)
        if locale.language == SOURCE:
            continue
        if not path.is_file():
            found.append(Fault(path, 1, f"there is no catalog for {locale.name}. Run `make catalogs`.", warning=True))
            continue
        if path.read_bytes() != updated(folder, locale):
            found.append(Fault(path, 1, "stale: words have changed. Run `make catalogs`."))
        for message in _read(path, locale):
            line = message.lineno or 1
            forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
            if message.id and not all(forms):
                found.append(Fault(path, line, f"no translation of “{message.id}”. Add one."))
            found += [Fault(path, line, f"{error}. Mend the translation.") for error in message.check()]
    return found


def _read(path: Path, locale: Locale | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale.id if locale else None, domain=DOMAIN, abort_invalid=True)


def _written(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=False, omit_header=False)
    return buffer.getvalue()
