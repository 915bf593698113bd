"""What changed between two texts, word by word."""

import pytest

from microsite.studio.word_diff import word_diff


@pytest.mark.parametrize(
    ("before", "after", "segments"),
    [
        ("un deux", "un deux", [("same", "un deux")]),
        ("le réseau voit", "le Wi-Fi voit", [("same", "le "), ("gone", "réseau"), ("new", "Wi-Fi"), ("same", " voit")]),
        ("", "neuf", [("new", "neuf")]),
        ("un deux trois", "quatre cinq trois", [("gone", "un deux"), ("new", "quatre cinq"), ("same", " trois")]),
        ("vieux", "", [("gone", "vieux")]),
        ("a, b", "a ; b", [("same", "a"), ("gone", ","), ("new", " ;"), ("same", " b")]),
    ],
)
def test_a_difference_goes_by_words(before: str, after: str, segments: list[tuple[str, str]]) -> None:
    """Never by letters: a changed word is struck whole."""
    assert segments == [tuple(segment) for segment in word_diff(before, after)]
