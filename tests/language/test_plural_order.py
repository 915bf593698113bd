"""Plural forms that another program numbers otherwise are put in our order, where they are the same forms."""

from gettext import c2py

import pytest

from microsite.language.locales import make_locale, plural_forms
from microsite.language.plural_order import form_order

BABELS_ARABIC = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5)"
MILLIONS = "n==0 || n==1 ? 0 : n%1000000==0 ? 1 : 2"


def order(locale: str, theirs: str) -> tuple[int, ...] | None:
    count, ours = plural_forms(make_locale(locale))
    return form_order(c2py(theirs), c2py(ours), count)


@pytest.mark.parametrize(
    ("locale", "theirs", "expected"),
    [
        ("fr", "n>1", (0, 1)),
        ("fr", "n<=1 ? 1 : 0", (1, 0)),
        ("fr", "n!=1", None),
        ("de", "n==1 ? 0 : 1", (0, 1)),
        ("ar", BABELS_ARABIC, (0, 1, 2, 3, 5, 4)),
        ("ja", "0", (0,)),
        ("fr", MILLIONS, (0, 2)),
        ("es", "n==1 ? 0 : n!=0 && n%1000000==0 ? 1 : 2", (0, 2)),
        ("de", MILLIONS, None),
    ],
)
def test_the_order_is_found_by_what_the_rules_say(locale: str, theirs: str, expected: tuple[int, ...] | None) -> None:
    """However they are written; None where a form of one stands for several of the other."""
    assert order(locale, theirs) == expected
