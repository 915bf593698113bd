"""In the pseudo-language every word of ours is in brackets and 40 % longer: none stays English, none overflows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import babel
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import create_app
from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.verify.folder import answering

NARROW, WIDE = 320, 1280
NAMES = ["Planet Privacy", "Planet FreeVPN"]

# Words of ours without brackets, which may begin before an element in a message and end after it. What is in another
# language, a date, a name, or the reader's own is none of them.
PLAIN = r"""known => {
  const untranslated = [], outside = "[lang]:not([lang=en-XA]), time, code, style, script, svg, dd, .address";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let open = 0;
  for (let node; (node = texts.nextNode());) {
    const words = node.textContent.replace(/\s+/g, " ").trim();
    const bare = [];
    for (const part of words.split(/([⟦⟧])/)) {
      if (part === "⟦") open++;
      else if (part === "⟧") open--;
      else if (!open) bare.push(part.trim());
    }
    if (!/\p{L}/u.test(bare.join("")) || node.parentElement.closest(outside) || known.names.includes(words)) continue;
    if (words.split(/[\s–]+/).every(word => known.months.includes(word) || /^\d+$/.test(word))) continue;
    untranslated.push(words);
  }
  if (open) untranslated.push("a bracket without its counterpart");
  for (const element of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]"))
    for (const name of ["aria-label", "title", "alt", "placeholder"]) {
      const words = element.getAttribute(name);
      if (words && /\p{L}/u.test(words) && !words.includes("⟦")) untranslated.push(`${name}: ${words}`);
    }
  return untranslated;
}"""
# Words that reach out of their box, and pages that are wider than their window.
OVERFLOWING = r"""() => {
  const overflowing = [], page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) overflowing.push("the page");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode());) {
    let box = node.parentElement;
    if (!node.textContent.trim() || box.closest(".hide, .skip, script, style")) continue;
    while (getComputedStyle(box).display === "inline") box = box.parentElement;
    if (getComputedStyle(box).textOverflow === "ellipsis") continue;  // cut on purpose
    const range = document.createRange(), around = box.getBoundingClientRect();
    const hang = Math.max(0, -parseFloat(getComputedStyle(box).textIndent));  // the mark of a quotation
    for (const word of node.textContent.matchAll(/\S+/g)) {  // the space where a preformatted line wraps may hang out
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      for (const part of range.getClientRects())
        if (part.right > around.right + 1 || part.left < around.left - 1 - hang || part.bottom > around.bottom + 8)
          overflowing.push(word[0].slice(0, 60));
    }
  }
  return overflowing;
}"""
MONTHS = list(babel.Locale("en").months["format"]["wide"].values())


@pytest.fixture(scope="module")
def pseudo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Flask]]:
    """The real site as `make dev` shows it."""
    instance: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(instance=instance, base_url="http://127.0.0.1", pseudo=True))
    runtime_of(app).store.upgrade()
    with answering(lambda _: app) as address:
        yield address, app
    runtime_of(app).store.close()


@pytest.fixture
def walk(browser: Browser, pseudo_site: tuple[str, Flask]) -> Callable[[int], Iterator[tuple[str, Page]]]:
    """Opens every page that can be reached under /en-XA/, one after another."""

    def pages(width: int) -> Iterator[tuple[str, Page]]:
        address = pseudo_site[0]
        page = browser.new_page(viewport={"width": width, "height": 800})
        waiting, seen = ["/en-XA/", "/en-XA/nope"], set[str]()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            page.goto(address + path)
            yield path, page
            links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
            parts = [urlsplit(link) for link in links]
            waiting += [
                part.path
                for part in parts
                if address.endswith(part.netloc) and part.path.startswith("/en-XA/") and "/go/" not in part.path
                if not part.path.endswith(".atom")
            ]
        page.close()

    return pages


def test_no_plain_english_on_any_page(walk: Callable[[int], Iterator[tuple[str, Page]]]) -> None:
    """Every word of ours goes through the catalogs."""
    plain_words = {path: page.evaluate(PLAIN, {"names": NAMES, "months": MONTHS}) for path, page in walk(WIDE)}

    assert len(plain_words) > len([*(ROOT / "site").glob("articles/*"), *(ROOT / "site").glob("pages/*")])
    assert {path: words for path, words in plain_words.items() if words} == {}


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_overflows_on_any_page(walk: Callable[[int], Iterator[tuple[str, Page]]], width: int) -> None:
    """Words that are 40 % longer find room, on a telephone as well."""
    overflowing_boxes = {path: page.evaluate(OVERFLOWING) for path, page in walk(width)}

    assert {path: boxes for path, boxes in overflowing_boxes.items() if boxes} == {}


def test_titles_and_descriptions_are_in_brackets(walk: Callable[[int], Iterator[tuple[str, Page]]]) -> None:
    """What stands in the tab and in search engines: our part of it."""
    for _, page in walk(WIDE):
        assert "⟦" in page.title()


def test_only_developers_see_it(pseudo_site: tuple[str, Flask], tmp_path: Path) -> None:
    """Without the setting there is no such language; its address leads to English, as that of any region does."""
    app = create_app(Settings(instance=tmp_path, base_url="http://localhost"))
    editions: Editions = runtime_of(app).editions

    assert "en-XA" not in editions.current.content.site.locales
    answer = app.test_client().get("/en-XA/")
    assert (301, "/en/") == (answer.status_code, answer.headers["Location"])
    runtime_of(app).store.close()
