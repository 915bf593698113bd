"""A site of any size for measurements: `python -m bench.articles FOLDER 10000`. The same for Hugo with `--hugo`.

Articles are written from the words of our own, in English and in French, with headings, links, quotations and blocks
as writers use them. The same number gives the same site, byte for byte.
"""

import argparse
import json
import random
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from microsite.config import ROOT

WORDS = 600
FIRST = date(2020, 1, 1)
HUGO = Path(__file__).parent / "hugo"
NAMES_OF_OURS = (
    (re.compile(r"^(lead|order) = .*\n", re.MULTILINE), ""),
    (re.compile(r"\[([^\]]*)\]\(article:[^)]*\)"), r"\1"),
    (re.compile(r"^- [a-z-]+\n", re.MULTILINE), ""),
)
"""Where site.toml and pages name an article of ours, and what stands there instead: in settings, links and dossiers."""


class Marks(NamedTuple):
    """How a writer links to an article by its key, with `{0}` for that: in a sentence, and in a line of its own."""

    link: str
    also: str


def sentences(locale: str) -> list[str]:
    """The sentences of our own articles in a language, without links, citations and blocks."""
    texts: list[str] = []
    for path in sorted((ROOT / "site" / "articles").glob(f"*/{locale}.md")):
        text = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        text = re.sub(
            r"^(:::|>|#|[-*] |\d+\.).*$",
            "",
            re.sub(r"\[\^[^\]]*\]|\[([^\]]*)\]\([^)]*\)", r"\1", text),
            flags=re.MULTILINE,
        )
        for paragraph in re.split(r"\n\s*\n", text):
            candidates = re.findall(r"[^.!?]+[.!?]", " ".join(paragraph.split()))
            texts += [sentence.strip() for sentence in candidates if len(sentence) > 40]
    return texts


OURS = Marks(link="article:{0}", also="::: also {0}\n:::")
HUGOS = Marks(link='{{{{< relref "{0}" >}}}}', also='{{{{< also "{0}" >}}}}')


def body(chance: random.Random, stock: list[str], number: int, count: int, marks: Marks) -> str:
    """Some 600 words: paragraphs, two headings, a list, and links to other articles."""
    parts: list[str] = []
    words = 0
    while words < WORDS:
        paragraph = " ".join(chance.sample(stock, 3))
        words += len(paragraph.split())
        if len(parts) in (3, 8):
            parts.append("## " + " ".join(chance.choice(stock).rstrip(".!?").split()[:6]))
        if len(parts) == 5:
            parts.append("\n".join(f"- {sentence}" for sentence in chance.sample(stock, 3)))
        if len(parts) in (2, 6):
            paragraph += f" [More]({marks.link.format(key((number + len(parts)) % count))})."
        parts.append(paragraph)
    parts.insert(4, marks.also.format(key((number + 7) % count)))
    return "\n\n".join(parts) + "\n"


def key(number: int) -> str:
    return f"article-{number:05}"


class Article(NamedTuple):
    """What both kinds of site say of an article, each in its own form. `title` and `summary` are quoted for YAML."""

    key: str
    locale: str
    category: str
    title: str
    summary: str
    published: date
    body: str


def articles(count: int, marks: Marks) -> Iterator[Article]:
    for locale in ("en", "fr"):
        stock = sentences(locale)
        for number in range(count):
            chance = random.Random(f"{locale} {number}")
            title = " ".join(chance.choice(stock).rstrip(".!?").split()[:7])
            yield Article(
                key=key(number),
                locale=locale,
                category="guides" if number % 5 == 0 else "news",
                title=json.dumps(title, ensure_ascii=False),
                summary=json.dumps(chance.choice(stock), ensure_ascii=False),
                published=FIRST + timedelta(days=number % 2000),
                body=body(chance, stock, number, count, marks),
            )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_site(folder: Path, count: int) -> None:
    """Our site with these articles in the place of its own, which nothing names any more."""
    shutil.copytree(ROOT / "site", folder, ignore=shutil.ignore_patterns("articles"))
    for path in (folder / "site.toml", *(folder / "pages").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for named, instead in NAMES_OF_OURS:
            text = named.sub(instead, text)
        path.write_text(text, encoding="utf-8")
    for article in articles(count, OURS):
        write(
            folder / "articles" / article.key / f"{article.locale}.md",
            f"---\ntitle: {article.title}\nsummary: {article.summary}\nslug: {article.key}\n"
            f"category: {article.category}\npublished: {article.published}\n---\n\n{article.body}",
        )


def write_hugo(folder: Path, count: int) -> None:
    """The same articles for Hugo, whose layouts here make the same parts of a page as our templates do."""
    shutil.copytree(HUGO, folder)
    (folder / "assets").mkdir()
    shutil.copy(ROOT / "static" / "site.css", folder / "assets")
    for article in articles(count, HUGOS):
        write(
            folder / "content" / article.category / f"{article.key}.{article.locale}.md",
            f"---\ntitle: {article.title}\ndescription: {article.summary}\ndate: {article.published}\n---\n\n"
            f"{article.body}",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--hugo", action="store_true")
    options = parser.parse_args()
    (write_hugo if options.hugo else write_site)(options.folder, options.count)


if __name__ == "__main__":
    main()
