"""Which file, message or revision breaks an edition: found by trying without each, in a number of steps."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from microsite.content.library import Content
from microsite.content.reading import with_former_texts, with_site
from microsite.editions.edition import Edition
from microsite.editions.site_folder import SiteFiles
from microsite.faults import Fault, Faults, unexpected
from microsite.language.catalog import Catalog
from microsite.language.message import Key
from microsite.storage.revisions import Revisions

MAX_CULPRITS = 20
"""At a time. An edition with more that is wrong is not taken at all."""


class Sources(NamedTuple):
    """What an edition is made of, but for the time."""

    files: SiteFiles
    catalogs: dict[str, Catalog]
    revisions: Revisions


class Suspect(NamedTuple):
    """Something that is not as it was: a text, a promotion, a message, a revision, the list of claims, the site."""

    kind: Hashable
    """Of a message with the id of its locale."""
    name: Hashable
    path: Path
    line: int = 1


class Attempt(NamedTuple):
    """An edition that was made and rendered, and what that raised by address: by "" what the making itself raised."""

    edition: Edition | None
    failures: dict[str, Exception]


Try = Callable[[Sources, Iterable[str] | None], Attempt]
"""Makes an edition and renders pages of it: those at these addresses, or all that are to be tried."""


class Proven(NamedTuple):
    """Sources of which every page can be rendered, the edition of them, and why some are as before, or left out."""

    sources: Sources
    edition: Edition
    faults: list[Fault]


def prove(sources: Sources, last: Sources | None, published_by: date, attempt: Try) -> Proven:
    """The sources with which every page can be rendered: those given, with what breaks a page as in `last`, or gone.

    Of `last` readers have seen the texts that are `published_by` that day. Raises Faults where no change since
    `last` is what breaks a page: the caller goes on with `last`.
    """
    before = Sources(SiteFiles(Content(sources.files.content.site), {}, {}), {}, Revisions())
    if last:
        before = _without_later_texts(last, published_by)
    faults: list[Fault] = []
    edition, failures = attempt(sources, None)
    while failures or not edition:
        address, error = next(iter(failures.items()))
        culprit = _culprit(sources, before, address, attempt)
        if culprit is None or len(faults) == MAX_CULPRITS:
            raise Faults([*faults, unexpected(sources.files.content.site.path, error)])
        fault = unexpected(culprit.path, error, culprit.line)
        faults.append(fault)
        sources = _without(sources, before, [culprit], fault)
        # Of those that failed, then of all: what goes well with each of them gone need not with all of them gone.
        edition, failures = attempt(sources, list(failures))
        if not failures:
            edition, failures = attempt(sources, None)
    return Proven(sources, edition, faults)


def _without_later_texts(sources: Sources, day: date) -> Sources:
    """The sources without the texts that are published after `day`, which nobody has rendered so far."""
    content = sources.files.content
    if content.last_published <= day:
        return sources
    files = {
        path: replace(file, served=None) if file.served and file.served.published > day else file
        for path, file in content.text_files.items()
    }
    return sources._replace(files=replace(sources.files, content=replace(content, text_files=files)))


def _culprit(sources: Sources, last: Sources, address: str, attempt: Try) -> Suspect | None:
    """The suspect without which this page can be rendered, if those before it are gone too; by bisection."""
    suspects = list(_suspects(sources, last))
    fault = Fault(sources.files.content.site.path, 1, "on trial")

    def fails(count: int) -> bool:
        return bool(attempt(_without(sources, last, suspects[:count], fault), [address]).failures)

    if not suspects or fails(len(suspects)):
        return None
    fewest = bisect_left(range(len(suspects)), True, lo=1, key=lambda count: not fails(count))
    return suspects[fewest - 1]


def _suspects(sources: Sources, last: Sources) -> Iterator[Suspect]:
    """Everything that is not as in `last`, the most particular first."""
    for number in sources.revisions.by_id.keys() - last.revisions.by_id.keys():
        yield Suspect("revision", number, Path("revisions") / str(number))
    for locale_id, catalog in sources.catalogs.items():
        former = last.catalogs[locale_id].file_messages if locale_id in last.catalogs else {}
        for key, forms in catalog.file_messages.items():
            if former.get(key) != forms:
                yield _message(locale_id, catalog, key)
    files = sources.files
    known = last.files.content.text_files
    for path, file in files.content.text_files.items():
        if file.served and (path not in known or known[path].served is not file.served):
            yield Suspect("text", path, Path(path))
    folder = files.content.site.path.parent
    for promotion in files.promotions.values():
        if last.files.promotions.get(promotion.key) != promotion:
            yield Suspect("promotion", promotion.key, folder / "promotions" / f"{promotion.key}.toml")
    if files.claims != last.files.claims:
        yield Suspect("claims", "", folder / "claims.toml")
    if files.content.site != last.files.content.site:
        yield Suspect("site", "", files.content.site.path)


def _message(locale_id: str, catalog: Catalog, key: Key) -> Suspect:
    for path, read in catalog.files.items():
        if message := read.file.messages.get(key):
            return Suspect(("message", locale_id), key, path, message.line)
    return Suspect(("message", locale_id), key, Path(locale_id))


def _without(sources: Sources, last: Sources, suspects: Iterable[Suspect], fault: Fault) -> Sources:
    """The sources with all of these as they were, or not there at all; `fault` says why."""
    names: dict[Hashable, set[Any]] = defaultdict(set)
    for suspect in suspects:
        names[suspect.kind].add(suspect.name)
    files, catalogs, revisions = sources
    content, faults = files.content, files.faults
    if names["site"]:
        content = with_site(content, last.files.content.site)
    if names["text"]:
        content = with_former_texts(content, dict.fromkeys(names["text"], fault), last.files.content)
        faults = (*faults, fault)
    promotions = {key: promotion for key, promotion in files.promotions.items() if key not in names["promotion"]}
    promotions |= {key: former for key, former in last.files.promotions.items() if key in names["promotion"]}
    claims = last.files.claims if names["claims"] else files.claims
    catalogs = {
        locale_id: _catalog_without(catalog, names["message", locale_id], last.catalogs.get(locale_id))
        for locale_id, catalog in catalogs.items()
    }
    if names["revision"]:
        others = [revision for number, revision in revisions.by_id.items() if number not in names["revision"]]
        revisions = Revisions().added(others)
    files = replace(files, content=content, promotions=promotions, claims=claims, faults=faults)
    return Sources(files, catalogs, revisions)


def _catalog_without(catalog: Catalog, keys: set[Key], last: Catalog | None) -> Catalog:
    if not keys:
        return catalog
    former = last.file_messages if last else {}
    messages = {key: former.get(key) if key in keys else forms for key, forms in catalog.file_messages.items()}
    return catalog.with_file_messages({key: forms for key, forms in messages.items() if forms})
