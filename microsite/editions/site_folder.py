"""What the folder of the site says: site.toml, promotions, claims, articles and pages, each as good as it can be."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from microsite.config import Settings
from microsite.content.library import Content
from microsite.content.parse_cache import ParseCache
from microsite.content.reading import read_content, read_each
from microsite.content.site_file import Site, placeholders, read_site, with_pseudo
from microsite.faults import Fault, Faults, collecting
from microsite.promotions.claims import Claims, read_claims
from microsite.promotions.placement import PLACEMENTS
from microsite.promotions.promotion import Promotion, read_promotions


@dataclass(frozen=True)
class Files:
    """Unchangeable. What has faults is as it was before, or not there."""

    content: Content
    promotions: dict[str, Promotion]
    claims: Claims
    faults: tuple[Fault, ...] = ()
    """Why something is older than its file, or not there."""


def read_folder(settings: Settings, last: Files | None = None) -> Files:
    """Everything in the folder of the site, checked together.

    A file that has faults leaves what it says as it was in `last`. Raises Faults where there is no usable site.toml
    and `last` has none.
    """
    folder = settings.site
    faults: list[Fault] = []
    site = _site(settings, faults)
    if site is None and last is None:
        read_promotions(folder / "promotions", None, {}, faults)
        raise Faults(faults + read_each(folder))
    files = _read(settings, site, last, faults)
    if last and site and (why := _takes_too_much(files, last)):
        faults += [*why, *files.faults]
        files = _read(settings, None, last, faults)
    return files


def _site(settings: Settings, faults: list[Fault]) -> Site | None:
    site: Site | None = None
    with collecting(faults):
        site = read_site(settings.site / "site.toml")
    return with_pseudo(site) if site and settings.pseudo else site


def _read(settings: Settings, site: Site | None, last: Files | None, faults: list[Fault]) -> Files:
    """All but site.toml; without a site, for the last one."""
    folder = settings.site
    faults = list(faults)
    if site is None:
        assert last
        site = last.content.site
    promotions = read_promotions(folder / "promotions", site.promotion_hosts, last.promotions if last else {}, faults)
    claims = last.claims if last else {}
    with collecting(faults):
        claims = read_claims(folder / "claims.toml", site)
    # One that has faults of its own is known all the same: articles that name it are not wrong.
    places: dict[str, Collection[str]] = {path.stem: PLACEMENTS for path in (folder / "promotions").glob("*.toml")}
    places |= {promotion.key: promotion.placements for promotion in promotions.values()}
    texts = ParseCache(settings.instance / "texts.sqlite")
    content = read_content(folder, site, places, texts, last.content if last else None)
    return Files(content.with_warnings(placeholders(site)), promotions, claims, (*faults, *content.faults))


def _takes_too_much(files: Files, last: Files) -> list[Fault]:
    """Why a new site.toml cannot be taken: texts that readers see, and that are still there, would be lost to them."""
    site = files.content.site
    if site == last.content.site:
        return []
    now = files.content.files
    lost = [
        file
        for file, one in last.content.files.items()
        if one.served and not (now[file].served if file in now else not os.path.lexists(file))
    ]
    faults = [fault for fault in files.content.faults if fault.path == site.path]
    if lost:
        what = f"would take {len(lost)} texts from readers, {_named(lost[0])} first: what was said before stays."
        faults.append(Fault(site.path, 1, f"{what} Mend those texts, or undo this."))
    return faults


def _named(file: str) -> str:
    return "/".join(Path(file).parts[-3:])
