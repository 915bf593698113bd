"""What `flask catalogs check` finds: what is missing, stale or doubtful in the template and in each catalog."""

import os
import re
from collections.abc import Iterator, Mapping
from gettext import c2py
from pathlib import Path

from microsite.catalog_tools.writing import extracted_template, updated_catalog
from microsite.content.glossary import GLOSSARY_TOML, Glossary, read_glossary, translation_findings
from microsite.content.site_file import Site
from microsite.faults import Fault, collecting
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.language.locales import Locale, plural_forms
from microsite.language.message import shortened
from microsite.language.message_checks import check_translation, is_formattable
from microsite.language.plural_order import form_order
from microsite.language.po_file import MAX_CATALOG_BYTES, PoFile, catalog_path, read_file, template_path
from microsite.language.reading import duplicate_faults, no_catalog, read_catalogs, read_template
from microsite.promotions.claim_checks import claim_warnings, find_message_claims
from microsite.promotions.claims import Claim, Claims
from microsite.regular_files import read_regular_file


def check_catalogs(
    root: Path, folder: Path, site: Site, site_folder: Path | None = None, claims: Claims | None = None
) -> list[Fault]:
    """Stale files, messages that translators cannot understand, translations that are missing, refused or ill set.

    With warnings of `claims` in words of promotions.
    """
    faults: list[Fault] = []
    glossary = Glossary()
    with collecting(faults):
        glossary = read_glossary(site.path.with_name(GLOSSARY_TOML), site)
    with collecting(faults):
        faults += _template(root, folder, site_folder)
    for locale in site.locales.values():
        if locale.language != SOURCE_LANGUAGE:
            with collecting(faults):
                waiting, listed = locale.id in site.public_from, (claims or {}).get(locale.id, {})
                faults += _catalog(folder, locale, listed, glossary, is_waiting=waiting)
    return list(dict.fromkeys(faults))  # what is wrong with the template is told once


def _template(root: Path, folder: Path, site_folder: Path | None) -> Iterator[Fault]:
    path = template_path(folder)
    present = read_regular_file(path, MAX_CATALOG_BYTES) if os.path.lexists(path) else None
    if present != extracted_template(root, folder, site_folder):
        yield Fault(path, 1, "stale: words have changed. Run `make catalogs`.")
    for message in read_template(folder).values():
        where = f"“{shortened(message.msgid)}” ({', '.join(message.references)})"
        if not is_formattable(message):
            yield Fault(path, message.line, f"{where} has a percent sign that stands alone. Write %% or %(name)s.")
        if not message.comment and ("%(" in message.msgid or not re.search(r"\s", message.msgid.strip())):
            hint = "Say above it what it means: `TRANSLATORS: ...`."
            yield Fault(path, message.line, f"{where} is one word or has a placeholder. {hint}")


def _plural_rule(path: Path, file: PoFile, locale: Locale) -> Iterator[Fault]:
    """A warning where the header divides numbers otherwise than the language does: the site goes by the header."""
    count, rule = plural_forms(locale)
    if form_order(file.plural_rule, c2py(rule), count) is None:
        text = "“Plural-Forms” divides numbers otherwise than {} does: “nplurals={}; plural={};”. Is it meant?"
        yield Fault(path, file.plural_line, text.format(locale.name, count, rule), warning=True)


def _catalog(
    folder: Path, locale: Locale, claims: Mapping[str, Claim], glossary: Glossary, is_waiting: bool
) -> Iterator[Fault]:
    """A language that still waits under `public_from` may be incomplete; one that is public may not."""
    path = catalog_path(folder, locale.id)
    if not os.path.lexists(path):
        regional = os.path.lexists(catalog_path(folder, locale.language))
        yield no_catalog(path, locale, is_waiting or regional)
        return
    # As the site says it: `make catalogs` would write what is lacking out empty, and empty means taken back.
    served = read_catalogs(folder, [locale])[locale.id]
    file = read_file(path, locale)
    yield from duplicate_faults(path, file)
    if path in served.incomplete:
        yield served.incomplete[path]
    elif not file.duplicates and read_regular_file(path, MAX_CATALOG_BYTES) != updated_catalog(folder, locale):
        yield Fault(path, 1, "stale: words, or what is said of them, have changed. Run `make catalogs`.")
    yield from _plural_rule(path, file, locale)
    template = read_template(folder)
    for message in file.messages.values():
        name = f"“{shortened(message.msgid)}”"
        if message.fuzzy:
            yield Fault(path, message.line, f"{name} is marked fuzzy. Check it, and take the mark off.", is_waiting)
        elif not any(message.forms):
            if not is_waiting:
                yield Fault(path, message.line, f"no translation of {name}. Add one.")
        else:
            source = template.get(message.key, message)
            findings = check_translation(source, message.forms, locale)
            findings += translation_findings(glossary, source, message.forms, locale)
            if all(finding.grade == "warning" for finding in findings):
                findings += claim_warnings(find_message_claims(message, message.forms, claims))
            for finding in findings:
                yield Fault(path, message.line, f"{name}: {finding}", finding.grade == "warning")
