"""A further kind of text is a declaration and a template: everything else that knows of texts follows."""

import json
import os
import subprocess
import sys

import pytest

from microsite.config import ROOT
from tests.conftest import small_site

TEXT = """---
title: {title}
summary: What somebody says.
slug: {slug}
category: guides
published: 2026-11-02
---

A first paragraph, which has some words.

A second one leads to [the cable](article:both), and ends.
"""
PROMOTION = """advertiser = "Planet FreeVPN"
target = "https://freevpnplanet.com/talks"
placements = ["default"]
articles = ["talk"]
precedence = 1

[wording]
headline = "For those who talk"
text = "A text."
button = "A button"
"""
# What is declared is read when modules are imported: a process of its own has one kind more from the start.
PROGRAM = """
import json, sys
from microsite.content import kinds
from microsite.content.front_matter import ArticleMatter
kinds.KINDS["interview"] = kinds.Kind("interviews", "interviews/{slug}/", ArticleMatter)

from app import create_app
from microsite.config import load_settings
from microsite.promotions.state import is_live
from microsite.runtime import runtime_of
from microsite.studio.promotions.status import page_title

app = create_app(load_settings())
runtime_of(app).store.upgrade()
reader, edition = app.test_client(), runtime_of(app).editions.current
english = edition.content.site.locales["en"]
with app.test_request_context():
    title = page_title("talk", english)
print(json.dumps({
    "faults": [str(fault) for fault in edition.content.faults],
    "page": reader.get("/en/interviews/a-talk/").get_data(as_text=True),
    "other language": reader.get("/fr/interviews/un-entretien/").get_data(as_text=True),
    "sitemap": reader.get("/sitemap.xml").get_data(as_text=True),
    "link from an article": reader.get("/en/blog/news/the-cable/").get_data(as_text=True),
    "is live": is_live(edition, edition.promotions["talks"], english),
    "title in the studio": title,
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a site with interviews answers."""
    settings = small_site(tmp_path_factory.mktemp("interviews"))
    templates = settings.site / "templates"
    templates.unlink()
    templates.mkdir()
    for path in (ROOT / "site" / "templates").iterdir():
        (templates / path.name).symlink_to(path)
    (templates / "interview.html").write_text((templates / "article.html").read_text())
    talk = settings.site / "interviews" / "talk"
    talk.mkdir(parents=True)
    (talk / "en.md").write_text(TEXT.format(title="A talk", slug="a-talk"))
    (talk / "fr.md").write_text(TEXT.format(title="Un entretien", slug="un-entretien"))
    (settings.site / "promotions" / "talks.toml").write_text(PROMOTION)
    article = settings.site / "articles" / "both" / "en.md"
    article.write_text(article.read_text() + "\nMore in [our talk](interview:talk).\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MICROSITE_")},
        "MICROSITE_SITE": str(settings.site),
        "MICROSITE_TRANSLATIONS": str(settings.translations),
        "MICROSITE_INSTANCE": str(settings.instance),
        "MICROSITE_BASE_URL": "http://localhost",
    }
    command = [sys.executable, "-c", PROGRAM]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    answers: dict[str, object] = json.loads(run.stdout)
    return answers


def test_its_texts_have_pages_in_each_language(answers: dict[str, object]) -> None:
    """Under the address that is declared, with no fault of the site."""
    assert answers["faults"] == []
    assert "<h1" in str(answers["page"]) and "A talk" in str(answers["page"])
    assert "Un entretien" in str(answers["other language"])


def test_other_texts_and_the_sitemap_lead_to_them(answers: dict[str, object]) -> None:
    """A link names the kind and the key, as it does of articles."""
    assert "/en/interviews/a-talk/" in str(answers["sitemap"])
    assert 'href="/en/interviews/a-talk/"' in str(answers["link from an article"])


def test_a_promotion_that_stands_only_there_is_live(answers: dict[str, object]) -> None:
    """Readers see it; so the register, the desk and the figures know of it, and call the page by its title."""
    assert "For those who talk" in str(answers["page"])
    assert answers["is live"] is True
    assert answers["title in the studio"] == "A talk"
