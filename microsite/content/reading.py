"""From files to a snapshot of content: each text and drawing stands alone, and one with faults stays as it was."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from microsite.content.check import check_entry, check_site, check_slugs, check_unreadable, fragment_warnings
from microsite.content.document import Document, UnreadableText, read_document
from microsite.content.drawings import read_drawing
from microsite.content.glossary import GLOSSARY_TOML, UNREADABLE, read_glossary
from microsite.content.kinds import KINDS
from microsite.content.library import Content, DrawingFile, Entry, Known, TextFile
from microsite.content.parse_cache import ParseCache
from microsite.content.site_file import Site
from microsite.content.text_files import FileListing, list_texts
from microsite.faults import Fault, Faults, collecting

MAX_ROUNDS = 10
"""How often texts go back to what they were because others did; two are ordinary."""
Chosen = dict[str, Document]
"""What is to be served of each file."""


def read_content(
    folder: Path,
    site: Site,
    promotions: Mapping[str, Collection[str]],
    cache: ParseCache,
    last: Content | None,
    today: date,
) -> Content:
    """Every text under `folder`; files that `last` has read already are not read again.

    `promotions` are the placements that each may take. A text that has faults is as it was in `last`, or withheld;
    `faults` of the result says why. Never raises for what is in a file.
    """
    known_kinds = frozenset(kind for kind, entries in last.texts.items() if entries) if last else frozenset[str]()
    listing = list_texts(folder, site, known_kinds)
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
    glossary = last.glossary if last else UNREADABLE
    with collecting(listing.faults):
        glossary = read_glossary(folder / GLOSSARY_TOML, site, glossary)
    drawings = _read_drawings(listing, last)
    listing.faults += (fault for drawing in drawings.values() for fault in drawing.faults)
    known = Known(site, keys, promotions, today, glossary, _upcoming(files, today), drawings)
    return _content_without_faults(files, known, listing.faults, last)


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


def with_former_texts(content: Content, files: Mapping[str, Fault], last: Content | None) -> Content:
    """The same with these files as they are in `last`, each for the reason that its fault tells."""
    assert content.known
    refused = {
        path: replace(
            content.text_files[path], read=_refused(content.text_files[path], fault), served=_served(last, path)
        )
        for path, fault in files.items()
    }
    return _content_without_faults(content.text_files | refused, content.known, _faults_elsewhere(content), content)


def with_site(content: Content, site: Site) -> Content:
    """The same texts in another site."""
    assert content.known
    return _content_without_faults(
        content.text_files, replace(content.known, site=site), _faults_elsewhere(content), content
    )


def _faults_elsewhere(content: Content) -> list[Fault]:
    """Faults of what is in the wrong place, which belong to no text."""
    return [fault for fault in content.faults if str(fault.path) not in content.text_files]


def _upcoming(files: Mapping[str, TextFile], today: date) -> dict[str, date]:
    """The day on which each article appears that is not there `today` in any language."""
    first: dict[str, date] = {}
    for file in files.values():
        document = file.read if isinstance(file.read, Document) else file.served
        if document:
            first[document.key] = min(document.published, first.get(document.key, document.published))
    return {key: day for key, day in first.items() if day > today}


def _refused(file: TextFile, fault: Fault) -> Faults:
    faults = Faults([fault])
    if isinstance(file.read, Document):
        faults.slugs = (file.read.slug,)
    return faults


def _served(last: Content | None, path: str) -> Document | None:
    return last.text_files[path].served if last and path in last.text_files else None


def _read_texts(listing: FileListing, cache: ParseCache, last: Content | None) -> dict[str, TextFile]:
    """The state of each file, `served` being what the last edition showed."""
    known = last.text_files if last else {}
    changed = [
        (kind, path)
        for path, (kind, signature) in listing.texts.items()
        if path not in known or known[path].signature != signature
    ]
    if last is None:
        cache.forget_others(len(listing.texts))
    parsed = cache.read(changed)
    files = {
        path: TextFile(kind, signature, parsed[path], _served(last, path)) if path in parsed else known[path]
        for path, (kind, signature) in listing.texts.items()
    }
    # Of a folder that cannot be listed nobody knows what is gone.
    return files | {path: file for path, file in known.items() if path not in files and listing.may_hold(path)}


def _read_drawings(listing: FileListing, last: Content | None) -> dict[str, DrawingFile]:
    """Each drawing by its path; files that have not changed are not read again."""
    known = last.known.drawings if last and last.known else {}
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


def _content_without_faults(
    files: dict[str, TextFile], known: Known, faults: list[Fault], last: Content | None
) -> Content:
    """The files as content, in which no text has a fault that keeps it from being shown."""
    reported = list(faults)
    for file in files.values():
        if isinstance(file.read, Faults):
            reported += file.read.faults
            if isinstance(file.read, UnreadableText):
                reported += check_unreadable(file.read, known)
    chosen = {
        path: document
        for path, file in files.items()
        if (document := file.read if isinstance(file.read, Document) else file.served)
    }
    content = _checked_content(files, chosen, known, last)
    reported += check_site(known)
    for _ in range(MAX_ROUNDS):
        joint_faults = [
            *content.slug_faults,
            *(fault for entry_faults in content.entry_faults.values() for fault in entry_faults),
        ]
        reported += joint_faults
        if not _put_back(files, chosen, joint_faults):
            break
        content = _checked_content(files, chosen, known, content)
    reported += fragment_warnings(content)
    return _with_faults(content, files, chosen, sorted(set(reported)))


def _put_back(files: Mapping[str, TextFile], chosen: Chosen, faults: list[Fault]) -> bool:
    """Put texts with faults back to what they were, or leave them out; whether there was anything to put back."""
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


def _checked_content(files: Mapping[str, TextFile], chosen: Chosen, known: Known, last: Content | None) -> Content:
    """The texts as entries, checked together; whatever did not change is taken from `last`."""
    texts: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
    for document in chosen.values():
        entry = texts[document.kind].setdefault(document.key, Entry(document.kind, document.key, {}))
        entry.documents[document.locale_id] = document
    for entry in (entry for entries in texts.values() for entry in entries.values()):
        entry.documents.update(_inherited(entry, known.site))
    is_known = last is not None and last.known == known
    entry_faults: dict[tuple[str, str], list[Fault]] = {}
    for kind, entries in texts.items():
        former_entries = last.texts[kind] if last else {}
        for key, entry in entries.items():
            if (former := former_entries.get(key)) == entry:
                entries[key] = former
            if last and is_known and former == entry:
                faults = last.entry_faults.get((kind, key), [])
            else:
                faults = list(check_entry(entry, known))
            if faults:
                entry_faults[kind, key] = faults
    content = Content(known.site, texts, known=known, entry_faults=entry_faults)
    if last and is_known and _have_same_slugs(last, content):
        return _sharing(replace(content, slug_faults=last.slug_faults), last)
    served = {path for path, document in chosen.items() if files[path].served is document}
    return replace(content, slug_faults=tuple(check_slugs(content, served)))


def _inherited(entry: Entry, site: Site) -> dict[str, Document]:
    """By id of a regional locale (`fr_CA`) that a text is not written in: the text in its language (`fr`)."""
    return {
        locale.id: entry.documents[parent]
        for locale in site.locales.values()
        if locale.id not in entry.documents
        for parent in locale.lineage[:0:-1]
        if parent in entry.documents
    }


def _have_same_slugs(last: Content, content: Content) -> bool:
    """Whether every text is in the same languages, under the same slugs, as before."""
    for kind, entries in content.texts.items():
        former = last.texts[kind]
        if former.keys() != entries.keys():
            return False
        if any(former[key] is not entry and former[key].slugs != entry.slugs for key, entry in entries.items()):
            return False
    return True


def _sharing(content: Content, last: Content) -> Content:
    """The content with the look-ups by slug that `last` has made, which are the same."""
    for name in ("slugs", "slug_words"):
        if name in last.__dict__:
            content.__dict__[name] = last.__dict__[name]
    return content


def _with_faults(content: Content, files: dict[str, TextFile], chosen: Chosen, reported: list[Fault]) -> Content:
    """The content with the state of its files, what is withheld, and every fault and warning."""
    withheld: set[tuple[str, str, str]] = set()
    for name, file in files.items():
        if name not in chosen:
            path = Path(name)
            withheld |= {(file.kind, path.stem, slug) for slug in file.read.slugs or [path.parent.name]}
    changed = replace(
        content,
        text_files={
            path: file if file.served is chosen.get(path) else replace(file, served=chosen.get(path))
            for path, file in files.items()
        },
        warnings=tuple(fault for fault in reported if fault.warning),
        faults=tuple(fault for fault in reported if not fault.warning),
        withheld=frozenset(withheld),
    )
    return _sharing(changed, content)
