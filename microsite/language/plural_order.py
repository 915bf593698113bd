"""The same plural forms in another order: programs number those of a language differently."""

from collections.abc import Callable, Iterable

COMPARED = (*range(201), 1000)
MILLION = 1_000_000
"""Numbers for which two rules are compared: in no language does a rule change beyond them that was right up to them.

CLDR has lately given French, Spanish, Italian, Portuguese and Catalan a form of its own for whole millions (“many”).
"""


def form_order(theirs: Callable[[int], int], ours: Callable[[int], int], count: int) -> tuple[int, ...] | None:
    """For each of our `count` plural forms the number of theirs; None where a form of one stands for several of the
    other. One that stands for whole millions alone, where ours has none, is left out.
    """
    return _order(theirs, ours, count, (*COMPARED, MILLION)) or _order(theirs, ours, count, COMPARED)


def _order(
    theirs: Callable[[int], int], ours: Callable[[int], int], count: int, numbers: Iterable[int]
) -> tuple[int, ...] | None:
    pairs = {(ours(number), theirs(number)) for number in numbers}
    order = dict(pairs)
    if not len(order) == len(pairs) == len(set(order.values())):
        return None
    unused = iter(sorted({*range(count)} - {*order.values()}))  # of forms that no number takes
    return tuple(order[form] if form in order else next(unused) for form in range(count))
