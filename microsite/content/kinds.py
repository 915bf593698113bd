"""The kinds of texts. A new one is a row of `KINDS` and a template of its name: files, addresses and checks follow.

With the fields of an article it takes promotions as well; lists, feeds and the home page have articles alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from microsite.content.front_matter import ArticleMatter, TextMatter


@dataclass(frozen=True)
class Kind:
    """What distinguishes a kind of text from others."""

    folder: str
    """Below the folder of the site: texts are `<folder>/<key>/<locale>.md`."""
    address: str
    """Below the language, with `{slug}`, and with `{category}` where the front matter has one."""
    fields: type[TextMatter] = TextMatter
    """The front matter. With the fields of `ArticleMatter` come promotions, a category, a share image."""
    refused_blocks: Mapping[str, str] = field(default_factory=dict)
    """The blocks that have no place in such a text, and where their place is."""


KINDS = {
    "article": Kind(
        "articles",
        "blog/{category}/{slug}/",
        ArticleMatter,
        dict.fromkeys(
            ("advertisements", "corrections", "dossier", "feed", "glossary", "publisher", "seen", "verified"),
            "on pages only",
        ),
    ),
    "page": Kind("pages", "{slug}/", TextMatter, {name: "in articles only" for name in ("figure", "promotion")}),
}
"""By name: that of the view's endpoint, of the template, and of links in texts (`article:key`)."""
TERM = "term"
"""Of links in texts (`term:key`) that lead to an entry of the glossary."""
FIGURE = "figure"
"""Of references to a drawing that lies beside the text."""
HOME = "home"
"""Stands for the home page wherever the key of a text is asked for."""
FIXED_PAGES = (HOME,)
"""The keys of pages that are no texts: no article can have one of them."""
RESERVED_SLUGS = {"blog", "go", "share", *(kind.address.partition("/")[0] for kind in KINDS.values())} - {"{slug}"}
"""What may follow the language in addresses, and is no slug; a test asks the routes."""
