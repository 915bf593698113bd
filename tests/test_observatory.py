"""What Mozilla's HTTP Observatory would say of our headers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import create_app
from microsite.config import Settings
from microsite.runtime import runtime_of
from microsite.verify import observatory
from microsite.verify.visit import Answer
from tests.exports import BASE


@pytest.mark.parametrize(
    ("spoil", "score", "letter"),
    [
        (lambda headers: headers, 130, "A+"),
        (lambda headers: {}, 30, "D"),
        (
            lambda headers: {**headers, "content-security-policy": "default-src 'self'; frame-ancestors 'self'"},
            125,
            "A+",
        ),
        (lambda headers: {**headers, "content-security-policy": "default-src 'none'"}, 80, "B+"),
        (lambda headers: {**headers, "content-security-policy": "script-src 'unsafe-inline'"}, 60, "C+"),
        (lambda headers: {**headers, "strict-transport-security": "max-age=60"}, 120, "A+"),
        (lambda headers: {**headers, "set-cookie": "a=b; HttpOnly"}, 60, "C+"),
    ],
)
def test_headers_have_the_grade_that_the_observatory_gives(
    spoil: Callable[[dict[str, str]], dict[str, str]], score: int, letter: str
) -> None:
    """By its public table: points below none first, those beyond where 90 are left."""
    best = {
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-x='",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "strict-transport-security": "max-age=63072000",
    }
    grade = observatory.grade(Answer(200, tuple(spoil(best).items()), b""), is_https=True)

    assert (score, letter) == (grade.score, grade.letter)


@pytest.mark.parametrize(
    ("path", "score"),
    [("/en/", 130), ("/fr/vie-privee/", 130), ("/en/feed.atom", 130), ("/en/nowhere/", 130), ("/studio/login", 135)],
)
def test_each_page_has_the_best_grade(path: str, score: int, tmp_path: Path) -> None:
    """Readers', for machines, for wrong addresses; and the door of the studio, whose cookie is as safe as can be."""
    app = create_app(Settings(instance=tmp_path, base_url=BASE))
    runtime_of(app).store.upgrade()
    response = app.test_client().get(path, base_url=BASE)
    headers = tuple((name.lower(), value) for name, value in response.headers)
    grade = observatory.grade(Answer(response.status_code, headers, response.data), is_https=True)

    assert response.status_code == (404 if "nowhere" in path else 200)
    assert (score, "A+") == (grade.score, grade.letter), grade.results
