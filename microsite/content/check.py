"""What no file can know alone: whether links lead somewhere, slugs are unique, languages of one article agree."""

import re
from collections.abc import Collection, Container, Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from microsite.content.blocks import Prose, Reference
from microsite.content.document import MAX_TEXT_BYTES, Document, UnreadableText
from microsite.content.front_matter import ArticleMatter
from microsite.content.glossary import UNREADABLE
from microsite.content.kinds import FIGURE, FIXED_PAGES, KINDS, RESERVED_SLUGS, TERM
from microsite.content.library import Content, Entry
from microsite.content.markdown_parser import missing_anchor
from microsite.content.site_file import Site
from microsite.content.text_checks import decode_text
from microsite.content.yaml_fields import split_front_matter
from microsite.faults import Fault, Faults, suggestion
from microsite.language.dates import full_months
from microsite.language.locales import Locale
from microsite.regular_files import read_regular_file

_NO_WORDS = re.compile(r"`[^`\n]*+`|\]\([^()\s]*+\)|https?://\S++")
"""Code, and where links lead."""
_HEADING = re.compile(r'<h[23] id="([^"]+)"')


def check_site(content: Content) -> Iterator[Fault]:
    """Faults of what site.toml names."""
    site = content.site
    for field, kind, key in _named(site):
        if key and key not in content.keys_of(kind):
            message = f"`{field}` names “{key}”, which is no {kind}. {suggestion(key, content.keys_of(kind))}"
            yield Fault(site.path, site.lines.get(field, 1), message, is_tolerable=True)


def _named(site: Site) -> Iterator[tuple[str, str, str | None]]:
    """Field, kind and key of each text that site.toml names."""
    if site.lead not in site.categories:
        yield "lead", "article", site.lead
    yield from (("foot", "page", key) for key in site.foot)
    yield from (("required.pages", "page", key) for key in site.required.pages)
    for category_key, category in site.categories.items():
        yield from ((f"categories.{category_key}.order", "article", key) for key in category.order)


def check_entry(entry: Entry, content: Content) -> Iterator[Fault]:
    """Faults and warnings of a text in all its languages, but for slugs that another text has as well."""
    is_article = issubclass(KINDS[entry.kind].fields, ArticleMatter)
    for document in entry.own_documents:
        yield from (Fault(document.path, line, message, warning=True) for line, message in document.warnings)
        yield from _check_references(document.path, document.references, content)
        yield from _check_links_and_promotions(document, content)
        yield from _check_reserved_slugs(document)
        if is_article:
            yield from _check_article(document, content)
    if is_article:
        yield from _check_same_category(entry, content)


def check_unreadable(text: UnreadableText, content: Content) -> Iterator[Fault]:
    """Faults of what a broken file names."""
    yield from _check_references(text.path, text.references, content)
    yield from _check_category(text.path, *text.category, content)


def _check_references(path: Path, references: Collection[Reference], content: Content) -> Iterator[Fault]:
    in_blocks: set[str] = set()
    for reference in references:
        kind, key, line = reference.kind, reference.key, reference.line
        if kind == TERM and content.glossary is UNREADABLE:
            continue  # its own fault is enough
        if kind == FIGURE:
            yield from _check_drawing(path, key, line, content)
            continue
        if key not in content.keys_of(kind):
            message = f"there is no {kind} “{key}”. {suggestion(key, content.keys_of(kind))}"
            yield Fault(path, line, message, is_tolerable=True)
        elif kind != "article":
            continue
        elif key == path.parent.name:
            yield Fault(path, line, "an article that links to itself. Name another one.", is_tolerable=True)
        elif reference.block and key in in_blocks:
            yield Fault(path, line, f"“{key}” stands in two blocks. Keep one.", is_tolerable=True)
        elif reference.block:
            in_blocks.add(key)


def _check_drawing(path: Path, name: str, line: int, content: Content) -> Iterator[Fault]:
    drawing = content.drawing_beside(path, name)
    if drawing is None:
        beside = {Path(file).name.partition(".")[0] for file in content.drawings if Path(file).parent == path.parent}
        near = get_close_matches(name, beside - {name}, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else f"Put {name}.{path.stem}.svg beside this text."
        message = f"there is no drawing `{name}` in this language. {hint}"
        yield Fault(path, line, message, is_tolerable=True)
    elif path.stem not in drawing.html and not drawing.faults:
        lang = path.stem.replace("_", "-")
        message = f'{name}.svg says nothing in this language. Give it <title lang="{lang}"> and <desc lang="{lang}">.'
        yield Fault(path, line, message, is_tolerable=True)


def _check_links_and_promotions(document: Document, content: Content) -> Iterator[Fault]:
    """Links to articles that appear later than the text that links to them, and promotions for other places."""
    for reference in document.references:
        kind, key, line = reference.kind, reference.key, reference.line
        day = content.upcoming.get(key) if kind == "article" else None
        if day and day > document.published:
            message = f"“{key}” is not there before {day}. Take the link out, and put it back then."
            yield Fault(document.path, line, message, is_tolerable=True)
        if kind == "promotion" and "in-text" not in content.promotions.get(key, ("in-text",)):
            message = f"the promotion “{key}” may not stand in a text. Add in-text to its placements."
            yield Fault(document.path, line, message, is_tolerable=True)


def _check_reserved_slugs(document: Document) -> Iterator[Fault]:
    for slug in document.slugs if KINDS[document.kind].address.startswith("{slug}") else ():
        if slug in RESERVED_SLUGS:
            line = document.lines["slug" if slug == document.slug else "aliases"]
            yield Fault(document.path, line, f"“{slug}” means something else here. Choose another slug.")


def _check_article(document: Document, content: Content) -> Iterator[Fault]:
    matter, lines = document.article_matter, document.lines
    yield from _check_category(document.path, matter.category, lines["category"], content)
    if any(change.date < matter.published for change in matter.changes):
        message = "`changes` has a day before `published`. Mend one of them."
        yield Fault(document.path, lines["changes"], message, is_tolerable=True)
    if matter.reviewed and matter.reviewed < matter.published:
        message = "`reviewed` lies before `published`. Mend one of them."
        yield Fault(document.path, lines["reviewed"], message, is_tolerable=True)
    yield from _check_review(document, content)
    other_kinds = (kind for kind, keys in content.keys.items() if kind != document.kind and document.key in keys)
    if taker := next(other_kinds, "page" if document.key in FIXED_PAGES else None):
        yield Fault(document.path, 1, f"the key “{document.key}” is taken by a {taker}. Rename the folder.")


def _check_review(document: Document, content: Content) -> Iterator[Fault]:
    """Warnings of an article that is due to be read again, and of one that names days to come."""
    matter, lines, today = document.article_matter, document.lines, content.today
    category = content.site.categories.get(matter.category)
    months = category.review_months if category else None
    line = lines.get("reviewed", lines["published"])
    if months and full_months(matter.checked, today) >= months:
        message = f"was checked last on {matter.checked}, {months} months ago or more. Read it again; if nothing has to"
        yield Fault(document.path, line, f"{message} change, write `reviewed: {today}`.", warning=True)
    since = matter.since[-1].date.first if matter.since else None
    for field, day in (("reviewed", matter.reviewed), ("changes", matter.updated), ("since", since)):
        if day and day > max(today, matter.published):
            message = f"`{field}` names a day that lies ahead, {day}; readers are told of it now."
            yield Fault(document.path, lines[field], message, warning=True)


def _check_category(path: Path, category: str, line: int, content: Content) -> Iterator[Fault]:
    categories = content.site.categories
    if category and category not in categories:
        yield Fault(path, line, f"“{category}” is no category. {suggestion(category, categories)}")


def _check_same_category(entry: Entry, content: Content) -> Iterator[Fault]:
    first, *others = entry.documents.values()
    category, categories = first.article_matter.category, content.site.categories
    for document in others:
        other = document.article_matter.category
        if other != category and {other, category} <= categories.keys():
            message = f"the category is “{category}” in {first.path.name}. Give both the same."
            yield Fault(document.path, document.lines["category"], message, is_tolerable=True)


def check_slugs(content: Content, settled: Container[Path]) -> Iterator[Fault]:
    """Texts of a kind that want one slug, or former slug, under the same language, borrowed texts included.

    The fault is with that whose path is not among the `settled`.
    """
    for entries in content.texts.values():
        for locale in content.site.locales.values():
            documents = [content.document(entry, locale) for entry in entries.values()]
            documents.sort(key=lambda document: document.path not in settled)
            owners: dict[str, Document] = {}
            for document in documents:
                for slug in document.slugs:
                    owner = owners.setdefault(slug, document)
                    if owner is not document:
                        line = document.lines.get("slug" if slug == document.slug else "aliases", 1)
                        message = (
                            f"the slug “{slug}” is taken under /{locale.tag}/ by {owner.key}/{owner.locale_id}.md."
                        )
                        yield Fault(document.path, line, f"{message} Choose another for one of the two.")


def _documents(content: Content) -> Iterator[tuple[Document, Locale]]:
    """Each text in each of its own languages, as far as the site still has that."""
    locales = {locale.id: locale for locale in content.site.locales.values()}
    for document in (document for entry in content.entries() for document in entry.own_documents):
        if locale := locales.get(document.locale_id):
            yield document, locale


def avoided_words(content: Content) -> Iterator[Fault]:
    """A warning for each word of a text that its language's glossary avoids; quotations of others may keep it."""
    for document, locale in _documents(content):
        with suppress(Faults):  # it has changed since it was read
            text = decode_text(document.path, read_regular_file(document.path, MAX_TEXT_BYTES))
            _, below, first_line = split_front_matter(document.path, text)
            words = _NO_WORDS.sub(lambda match: " " * len(match[0]), below)
            for key, start, used, avoided in content.glossary.occurrences(words, locale):
                if avoided and (entry := content.glossary.entry(key, locale)):
                    message = f"“{used}” is avoided here: {avoided.why} The glossary has “{entry.term}”."
                    yield Fault(document.path, first_line + words.count("\n", 0, start), message, warning=True)


def fragment_warnings(content: Content) -> Iterator[Fault]:
    """Links to headings of other texts that are not there.

    No more than warnings: readers see the right text from its beginning, and whoever changed a heading there should
    not be kept from it by a link elsewhere.
    """
    for document, locale in _documents(content):
        for reference in document.references:
            target = content.texts[reference.kind].get(reference.key) if reference.fragment else None
            if not target:
                continue
            linked = content.document(target, locale)
            prose = (block.html for block in linked.blocks if isinstance(block, Prose))
            anchors = {anchor for html in prose for anchor in _HEADING.findall(html)}
            if unquote(reference.fragment) not in anchors:
                message = missing_anchor(reference.fragment, anchors, f"{linked.key}/{linked.locale_id}.md")
                yield Fault(document.path, reference.line, message, warning=True)
