"""Hostile text of any length, and whether the time that something takes for it grows faster than its length."""

import time
from collections.abc import Callable, Iterator

SHAPES = {
    "one long word": "a",
    "spaces": " ",
    "digits and signs": "1 234,5+-67@",
    "quotation marks and backslashes": "\"'\\«»",
    "placeholders and markup": "%({<a&[`*_",
    "separators": ",;*- ",
}
GROWTH = 4
MOST_GROWTH = 8
"""How many times as long four times as much may take: twice what is linear, since machines are not quiet."""
ROUNDS = 5

Feed = Callable[[str], object]


def hostile(shape: str, length: int) -> str:
    seed = SHAPES[shape]
    return (seed * (length // len(seed) + 1))[:length]


def cpu_ms(work: Callable[[], object], rounds: int = 1) -> float:
    """Milliseconds of this thread's processor time, the best of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        work()
        best = min(best, (time.thread_time() - began) * 1000)
    return best


def too_steep(feed: Feed, size: int, floor_ms: float) -> Iterator[str]:
    """The shapes for which four times `size` takes more than eight times as long; below `floor_ms` nobody minds."""
    feed("a")
    for shape in SHAPES:
        small, large = hostile(shape, size), hostile(shape, GROWTH * size)
        if cpu_ms(lambda: feed(large)) <= floor_ms:  # noqa: B023  # called at once
            continue
        before, after = (cpu_ms(lambda: feed(text), ROUNDS) for text in (small, large))  # noqa: B023  # called at once
        if after > floor_ms and after > MOST_GROWTH * before:
            yield f"{shape}: {size} characters {before:.1f} ms, {GROWTH * size} {after:.1f} ms"
