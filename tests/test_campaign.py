"""The address that a promotion leads to: the target's own, with what the site adds."""

import pytest

from microsite import addresses
from microsite.language.locales import make_locale

ADDED = "utm_source=planet&utm_medium=article&utm_campaign=summer&utm_content=fr"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("https://x.org/", f"https://x.org/?{ADDED}"),
        ("https://x.org", f"https://x.org?{ADDED}"),
        ("https://x.org/?", f"https://x.org/?{ADDED}"),
        ("https://x.org/?plan=1&q=a%20b", f"https://x.org/?plan=1&q=a%20b&{ADDED}"),
        ("https://x.org/#prices", f"https://x.org/?{ADDED}#prices"),
        ("https://x.org/a?b#c?d", f"https://x.org/a?b&{ADDED}#c?d"),
    ],
)
def test_a_campaign_stands_before_the_fragment(target: str, address: str) -> None:
    """Where the server of the target sees it, whatever the target has already."""
    assert address == addresses.with_campaign(target, "planet", "summer", make_locale("fr"))


def test_a_value_never_stands_twice() -> None:
    """What the advertiser wrote into the target stays as it is."""
    address = addresses.with_campaign(
        "https://x.org/?utm_source=own&utm_medium=", "planet", "summer", make_locale("fr")
    )

    assert "https://x.org/?utm_source=own&utm_medium=&utm_campaign=summer&utm_content=fr" == address
