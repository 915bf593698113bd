"""Listing the files of texts and of their drawings, and naming what is in the wrong place."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from microsite.content.fields import KEY
from microsite.content.kinds import KINDS
from microsite.content.library import Signature
from microsite.content.site_file import Site
from microsite.faults import Fault, readable_name

TEXT, DRAWING = ".md", ".svg"
MAX_DEPTH = 4
"""Folders within each other that are searched for texts that were put in the wrong place."""


_UNREAD = f"is not read: its name ends neither with {TEXT}, as texts do, nor with {DRAWING}. Rename it, or take it out."


@dataclass
class FileListing:
    """The text files of a site, the drawings beside them, and what is wrong with where they are."""

    texts: dict[str, tuple[str, Signature]] = field(default_factory=dict)
    """Kind and signature, by path; in the order of their names."""
    drawings: dict[str, Signature] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    """Folders that could not be listed, and files that could not be examined: what they hold is not known."""

    def may_hold(self, file: str) -> bool:
        """Whether a file that is not listed may be there all the same."""
        return any(file == path or file.startswith(f"{path}/") for path in self.unlisted)


def list_texts(folder: Path, site: Site | None, known_kinds: frozenset[str] = frozenset()) -> FileListing:
    """Every text and drawing below `folder`; without a site, whatever it is named.

    The folder of a kind may be missing, unless it is one of `known_kinds`, of which there were texts before.
    """
    listing = FileListing()
    locale_ids = [locale.id for locale in site.locales.values()] if site else []
    for name, kind in KINDS.items():
        root = f"{folder}/{kind.folder}"
        if not os.path.lexists(root) and name not in known_kinds:
            continue  # a site without pages
        for file, signature in _files_below(root, 0, listing):
            if site and (message := _misplaced(folder, kind.folder, file, locale_ids)):
                listing.faults.append(Fault(Path(file), 1, message))
            elif file.endswith(DRAWING):
                listing.drawings[file] = signature
            else:
                listing.texts[file] = name, signature
    return listing


def _files_below(folder: str, depth: int, listing: FileListing) -> Iterator[tuple[str, Signature]]:
    """Path and signature of texts and drawings at any depth, in the order of their names; none of editors' dot files.

    The folder of an article may be a link. Deeper down links to folders are not followed: they may go in circles.
    """
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=attrgetter("name"))
    except OSError as error:
        message = f"cannot be listed: {error.strerror}. Put the folder back; what was in it stays as it was."
        listing.faults.append(Fault(Path(folder), 1, message))
        listing.unlisted.append(folder)
        return
    for entry in ordered:
        try:
            if entry.is_dir(follow_symlinks=depth == 0):
                if depth < MAX_DEPTH:
                    yield from _files_below(entry.path, depth + 1, listing)
            elif entry.name.startswith(".") or entry.name.endswith("~"):
                continue  # an editor's
            elif entry.name.endswith((TEXT, DRAWING)):
                status = entry.stat()
                yield entry.path, (status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)
            elif depth:
                listing.faults.append(Fault(Path(entry.path), 1, _UNREAD, warning=True))
        except OSError as error:
            if depth == 0 or entry.name.endswith((TEXT, DRAWING)):
                message = f"cannot be read: {error.strerror}. Remove it or put the file there."
                listing.faults.append(Fault(Path(entry.path), 1, message))
                listing.unlisted.append(entry.path)


def _misplaced(folder: Path, within: str, file: str, locale_ids: list[str]) -> str | None:
    """A sentence for a file in the wrong place, else None. Paths are `str`: of 20,000, pathlib is too slow."""
    parent, key, name = file.rsplit("/", 2)
    is_drawing = name.endswith(DRAWING)
    if parent != f"{folder}/{within}":
        place = f"{folder.name}/{within}/<key>/{name if is_drawing else f'{locale_ids[0]}{TEXT}'}"
        return f"not in a folder of its own. Move it to {readable_name(place)}."
    if not KEY.fullmatch(key):
        shown = readable_name(key)
        return f"the folder “{shown}” is no key. Name it in small letters without accents, digits, hyphens."
    stem, suffix = name.rsplit(".", 1)
    drawn, dot, language = stem.partition(".") if is_drawing else ("", "", stem)
    if language not in locale_ids and (dot or not is_drawing):
        names = ", ".join(f"{drawn}{dot}{locale_id}.{suffix}" for locale_id in locale_ids)
        return f"not a language of this site. Name it one of {names}, or add its locale."
    return None
