"""Which file, message or revision breaks an edition: found by trying without each, in a number of steps."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from microsite.content.library import Content
from microsite.content.reading import with_site
from microsite.content.reading import without as content_without
from microsite.editions.site_folder import Files
from microsite.faults import Fault, Faults, unexpected
from microsite.language.catalog import Catalog
from microsite.language.message import Key
from microsite.storage.revisions import Revisions

MAX_CULPRITS = 20
"""At a time. An edition with more that is wrong is not taken at all."""


class Parts(NamedTuple):
    """What an edition is made of, but for the time."""

    files: Files
    catalogs: dict[str, Catalog]
    revisions: Revisions


class Suspect(NamedTuple):
    """Something that is not as it was: a text, a promotion, a message, a revision, the list of claims, the site."""

    kind: str
    name: tuple[object, ...]
    path: Path
    line: int


Attempt = Callable[[Parts, Iterable[str] | None], dict[str, Exception]]
"""Makes an edition and shows pages of it, all that are to be tried or these; says what was raised, by address."""


def prove(parts: Parts, last: Parts | None, attempt: Attempt) -> tuple[Parts, list[Fault]]:
    """The parts with which every page can be shown, and why some of them are as they were in `last`, or left out.

    Raises Faults where nothing that changed is to blame: `last` had better go on.
    """
    before = last or Parts(Files(Content(parts.files.content.site), {}, {}), {}, Revisions())
    faults: list[Fault] = []
    failures = attempt(parts, None)
    while failures:
        address, error = next(iter(failures.items()))
        culprit = _culprit(parts, before, address, attempt)
        if culprit is None or len(faults) == MAX_CULPRITS:
            raise Faults([*faults, unexpected(parts.files.content.site.path, error)])
        fault = unexpected(culprit.path, error, culprit.line)
        faults.append(fault)
        parts = _without(parts, before, [culprit], fault)
        # Of those that failed, then of all: what goes well with each of them gone need not with all of them gone.
        failures = attempt(parts, list(failures)) or attempt(parts, None)
    return parts, faults


def _culprit(parts: Parts, last: Parts, address: str, attempt: Attempt) -> Suspect | None:
    """What alone stands between this page and its being shown, if others that precede it are gone too."""
    suspects = list(_suspects(parts, last))
    fault = Fault(parts.files.content.site.path, 1, "on trial")

    def fails(count: int) -> bool:
        return bool(attempt(_without(parts, last, suspects[:count], fault), [address]))

    if not suspects or fails(len(suspects)):
        return None
    low, high = 0, len(suspects)  # fails with the first `low` gone, goes well with the first `high` gone
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fails(middle) else (low, middle)
    return suspects[high - 1]


def _suspects(parts: Parts, last: Parts) -> Iterator[Suspect]:
    """The most particular ones first."""
    for number in parts.revisions.by_id.keys() - last.revisions.by_id.keys():
        yield Suspect("revision", (number,), Path("revisions") / str(number), 1)
    for locale_id, catalog in parts.catalogs.items():
        former = last.catalogs[locale_id].file_messages if locale_id in last.catalogs else {}
        for key, forms in catalog.file_messages.items():
            if former.get(key) != forms:
                yield _message(locale_id, catalog, key)
    files, former_files = parts.files, last.files
    known = former_files.content.files
    for name, file in files.content.files.items():
        if file.served and (name not in known or known[name].served is not file.served):
            yield Suspect("text", (name,), Path(name), 1)
    folder = files.content.site.path.parent
    for promotion in files.promotions.values():
        if former_files.promotions.get(promotion.key) != promotion:
            yield Suspect("promotion", (promotion.key,), folder / "promotions" / f"{promotion.key}.toml", 1)
    if files.claims != former_files.claims:
        yield Suspect("claims", (), folder / "claims.toml", 1)
    if files.content.site != former_files.content.site:
        yield Suspect("site", (), files.content.site.path, 1)


def _message(locale_id: str, catalog: Catalog, key: Key) -> Suspect:
    for path, read in catalog.files.items():
        if message := read.file.messages.get(key):
            return Suspect("message", (locale_id, key), path, message.line)
    return Suspect("message", (locale_id, key), Path(locale_id), 1)


def _without(parts: Parts, last: Parts, suspects: Sequence[Suspect], fault: Fault) -> Parts:
    """The parts with all of these as they were, or not there at all."""
    names = {kind: {one.name for one in suspects if one.kind == kind} for kind in {one.kind for one in suspects}}
    files, catalogs, revisions = parts
    if "site" in names:
        files = replace(files, content=with_site(files.content, last.files.content.site))
    if "text" in names:
        refused = {str(file): fault for (file,) in names["text"]}
        content = content_without(files.content, refused, last.files.content)
        files = replace(files, content=content, faults=(*files.faults, fault))
    if "promotion" in names:
        blamed = {str(name) for (name,) in names["promotion"]}
        others = {name: promotion for name, promotion in files.promotions.items() if name not in blamed}
        former = {name: promotion for name, promotion in last.files.promotions.items() if name in blamed}
        files = replace(files, promotions=others | former)
    if "claims" in names:
        files = replace(files, claims=last.files.claims)
    if "message" in names:
        catalogs = {
            locale_id: _catalog_without(
                catalog, {key for named, key in names["message"] if named == locale_id}, last.catalogs.get(locale_id)
            )
            for locale_id, catalog in catalogs.items()
        }
    if "revision" in names:
        gone = {number for (number,) in names["revision"]}
        revisions = Revisions().added([one for id, one in revisions.by_id.items() if id not in gone])
    return Parts(files, catalogs, revisions)


def _catalog_without(catalog: Catalog, keys: set[object], last: Catalog | None) -> Catalog:
    if not keys:
        return catalog
    former = last.file_messages if last else {}
    messages = {key: former.get(key) if key in keys else forms for key, forms in catalog.file_messages.items()}
    return catalog.with_file_messages({key: forms for key, forms in messages.items() if forms})
