"""Headers as every kind of client sends them, each with what must come of it: `tests/corpus/headers/cases.toml`."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

CASES = tomllib.loads((Path(__file__).parent / "corpus" / "headers" / "cases.toml").read_text(encoding="utf-8"))["case"]
FILLED = 10_000
"""Characters that take the place of `{fill}`."""


def sent(case: dict[str, Any], etag: str) -> dict[str, str]:
    """The headers as they go over the wire, byte by byte."""
    fill = case.get("fill", "")
    filling = fill * (FILLED // max(1, len(fill)))
    headers: dict[str, str] = case["headers"]
    return {
        name: value.replace("{fill}", filling).replace("{etag}", etag).encode("utf-8").decode("latin-1")
        for name, value in headers.items()
    }


@pytest.mark.parametrize("case", [pytest.param(case, id=case["from"]) for case in CASES])
def test_what_comes_of_headers(client: FlaskClient, case: dict[str, Any]) -> None:
    """Status, language and encoding; no cookie, the policy on everything, and nothing of a foreign host."""
    path = case.get("path", "/")
    etag = client.get(path).headers.get("ETag", "")
    answer = client.get(path, headers=sent(case, etag))

    assert case["status"] == answer.status_code
    assert "Set-Cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "evil" not in answer.headers.get("Location", "") + answer.get_data().decode("latin-1")
    if "language" in case:
        assert case["language"] == language_of(answer.headers.get("Location"), answer.get_data(as_text=True))
    if "encoding" in case:
        assert answer.headers.get("Content-Encoding", "") in case["encoding"]


def language_of(location: str | None, page: str) -> str:
    if location:
        return location.strip("/").rpartition("/")[2]
    html = BeautifulSoup(page, "html.parser").html
    return str(html["lang"]) if html else ""


def test_there_are_cases_enough() -> None:
    """Nobody thins the corpus out without noticing; each says who sends what."""
    assert len({case["from"] for case in CASES}) == len(CASES) >= 60
