"""From files to a snapshot of content: each text stands alone, and one with faults stays as it was."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from microsite.content.check import check_entry, check_partial, check_site, check_slugs, fragment_warnings
from microsite.content.document import Document, PartialDocument, read_document
from microsite.content.kinds import KINDS
from microsite.content.library import Content, Entry, Known, TextFile
from microsite.content.parse_cache import ParseCache
from microsite.content.site_file import Site
from microsite.content.text_files import Listing, list_texts
from microsite.faults import Fault, Faults, collecting

MAX_ROUNDS = 10
"""How often texts go back to what they were because others did; two are ordinary."""
Chosen = dict[str, Document]
"""What is to be served of each file."""


def read_content(
    folder: Path,
    site: Site,
    promotions: Mapping[str, Collection[str]],
    texts: ParseCache,
    last: Content | None = None,
) -> Content:
    """Every article and page under `folder`; files that `last` has read already are not read again.

    `promotions` are the placements that each may take. A text that has faults is as it was in `last`, or withheld;
    `faults` of the result says why. Never raises for what is in a file.
    """
    had = frozenset(kind for kind, entries in last.texts.items() if entries) if last else frozenset[str]()
    listing = list_texts(folder, site, had)
    files = _read(listing, texts, last)
    keys = {
        name: {file.rsplit("/", 2)[1] for file, one in files.items() if one.kind == name}
        | {fault.path.parent.name for fault in listing.faults if fault.path.is_relative_to(folder / kind.folder)}
        for name, kind in KINDS.items()
    }
    known = Known(site, keys, promotions)
    return _settled(files, known, listing.faults, last)


def read_each(folder: Path) -> list[Fault]:
    """The faults that texts have by themselves: all that can be known without site.toml."""
    listing = list_texts(folder, None)
    faults = listing.faults
    for file, (kind, _) in listing.texts.items():
        with collecting(faults):
            read_document(Path(file), kind)
    return faults


def without(content: Content, files: Mapping[str, Fault], last: Content | None) -> Content:
    """The same with these files as they are in `last`, each for the reason that its fault tells."""
    assert content.known
    changed = {
        file: replace(one, read=_refused(one, files[file]), served=_served(last, file)) if file in files else one
        for file, one in content.files.items()
    }
    return _settled(changed, content.known, _faults_elsewhere(content), content)


def with_site(content: Content, site: Site) -> Content:
    """The same texts in another site."""
    assert content.known
    return _settled(content.files, replace(content.known, site=site), _faults_elsewhere(content), content)


def _faults_elsewhere(content: Content) -> list[Fault]:
    """Those that no text has: of what is in the wrong place."""
    return [fault for fault in content.faults if str(fault.path) not in content.files]


def _refused(file: TextFile, fault: Fault) -> Faults:
    faults = Faults([fault])
    if isinstance(file.read, Document):
        faults.slugs = (file.read.slug,)
    return faults


def _served(last: Content | None, file: str) -> Document | None:
    return last.files[file].served if last and file in last.files else None


def _read(listing: Listing, texts: ParseCache, last: Content | None) -> dict[str, TextFile]:
    """The state of each file, `served` being what the last edition showed."""
    known = last.files if last else {}
    changed = [
        (kind, file)
        for file, (kind, signature) in listing.texts.items()
        if file not in known or known[file].signature != signature
    ]
    if last is None:
        texts.forget_others(len(listing.texts))
    parsed = texts.read(changed)
    files = {
        file: TextFile(kind, signature, parsed[file], _served(last, file)) if file in parsed else known[file]
        for file, (kind, signature) in listing.texts.items()
    }
    # Of a folder that cannot be listed nobody knows what is gone.
    return files | {file: one for file, one in known.items() if file not in files and listing.may_hold(file)}


def _settled(files: dict[str, TextFile], known: Known, faults: list[Fault], last: Content | None) -> Content:
    """The files as content, in which no text has a fault that keeps it from being shown."""
    reported = list(faults)
    for one in files.values():
        if isinstance(one.read, Faults):
            reported += one.read.faults
            if isinstance(one.read, PartialDocument):
                reported += check_partial(one.read, known)
    chosen = {
        file: document
        for file, one in files.items()
        if (document := one.read if isinstance(one.read, Document) else one.served)
    }
    content = _assembled(files, chosen, known, last)
    reported += check_site(known)
    for _ in range(MAX_ROUNDS):
        together = [*content.slug_faults, *(fault for found in content.entry_faults.values() for fault in found)]
        reported += together
        if not _retreat(files, chosen, together):
            break
        content = _assembled(files, chosen, known, content)
    reported += fragment_warnings(content)
    return _reporting(content, files, chosen, sorted(set(reported)))


def _retreat(files: Mapping[str, TextFile], chosen: Chosen, faults: list[Fault]) -> bool:
    """Put texts with faults back to what they were, or leave them out; whether there was anything to put back."""
    has_changed = False
    is_tolerable: dict[str, bool] = {}
    for fault in faults:
        if not fault.warning:
            file = str(fault.path)
            is_tolerable[file] = is_tolerable.get(file, True) and fault.is_tolerable
    for file in is_tolerable.keys() & chosen.keys():
        former = files[file].served
        if former is not None and chosen[file] is not former:
            chosen[file] = former
        elif not is_tolerable[file]:
            del chosen[file]
        else:
            continue
        has_changed = True
    return has_changed


def _assembled(files: Mapping[str, TextFile], chosen: Chosen, known: Known, last: Content | None) -> Content:
    """The texts as entries, checked together; whatever did not change is taken from `last`."""
    entries: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
    for file, document in chosen.items():
        of_kind = entries[files[file].kind]
        if document.key not in of_kind:
            of_kind[document.key] = Entry(document.kind, document.key, {})
        of_kind[document.key].documents[document.locale_id] = document
    former = last.texts if last else {kind: {} for kind in KINDS}
    for kind, of_kind in entries.items():
        for key, entry in of_kind.items():
            if (same := former[kind].get(key)) and _is_same(same, entry):
                of_kind[key] = same
    content = Content(known.site, entries, known=known)
    is_known = last is not None and last.known == known
    entry_faults = dict(last.entry_faults) if last and is_known else {}
    for kind, of_kind in entries.items():
        for key, entry in of_kind.items():
            if not is_known or former[kind].get(key) is not entry:
                entry_faults[kind, key] = list(check_entry(entry, known))
    content = replace(
        content,
        entry_faults={
            (kind, key): found for (kind, key), found in entry_faults.items() if found and key in entries[kind]
        },
    )
    if last and is_known and _have_same_slugs(last, content):
        return _sharing(replace(content, slug_faults=last.slug_faults), last)
    settled = {file for file, document in chosen.items() if files[file].served is document}
    slug_faults = [fault for of_kind in entries.values() for fault in check_slugs(content, of_kind, settled)]
    return replace(content, slug_faults=tuple(slug_faults))


def _is_same(one: Entry, other: Entry) -> bool:
    return one.documents.keys() == other.documents.keys() and all(
        one.documents[locale_id] is document for locale_id, document in other.documents.items()
    )


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
    """With what `last` has worked out of slugs, which are the same."""
    for name in ("slugs", "slug_words"):
        if name in last.__dict__:
            content.__dict__[name] = last.__dict__[name]
    return content


def _reporting(content: Content, files: dict[str, TextFile], chosen: Chosen, reported: list[Fault]) -> Content:
    withheld: set[tuple[str, str, str]] = set()
    for file, one in files.items():
        if file not in chosen:
            path = Path(file)
            slugs = one.read.slugs
            withheld |= {(one.kind, path.stem, slug) for slug in slugs or [path.parent.name]}
    states = {
        file: one if one.served is chosen.get(file) else replace(one, served=chosen.get(file))
        for file, one in files.items()
    }
    changed = replace(
        content,
        files=states,
        warnings=tuple(fault for fault in reported if fault.warning),
        faults=tuple(fault for fault in reported if not fault.warning),
        withheld=frozenset(withheld),
    )
    return _sharing(changed, content)
