"""Components: what looks the same wherever it stands in an edition and language, rendered once for all pages."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from microsite.editions.edition import Edition
from microsite.runtime import TRIAL_EDITION, current_edition, current_locale, current_runtime, g

MAX_COMPONENTS = 4096
"""Remembered at a time, of each language: some 300 bytes each. Pages that follow each other have the same ones."""


ComponentsByLocale = dict[str, Callable[..., Markup]]
"""A function `component(name, *arguments)` for each locale id."""


class Components:
    """Renders the macros of `templates/page_components.html`, the same wherever they stand in an edition and locale.

    Each is rendered once: it is remembered for the edition in force, and for the one that is tried to follow it. What a
    preview's edition needs is remembered for its request alone, and takes nobody's place.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._current: tuple[Edition | None, ComponentsByLocale] = (None, {})
        self._next = self._current

    def component(self, name: str, *arguments: Hashable) -> Markup:
        """The macro `name` with these arguments, for the edition and locale of the request."""
        edition, locale_id = current_edition(), current_locale().id
        by_locale = self._current[1] if edition is self._current[0] else self._of_another(edition)
        if locale_id not in by_locale:
            by_locale[locale_id] = self._components()
        return by_locale[locale_id](name, *arguments)

    def _of_another(self, edition: Edition) -> ComponentsByLocale:
        """What is remembered for an edition that is tried, that has come into force meanwhile, or of a preview."""
        if edition is request.environ.get(TRIAL_EDITION):
            # Whoever makes the edition waits for this page: the current one cannot be asked for.
            if edition is not self._next[0]:
                self._next = edition, {}
            return self._next[1]
        if edition is current_runtime().editions.current:
            self._current = self._next if edition is self._next[0] else (edition, {})
            return self._current[1]
        by_edition: dict[int, ComponentsByLocale] = g.setdefault("components_by_edition", {})
        return by_edition.setdefault(id(edition), {})

    def _components(self) -> Callable[..., Markup]:
        """The macros of the file, for the edition and locale of the request; what each returns is remembered."""
        macros = self._app.jinja_env.get_template("page_components.html").make_module(template_context())
        return lru_cache(MAX_COMPONENTS)(lambda name, *arguments: getattr(macros, name)(*arguments))


def template_context() -> dict[str, Any]:
    """What all templates are given: their names for the edition and the locale of the request."""
    edition, locale = current_edition(), current_locale()
    return {
        "site": edition.content.site,
        "content": edition.content,
        "locale": locale,
        "today": edition.moment.date(),
        "verification": edition.files.verification,
        "is_export": current_runtime().is_export,
    }
