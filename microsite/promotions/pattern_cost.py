"""How much work a regular expression of somebody else may be, so that none is taken that never ends."""

from collections.abc import Iterable
from re import _parser  # type: ignore[attr-defined]  # the tree that `re` compiles: there is no public one
from typing import Any

TEXT_LENGTH = 400
"""Characters of the longest text that is searched."""
MAX_STEPS = 100_000
"""Of one search, begun at one character of the text: some milliseconds."""
MAX_EXPONENT = 64
"""Beyond it a number of ways is too large in any case."""


def steps(pattern: str) -> int:
    """An upper bound of the ways in which a pattern can be tried from one place of a text. Raises re.error."""
    return _steps_of_sequence(_parser.parse(pattern))


def _steps_of_sequence(items: Iterable[tuple[Any, Any]]) -> int:
    """Each way of one item is tried with each way of the next."""
    product = 1
    for operation, argument in items:
        product *= _steps_of_item(str(operation), argument)
    return product


def _steps_of_item(operation: str, argument: Any) -> int:
    match operation:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            _, high, repeated = argument
            ways = _steps_of_sequence(repeated)
            if high == 1:
                return 1 + ways
            times = min(int(high), TEXT_LENGTH)
            return times if ways == 1 else (ways + 1) ** min(times, MAX_EXPONENT)
        case "BRANCH":
            return sum(_steps_of_sequence(alternative) for alternative in argument[1])
        case "SUBPATTERN" | "ASSERT" | "ASSERT_NOT":
            return _steps_of_sequence(argument[-1])
        case "ATOMIC_GROUP":
            return _steps_of_sequence(argument)
        case "GROUPREF" | "GROUPREF_EXISTS":
            return TEXT_LENGTH
        case _:
            return 1


def is_bounded(pattern: str) -> bool:
    """Whether a search for the pattern ends soon, whatever the text. Raises re.error."""
    return steps(pattern) <= MAX_STEPS
