"""A site of any size for measurements: `python -m bench.articles FOLDER 10000`. The same for Hugo with `--hugo`.

Articles are written from the words of our own, in English and in French, with headings, links, quotations and blocks
as writers use them. The same number gives the same site, byte for byte.
"""

import argparse
import json
import random
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

from microsite.config import ROOT

WORDS = 600
FIRST = date(2020, 1, 1)
HUGO = {
    "hugo.toml": 'baseURL = "https://privacy.example/"\ntitle = "Planet Privacy"\ndefaultContentLanguage = "en"\n'
    'defaultContentLanguageInSubdir = true\ndisableKinds = ["taxonomy", "term"]\n[markup.goldmark.renderer]\n'
    'unsafe = false\n[languages.en]\nweight = 1\n[languages.fr]\nweight = 2\n[sitemap]\nfilename = "sitemap.xml"\n',
    "layouts/_default/baseof.html": '<!DOCTYPE html><html lang="{{ .Language.Lang }}"><head><meta charset="utf-8">'
    "<title>{{ .Title }}</title><style>{{ $.Site.Params.css | safeCSS }}</style>"
    '{{ range .AllTranslations }}<link rel="alternate" hreflang="{{ .Language.Lang }}" href="{{ .Permalink }}">'
    '{{ end }}</head><body><header><a href="/">Planet Privacy</a>{{ range .Translations }}'
    '<a href="{{ .RelPermalink }}">{{ .Language.Lang }}</a>{{ end }}</header>{{ block "main" . }}{{ end }}'
    "<footer>Planet Privacy</footer></body></html>",
    "layouts/_default/single.html": '{{ define "main" }}<h1>{{ .Title }}</h1><time>{{ .Date.Format "2006-01-02" }}'
    "</time>{{ .Content }}<ul>{{ range first 4 .CurrentSection.RegularPages }}"
    '<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}',
    "layouts/_default/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range (.Paginate .RegularPages 12)'
    '.Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Summary }}</li>{{ end }}</ul>'
    '{{ template "_internal/pagination.html" . }}{{ end }}',
    "layouts/index.html": '{{ define "main" }}<ul>{{ range first 6 site.RegularPages }}'
    '<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}',
}


def sentences(locale: str) -> list[str]:
    """The sentences of our own articles in a language, without links and blocks."""
    found: list[str] = []
    for path in sorted((ROOT / "site" / "articles").glob(f"*/{locale}.md")):
        text = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
        text = re.sub(
            r"^(:::|>|#|[-*] |\d+\.).*$", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text), flags=re.MULTILINE
        )
        for paragraph in re.split(r"\n\s*\n", text):
            found += [one.strip() for one in re.findall(r"[^.!?]+[.!?]", " ".join(paragraph.split())) if len(one) > 40]
    return found


def body(chance: random.Random, stock: list[str], number: int, count: int, plain: bool) -> str:
    """Some 600 words: paragraphs, two headings, a list, and links to other articles."""
    parts: list[str] = []
    words = 0
    while words < WORDS:
        paragraph = " ".join(chance.sample(stock, 3))
        words += len(paragraph.split())
        if len(parts) in (3, 8):
            parts.append("## " + " ".join(chance.choice(stock).rstrip(".!?").split()[:6]))
        if len(parts) == 5:
            parts.append("\n".join(f"- {one}" for one in chance.sample(stock, 3)))
        if not plain and len(parts) in (2, 6):
            paragraph += f" [More](article:{key((number + len(parts)) % count)})."
        parts.append(paragraph)
    if not plain:
        parts.insert(4, f"::: also {key((number + 7) % count)}\n:::")
    return "\n\n".join(parts) + "\n"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def key(number: int) -> str:
    return f"article-{number:05}"


def write_site(folder: Path, count: int) -> None:
    """Our site with these articles in the place of its own."""
    shutil.copytree(ROOT / "site", folder, ignore=shutil.ignore_patterns("articles"))
    text = (folder / "site.toml").read_text(encoding="utf-8")
    (folder / "site.toml").write_text(re.sub(r"^lead = .*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    for path in (folder / "pages").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\[([^\]]*)\]\(article:[^)]*\)", r"\1", text), encoding="utf-8")
    for locale in ("en", "fr"):
        stock = sentences(locale)
        for number in range(count):
            chance = random.Random(f"{locale} {number}")
            path = folder / "articles" / key(number) / f"{locale}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            title = " ".join(chance.choice(stock).rstrip(".!?").split()[:7])
            path.write_text(
                f"---\ntitle: {quoted(title)}\nsummary: {quoted(chance.choice(stock))}\nslug: {key(number)}\n"
                f"category: {'guides' if number % 5 == 0 else 'news'}\n"
                f"published: {FIRST + timedelta(days=number % 2000)}\n"
                f"---\n\n{body(chance, stock, number, count, plain=False)}",
                encoding="utf-8",
            )


def write_hugo(folder: Path, count: int) -> None:
    """The same articles for Hugo: layouts of its own with lists, feeds and sitemap, as `flask export` has them."""
    for name, text in HUGO.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for locale in ("en", "fr"):
        stock = sentences(locale)
        for number in range(count):
            chance = random.Random(f"{locale} {number}")
            section = "guides" if number % 5 == 0 else "news"
            path = folder / "content" / section / f"{key(number)}.{locale}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            title = " ".join(chance.choice(stock).rstrip(".!?").split()[:7])
            path.write_text(
                f"---\ntitle: {quoted(title)}\ndate: {FIRST + timedelta(days=number % 2000)}\n"
                f"---\n\n{body(chance, stock, number, count, plain=True)}",
                encoding="utf-8",
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--hugo", action="store_true")
    given = parser.parse_args()
    (write_hugo if given.hugo else write_site)(given.folder, given.count)


if __name__ == "__main__":
    main()
