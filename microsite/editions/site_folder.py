"""The folder of the site: site.toml, promotions, claims, articles and pages, each as good as it can be.

The last good site.toml is kept in the instance folder: a start with a broken one has it to go on with.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from microsite.config import Settings
from microsite.content.library import Content
from microsite.content.parse_cache import ParseCache
from microsite.content.reading import faults_without_site, read_content
from microsite.content.security_txt import SECURITY_TXT, SecurityTxt, read_security_txt
from microsite.content.site_file import Site, read_site, with_pseudo
from microsite.content.toml import MAX_TOML_BYTES
from microsite.content.verification import Verification, read_verification
from microsite.faults import Fault, Faults, collecting
from microsite.promotions.claims import Claims, read_claims
from microsite.promotions.placement import PLACEMENTS
from microsite.promotions.promotion import Promotion, read_promotions
from microsite.regular_files import read_regular_file, write_atomically


@dataclass(frozen=True)
class SiteFiles:
    """What the files of the folder say. Immutable. What has faults is as it was before, or not there."""

    content: Content
    promotions: dict[str, Promotion]
    claims: Claims
    faults: tuple[Fault, ...] = ()
    """Why something is older than its file, or not there."""
    security_txt: SecurityTxt = field(default_factory=lambda: SecurityTxt(Path(SECURITY_TXT)))
    verification: Verification | None = None


def read_or_recover(settings: Settings, last: SiteFiles | None, today: date) -> SiteFiles:
    """As `read_folder`, but without a usable site.toml go on with the last good one, of an earlier start even.

    Raises Faults where there is none.
    """
    try:
        files = read_folder(settings, last, today)
    except Faults:
        if (site := _last_good_site(settings)) is None:
            raise
        return read_folder(settings, SiteFiles(Content(site), {}, {}), today)
    if not any(fault.path == files.content.site.path for fault in files.faults):
        _keep_site(settings)
    return files


def read_folder(settings: Settings, last: SiteFiles | None = None, today: date | None = None) -> SiteFiles:
    """Everything in the folder of the site, checked together, as of `today` (UTC).

    A file that has faults leaves what it says as it was in `last`. Raises Faults where there is no usable site.toml
    and no `last`.
    """
    folder = settings.site
    faults: list[Fault] = []
    site: Site | None = None
    today = today or datetime.now(UTC).date()
    with collecting(faults):
        site = _read_site(settings, folder / "site.toml")
    if site is None and last is None:
        read_promotions(folder / "promotions", None, {}, faults)
        raise Faults(faults + faults_without_site(folder))
    files = _read_files(settings, site, last, faults, today)
    if last and site and (reasons := _reasons_against_site(files, last)):
        files = _read_files(settings, None, last, [*faults, *reasons, *files.faults], today)
    return files


def _read_site(settings: Settings, file: Path) -> Site:
    """`file`, as if it were site.toml of the folder. Raises Faults."""
    site = read_site(settings.site / "site.toml", read_regular_file(file, MAX_TOML_BYTES))
    return with_pseudo(site) if settings.pseudo else site


def _read_files(
    settings: Settings, site: Site | None, last: SiteFiles | None, faults: list[Fault], today: date
) -> SiteFiles:
    """All but site.toml; without a site, for the last one. `faults` are known already."""
    folder, faults = settings.site, list(faults)
    if site is None:
        assert last
        site = last.content.site
    promotions = read_promotions(folder / "promotions", site, last.promotions if last else {}, faults)
    claims = last.claims if last else {}
    with collecting(faults):
        claims = read_claims(folder / "claims.toml", site)
    verification = last.verification if last else None
    with collecting(faults):
        verification = read_verification(folder)
    # One that has faults of its own is known all the same: articles that name it are not wrong.
    placements = {path.stem: PLACEMENTS for path in (folder / "promotions").glob("*.toml")}
    placements |= {promotion.key: frozenset(promotion.placements) for promotion in promotions.values()}
    cache = ParseCache(settings.instance / "texts.sqlite")
    content = read_content(folder, site, placements, cache, last.content if last else Content(site), today)
    return SiteFiles(content, promotions, claims, (*faults, *content.faults), read_security_txt(folder), verification)


def _reasons_against_site(files: SiteFiles, last: SiteFiles) -> list[Fault]:
    """Why a new site.toml cannot be taken: texts that readers see, and that are still there, would be lost to them."""
    site = files.content.site
    if site == last.content.site:
        return []
    now = files.content.text_files
    lost = [
        path
        for path, file in last.content.text_files.items()
        if file.served and not (now[path].served if path in now else not os.path.lexists(path))
    ]
    faults = [fault for fault in files.content.faults if fault.path == site.path]
    if lost:
        first = "/".join(Path(lost[0]).parts[-3:])
        message = f"would take {len(lost)} texts from readers, {first} first: what was said before stays."
        faults.append(Fault(site.path, 1, f"{message} Mend those texts, or undo this."))
    return faults


def _last_good_path(settings: Settings) -> Path:
    return settings.instance / "last_site.toml"


def _last_good_site(settings: Settings) -> Site | None:
    """What the last good site.toml said, if there is one that this program can read."""
    with suppress(Faults):
        return _read_site(settings, _last_good_path(settings))
    return None


def _keep_site(settings: Settings) -> None:
    """Keep the present site.toml, which is good. A disk that is full or read-only keeps the former one."""
    path = _last_good_path(settings)
    with suppress(Faults, OSError):
        content = read_regular_file(settings.site / "site.toml", MAX_TOML_BYTES)
        if not path.is_file() or content != path.read_bytes():
            write_atomically(path, content)
