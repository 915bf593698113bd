"""The page “Check us” says what the last kept run of `flask verify` found."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from microsite.config import Settings
from microsite.content.verification import VERIFIED_TOML, PromiseOutcome, Verification, as_toml, read_verification
from microsite.editions.publishing import Editions
from microsite.faults import Faults
from tests.conftest import NOW, Seen

KEPT = Verification(
    moment=NOW,
    version="1.2",
    site="https://privacy.example",
    pages=54,
    others=65,
    browser=False,
    promises={
        "privacy": PromiseOutcome(checks=7, faults=0, warnings=0),
        "text": PromiseOutcome(checks=6, faults=2, warnings=1),
    },
)


@pytest.fixture
def open_page(settings: Settings, editions: Editions, look: Callable[..., Seen]) -> Callable[..., Seen]:
    """A page with the block, once there is such a file; None: no file."""
    page = settings.site / "pages" / "check" / "en.md"
    page.parent.mkdir()
    page.write_text("---\ntitle: Check us\nsummary: Look.\nslug: check-us\n---\n\n::: verified\n:::\n")

    def opened(kept: Verification | str | None) -> Seen:
        if kept is not None:
            text = as_toml(kept) if isinstance(kept, Verification) else kept
            (settings.site / VERIFIED_TOML).write_text(text)
        editions.refresh()
        return look("/en/check-us/")

    return opened


def test_a_run_is_told_as_it_was(open_page: Callable[..., Seen]) -> None:
    """When, where, how much was looked at; of each promise whether it is kept."""
    assert "No check has been kept so far." in open_page(None).text

    page = open_page(KEPT)
    words = " ".join(page.text.split())

    assert "On 22 November 2026 the command looked at https://privacy.example as a visitor does" in words
    assert "It looked at 54 pages" in words and "No browser was asked." in words
    assert "more than a month ago" not in words
    assert [
        ["Nothing is kept about you", "7 checks", "All was as promised."],
        [
            "Texts say to machines what they say to you",
            "6 checks",
            "2 things were not as promised. 1 thing is still to be done by the publisher.",
        ],
    ] == [[" ".join(part.get_text().split()) for part in row.select("dt, dd")] for row in page.all(".details div")]


@pytest.mark.parametrize(("days", "is_old"), [(30, False), (31, True)])
def test_an_old_run_says_that_it_is_old(open_page: Callable[..., Seen], days: int, is_old: bool) -> None:
    """After thirty days."""
    page = open_page(KEPT.model_copy(update={"moment": NOW - timedelta(days=days)}))

    assert is_old == ("That was more than a month ago: it says little about what you see today." in page.text)


def test_a_file_with_faults_leaves_what_was_said(open_page: Callable[..., Seen], editions: Editions) -> None:
    """And the fault says where it is."""
    open_page(KEPT)

    assert "It looked at 54 pages" in open_page(as_toml(KEPT).replace("pages = 54", "pages = -1")).text
    assert [VERIFIED_TOML] == [fault.path.name for fault in editions.faults["content"]]


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Whatever a site is called; and what nobody wrote is refused."""
    kept = KEPT.model_copy(update={"site": 'https://"quoted".example/é\\'})
    (tmp_path / VERIFIED_TOML).write_text(as_toml(kept), encoding="utf-8")

    assert kept == read_verification(tmp_path)

    (tmp_path / VERIFIED_TOML).write_text(as_toml(kept) + "[promises.beauty]\nchecks = 1\n")
    with pytest.raises(Faults):
        read_verification(tmp_path)
