"""What the publisher alone can put right, named where they look: at the start, on `/readyz`, by `content check`."""

from datetime import datetime

from microsite.content.security_txt import SecurityTxt
from microsite.content.site_file import Site, placeholders, twins
from microsite.faults import Fault

PUBLISHER, SECURITY, LOCALES = "publisher", "security.txt", "locales"


def notices(site: Site, security_txt: SecurityTxt, now: datetime) -> dict[str, list[Fault]]:
    """By area; without those of which there is nothing to say."""
    areas = {PUBLISHER: placeholders(site), SECURITY: security_txt.warnings(now), LOCALES: twins(site)}
    return {area: faults for area, warnings in areas.items() if (faults := list(warnings))}


def degraded_areas(security_txt: SecurityTxt, now: datetime, base_url: str) -> set[str]:
    """Those of which what is named is worse than a reminder, if anything is named at all.

    A site that readers reach under https is public, and the law wants to know who publishes it.
    """
    is_degraded = {PUBLISHER: base_url.startswith("https://"), SECURITY: security_txt.is_expired(now)}
    return {area for area, degraded in is_degraded.items() if degraded}
