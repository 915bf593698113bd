"""The time zones that an account may choose, by the names of today; those of the past lead to them.

Browsers still say Asia/Calcutta, and accounts of earlier releases America/Montreal.
"""

from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global

REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
"""Where people live. Other names are of offsets, of single countries, of the past."""


@cache
def time_zones() -> dict[str, list[str]]:
    """The names of today, UTC last, each with the obsolete ones for the same zone."""
    aliases = get_global("zone_aliases")
    names = {name for name in available_timezones() if name.partition("/")[0] in REGIONS}
    zones: dict[str, list[str]] = {name: [] for name in [*sorted(names - aliases.keys()), "UTC"]}
    for alias in sorted(aliases.keys()):
        if aliases[alias] in zones:
            zones[aliases[alias]].append(alias)
    return zones


def name_of_today(name: str) -> str:
    """The name that a zone has today; a name that no zone has as it is."""
    return name if name in time_zones() else str(get_global("zone_aliases").get(name, name))
