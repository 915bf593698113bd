"""From `.po` files to catalogs: read, checked, typeset; then with the studio's translations. Nowhere else."""

import os
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from microsite.faults import Fault, Faults, unexpected
from microsite.language.catalog import SOURCE_LANGUAGE, Catalog, CatalogFile
from microsite.language.locales import PSEUDO, Locale
from microsite.language.message import Key, Message, shortened
from microsite.language.message_checks import refusals
from microsite.language.po_file import PoFile, catalog_path, read_file, template_path
from microsite.language.pseudo import PseudoCatalog
from microsite.language.studio_translations import StudioTranslation, StudioTranslations
from microsite.language.typography import typeset_once
from microsite.text import N_, Sentence

UNREADABLE = (0, 0)
"""The fingerprint of a file that is broken or gone: what is known is an earlier state of it."""
LastForms = Mapping[Key, tuple[str, ...]]
"""What the last catalog served from its files."""
ReadTemplate = Callable[[], CatalogFile | None]
"""Reads the template once for all languages: of 5,000 messages that takes as long as a catalog, a third of a second."""


def read_catalogs(
    folder: Path, locales: Iterable[Locale], last: Mapping[str, Catalog] | None = None, waiting: Container[str] = ()
) -> dict[str, Catalog]:
    """The catalog of each locale by id, never worse than in `last`; a regional one (`fr_CA`) builds on its language's.

    What cannot be served is in each catalog's `faults`. `waiting` are ids of locales that need no catalog yet.
    """
    last = last or {}
    known = next((catalog.template_file for catalog in last.values() if catalog.template_file), None)
    template = cache(lambda: _template_file(folder, known))
    return {locale.id: _read_catalog(folder, locale, last.get(locale.id), waiting, template) for locale in locales}


def read_template(folder: Path) -> dict[Key, Message]:
    """The messages that the site asks for; none where there is no template. Raises Faults."""
    read = _template_file(folder, None)
    return read.file.messages if read else {}


def _template_file(folder: Path, known: CatalogFile | None) -> CatalogFile | None:
    """The template, `known` if it is as it was; None where there is none. Raises Faults."""
    path = template_path(folder)
    present = fingerprint(path)
    if present is None or (known and known.fingerprint == present):
        return known if present else None
    return CatalogFile(present, read_file(path, None), {})


def with_studio_translations(catalog: Catalog, locale: Locale, translations: StudioTranslations) -> Catalog:
    """The catalog with the studio's translations wherever its file says nothing newer.

    Takes time for those that have changed since the last call with a catalog of the same files.
    """
    former = catalog.newest_derived[0] if catalog.newest_derived else catalog
    changed = [key for key, newer in translations.items() if former.studio.get(key) is not newer]
    changed += former.studio.keys() - translations.keys()
    if catalog.language == SOURCE_LANGUAGE or not changed:
        return former
    messages = dict(former.messages)
    for key in changed:
        forms = catalog.file_messages.get(key, ())
        if key in translations:
            forms = _servable(catalog, locale, key, translations[key], catalog.entry(key)) or forms
        if forms:
            messages[key] = forms
        else:
            messages.pop(key, None)
    catalog.newest_derived[:] = [replace(former, messages=messages, studio=dict(translations))]
    return catalog.newest_derived[0]


def _servable(
    catalog: Catalog, locale: Locale, key: Key, translation: StudioTranslation, in_file: Message | None
) -> tuple[str, ...]:
    """A translation of the studio, typeset; empty where the file is newer, no page asks for it, or it is refused."""
    message = catalog.template.get(key) or in_file
    if message is None or not is_newer(translation, catalog, key, in_file):
        return ()
    return () if refusals(message, translation.forms, locale) else _typeset(translation.forms, locale)


def is_newer(translation: StudioTranslation, catalog: Catalog, key: Key, in_file: Message | None) -> bool:
    """Whether a translation of the studio wins over what the file says now."""
    return key in catalog.refused or translation.is_current(in_file)


def no_catalog(path: Path, locale: Locale, is_waiting: bool = False) -> Fault:
    """The fault of a language without a catalog; a mere warning while it waits under `public_from`."""
    # TRANSLATORS: Behind a file's name. %(language)s is the name of a language.
    message = N_("there is no catalog for %(language)s. Run `make catalogs`.")
    return Fault(path, 1, Sentence(message, language=locale.name), warning=is_waiting)


def duplicate_faults(path: Path, file: PoFile) -> list[Fault]:
    """A fault for each message that stands in a file for the second time."""
    duplicate = Sentence(N_("This message stands here twice. Keep one."))
    return [Fault(path, message.line, duplicate) for message in file.duplicates]


def fingerprint(path: Path) -> tuple[int, ...] | None:
    """Something that changes with a file; None where there is nothing at all, not even a link that leads nowhere."""
    try:
        link = path.lstat()
    except OSError:
        return None
    try:
        status = path.stat()
    except OSError:
        return link.st_mtime_ns, link.st_ino
    return status.st_mtime_ns, status.st_size


def _read_catalog(
    folder: Path, locale: Locale, last: Catalog | None, waiting: Container[str], template: ReadTemplate
) -> Catalog:
    """The catalog of a locale. A file on which this program fails is a fault of that file, and of no other."""
    if locale.language == SOURCE_LANGUAGE:
        return last or (PseudoCatalog() if locale.id == PSEUDO else Catalog())
    paths = [catalog_path(folder, identifier) for identifier in reversed(locale.lineage)]
    fingerprints = (*map(fingerprint, (*paths, template_path(folder))), locale.id in waiting)
    if last and last.fingerprints == fingerprints:
        return last
    catalog = Catalog(locale.language, fingerprints=fingerprints)
    try:
        _fill(catalog, locale, paths, last or Catalog(), template)
    except Exception as error:
        former = last or Catalog(locale.language)
        catalog = replace(former, fingerprints=fingerprints, faults=[unexpected(paths[-1], error)])
        return catalog.with_file_messages(former.file_messages)
    if not any(map(os.path.lexists, paths)) and not catalog.files and locale.id not in waiting:
        catalog.faults.append(no_catalog(paths[-1], locale))
    return catalog


def _fill(catalog: Catalog, locale: Locale, paths: list[Path], last: Catalog, template: ReadTemplate) -> None:
    """Read the template and the files into the catalog, the language's file before that of the region."""
    try:
        catalog.template_file = template()
        catalog.template = catalog.template_file.file.messages if catalog.template_file else {}
    except Faults as error:
        catalog.faults += error.faults
        catalog.template = last.template
    for path in paths:
        if read := _read_file(catalog, path, locale, last.files.get(path)):
            _keep_dropped(catalog, path, read, last.file_messages)
            catalog.files[path] = read
            _add(catalog, path, read, locale, last.file_messages)
    catalog.messages = catalog.file_messages
    messages = catalog.template or catalog.entries()
    catalog.reader_keys = frozenset(key for key, message in messages.items() if message.is_for_readers)


def _read_file(catalog: Catalog, path: Path, locale: Locale, last: CatalogFile | None) -> CatalogFile | None:
    """The file, or the last good state of one that is broken or gone."""
    present = fingerprint(path)
    if not last and not present:
        return None
    if last and last.fingerprint == present:
        return last
    try:
        file = read_file(path, locale)
    except Faults as error:
        catalog.faults += error.faults
        return last and last._replace(fingerprint=UNREADABLE)
    former = {**last.dropped, **last.file.messages} if last else {}
    dropped = (catalog.template.keys() & former.keys()) - file.messages.keys()
    return CatalogFile(present, file, {key: former[key] for key in dropped})


def _keep_dropped(catalog: Catalog, path: Path, read: CatalogFile, last: LastForms) -> None:
    """Serve what a file has no more in its last words, and say so in one fault.

    To take a translation back, one leaves it empty. A regional catalog need not repeat its language's messages.
    """
    elsewhere = catalog.entries()
    lacking = [
        message
        for key, message in catalog.template.items()
        if key not in read.file.messages and (key in read.dropped or key not in elsewhere)
    ]
    for key in (message.key for message in lacking):
        if key in read.dropped and read.dropped[key].usable_forms and key in last:
            catalog.file_messages[key] = last[key]
    if lacking:
        last_line = max((message.line for message in read.file.messages.values()), default=1)
        catalog.incomplete[path] = Fault(path, last_line, _lacks(lacking))
        catalog.faults.append(catalog.incomplete[path])


def _lacks(messages: list[Message]) -> Sentence:
    if len(messages) == 1:
        # TRANSLATORS: Behind the name of a catalog. %(name)s is the English text of a message.
        text = N_(
            "lacks a message that the site asks for: “%(name)s”. Its last words stay. Put the rest of the file back, "
            "or, if it is new, run `make catalogs`."
        )
    else:
        # TRANSLATORS: Behind the name of a catalog. %(count)s is a number, %(name)s the English text of a message.
        text = N_(
            "lacks messages that the site asks for: %(count)s, the first being “%(name)s”. Their last words stay. Put "
            "the rest of the file back, or, if they are new, run `make catalogs`."
        )
    return Sentence(text, count=len(messages), name=shortened(messages[0].msgid))


def _add(catalog: Catalog, path: Path, read: CatalogFile, locale: Locale, last: LastForms) -> None:
    """Serve what the file says; of a message that is refused, what was served last."""
    catalog.plural_rule = read.file.plural_rule
    # TRANSLATORS: %(name)s is the English text of a message, %(finding)s a sentence that says what is wrong.
    not_served = N_("“%(name)s” is not served in these words. %(finding)s")
    catalog.faults += duplicate_faults(path, read.file)
    for key, message in read.file.messages.items():
        findings = refusals(catalog.template.get(key, message), message.forms, locale)
        if not findings and message.usable_forms:
            catalog.file_messages[key] = _typeset(message.usable_forms, locale)
        elif findings and not message.fuzzy:
            name = shortened(message.msgid)
            catalog.faults += [
                Fault(path, message.line, Sentence(not_served, name=name, finding=finding.sentence))
                for finding in findings
            ]
            catalog.refused.add(key)
            if key in last:
                catalog.file_messages[key] = last[key]


def _typeset(forms: Iterable[str], locale: Locale) -> tuple[str, ...]:
    return tuple(typeset_once(form, locale.language) for form in forms)
