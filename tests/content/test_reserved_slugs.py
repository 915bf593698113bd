"""No text can take an address that the program needs."""

from flask import Flask

from microsite.content.fields import KEY
from microsite.content.kinds import RESERVED_SLUGS
from microsite.content.site_file import RESERVED_CATEGORY_SLUGS

LANGUAGE = "/<locale:tag>/"


def first_parts(app: Flask, prefix: str) -> set[str]:
    """What routes have right after `prefix`, if it can be a slug."""
    rules = (rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(prefix))
    parts = (rule.removeprefix(prefix).partition("/")[0] for rule in rules)
    return {part for part in parts if KEY.fullmatch(part)}


def test_a_page_cannot_have_the_first_part_of_another_route(app: Flask) -> None:
    """A new route reserves its word, or this fails."""
    assert first_parts(app, LANGUAGE) == RESERVED_SLUGS


def test_a_category_cannot_have_a_part_of_the_blog(app: Flask) -> None:
    """`/en/blog/page/2/` is the second page of the blog."""
    assert first_parts(app, f"{LANGUAGE}blog/") == RESERVED_CATEGORY_SLUGS
