"""From files to a snapshot of content: each text and drawing stands alone, and one with faults stays as it was."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from microsite.content.check import check_entry, check_site, check_slugs, check_unreadable, fragment_warnings
from microsite.content.document import Document, UnreadableText, read_document
from microsite.content.drawings import read_drawing
from microsite.content.glossary import GLOSSARY_TOML, read_glossary
from microsite.content.kinds import KINDS
from microsite.content.library import Content, DrawingFile, Entry, TextFile
from microsite.content.parse_cache import ParseCache
from microsite.content.site_file import Site
from microsite.content.text_files import FileListing, list_texts
from microsite.faults import Fault, Faults, collecting

MAX_ROUNDS = 10
"""How often texts go back to what they were because others did; two are ordinary."""


def read_content(
    folder: Path, site: Site, promotions: Mapping[str, Collection[str]], cache: ParseCache, last: Content, today: date
) -> Content:
    """Every text under `folder`; files that `last` has read already are not read again.

    `promotions` are the placements that each may take. A text that has faults is as it was in `last`, or withheld;
    `faults` of the result says why. Never raises for what is in a file.
    """
    listing = list_texts(folder, site, frozenset(kind for kind, entries in last.texts.items() if entries))
    files = _read_texts(listing, cache, last)
    keys = {
        name: {path.rsplit("/", 2)[1] for path, file in files.items() if file.kind == name}
        | {
            fault.path.parent.name
            for fault in listing.faults
            if not fault.warning and fault.path.is_relative_to(folder / kind.folder)
        }
        for name, kind in KINDS.items()
    }
    glossary = last.glossary
    with collecting(listing.faults):
        glossary = read_glossary(folder / GLOSSARY_TOML, site, glossary)
    drawings = _read_drawings(listing, last)
    listing.faults += (fault for drawing in drawings.values() for fault in drawing.faults)
    content = Content(
        site, text_files=files, drawings=drawings, glossary=glossary, keys=keys, promotions=promotions, today=today
    )
    return _with_texts(content, listing.faults)


def faults_without_site(folder: Path) -> list[Fault]:
    """The faults that texts have by themselves: all that can be known without site.toml."""
    listing = list_texts(folder, None)
    faults = listing.faults
    for path, (kind, _) in listing.texts.items():
        with collecting(faults):
            read_document(Path(path), kind)
    for path in listing.drawings:
        with collecting(faults):
            read_drawing(Path(path))
    return faults


def with_former_texts(content: Content, files: Mapping[str, Fault], last: Content) -> Content:
    """The same with these files as they are in `last`, each for the reason that its fault tells."""
    refused: dict[str, TextFile] = {}
    for path, fault in files.items():
        faults = Faults([fault])
        faults.slugs = content.text_files[path].read.slugs[-1:]
        refused[path] = replace(content.text_files[path], read=faults, served=_served(last, path))
    changed = replace(content, text_files={**content.text_files, **refused})
    return _with_texts(changed, _faults_elsewhere(content))


def with_site(content: Content, site: Site) -> Content:
    """The same texts in another site."""
    return _with_texts(replace(content, site=site), _faults_elsewhere(content))


def _faults_elsewhere(content: Content) -> list[Fault]:
    """Faults of what is in the wrong place, which belong to no text."""
    return [fault for fault in content.faults if str(fault.path) not in content.text_files]


def _served(last: Content, path: str) -> Document | None:
    return last.text_files[path].served if path in last.text_files else None


def _read_texts(listing: FileListing, cache: ParseCache, last: Content) -> dict[str, TextFile]:
    """The state of each file, `served` being what the last edition showed."""
    known = last.text_files
    changed = [
        (kind, path)
        for path, (kind, signature) in listing.texts.items()
        if path not in known or known[path].signature != signature
    ]
    parsed = cache.read(changed, len(listing.texts))
    files = {
        path: TextFile(kind, signature, parsed[path], _served(last, path)) if path in parsed else known[path]
        for path, (kind, signature) in listing.texts.items()
    }
    # Of a folder that cannot be listed nobody knows what is gone.
    return files | {path: file for path, file in known.items() if path not in files and listing.may_hold(path)}


def _read_drawings(listing: FileListing, last: Content) -> dict[str, DrawingFile]:
    """Each drawing by its path; files that have not changed are not read again."""
    known = last.drawings
    drawings = {path: file for path, file in known.items() if path in listing.drawings or listing.may_hold(path)}
    for path, signature in listing.drawings.items():
        former = known.get(path)
        if former and former.signature == signature:
            continue
        try:
            drawings[path] = DrawingFile(signature, read_drawing(Path(path)))
        except Faults as error:
            drawings[path] = DrawingFile(signature, former.html if former else {}, tuple(error.faults))
    return drawings


def _with_texts(content: Content, faults: Iterable[Fault]) -> Content:
    """The content with the texts of its files: none with a fault that keeps it from being shown.

    `faults` are those of what belongs to no text.
    """
    reported = [*faults, *check_site(content)]
    for file in content.text_files.values():
        if isinstance(file.read, Faults):
            reported += file.read.faults
            if isinstance(file.read, UnreadableText):
                reported += check_unreadable(file.read, content)
    chosen = {path: document for path, file in content.text_files.items() if (document := file.newest)}
    content = replace(content, texts=_entries(chosen.values(), content.site))
    for _ in range(MAX_ROUNDS):
        served = {document.path for path, document in chosen.items() if content.text_files[path].served is document}
        joint_faults = list(check_slugs(content, served))
        joint_faults += (fault for entry in content.entries() for fault in check_entry(entry, content))
        reported += joint_faults
        if not _put_back(content.text_files, chosen, joint_faults):
            break
        content = replace(content, texts=_entries(chosen.values(), content.site))
    reported = sorted({*reported, *fragment_warnings(content)})
    return replace(
        content,
        text_files={path: replace(file, served=chosen.get(path)) for path, file in content.text_files.items()},
        warnings=tuple(fault for fault in reported if fault.warning),
        faults=tuple(fault for fault in reported if not fault.warning),
    )


def _put_back(files: Mapping[str, TextFile], chosen: dict[str, Document], faults: list[Fault]) -> bool:
    """Put chosen texts with faults back to what they were, or leave them out; whether there was anything to put back.

    `chosen` is what is to be served of each file.
    """
    has_changed = False
    is_tolerable: dict[str, bool] = {}
    for fault in faults:
        if not fault.warning:
            path = str(fault.path)
            is_tolerable[path] = is_tolerable.get(path, True) and fault.is_tolerable
    for path in is_tolerable.keys() & chosen.keys():
        former = files[path].served
        if former is not None and chosen[path] is not former:
            chosen[path] = former
        elif not is_tolerable[path]:
            del chosen[path]
        else:
            continue
        has_changed = True
    return has_changed


def _entries(documents: Iterable[Document], site: Site) -> dict[str, dict[str, Entry]]:
    """The texts by kind and key."""
    texts: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
    for document in documents:
        entry = texts[document.kind].setdefault(document.key, Entry(document.kind, document.key, {}))
        entry.documents[document.locale_id] = document
    for entry in (entry for entries in texts.values() for entry in entries.values()):
        entry.documents.update(_inherited(entry, site))
    return texts


def _inherited(entry: Entry, site: Site) -> dict[str, Document]:
    """By id of a regional locale (`fr_CA`) that a text is not written in: the text in its language (`fr`)."""
    return {
        locale.id: entry.documents[parent]
        for locale in site.locales.values()
        if locale.id not in entry.documents
        for parent in locale.lineage[:0:-1]
        if parent in entry.documents
    }
