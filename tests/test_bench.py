"""What `make bench` measures is a site as readers could see it, whatever our own articles come to say."""

from pathlib import Path

from app import create_app
from bench.articles import write_site
from bench.inside import WARM_UP_PAGES, cold_render
from bench.worst import entries
from microsite.config import Settings
from microsite.runtime import runtime_of
from tests.linear.hostile import GROWTH, hostile


def test_the_generated_site_has_no_fault(tmp_path: Path) -> None:
    """Nothing in it names an article of ours, which it has not: a fault would be measured in the place of a page."""
    write_site(tmp_path / "site", 30)
    app = create_app(Settings(site=tmp_path / "site", instance=tmp_path))
    content = runtime_of(app).editions.current.content
    assert [str(fault) for fault in content.faults if not fault.warning] == []
    assert len(content.articles) == 30


def test_each_generated_article_is_rendered(tmp_path: Path) -> None:
    """The mean of a first render is that of whole pages, each once in a new edition."""
    write_site(tmp_path / "site", 30)
    cold = cold_render(tmp_path / "site", tmp_path / "instance")
    assert cold.pages == 2 * 30 - WARM_UP_PAGES
    assert cold.first > 0


def test_the_worst_inputs_are_taken(tmp_path: Path) -> None:
    """Each entry whose time is measured has an answer to that much; what refuses it at once is not what is measured."""
    for _, size, feed in entries(tmp_path):
        feed(hostile("quotation marks and backslashes", GROWTH * size))
