"""The one place that a message is asked from: Flask-Babel, made to read the current edition's catalogs.

Templates say `_("...")`, `pgettext("context", "...")`, `{% trans %}`; Python imports the same names from `flask_babel`.
"""

from functools import cached_property

from flask import Flask
from flask_babel import Babel, Domain, get_locale

from microsite.edition import current_edition, current_locale
from microsite.language.catalogs import Catalog


class _EditionDomain(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel reads `.mo` files once and for ever; an edition's catalogs are always the right ones."""

    def get_translations(self) -> Catalog:
        return current_edition().catalogs[str(get_locale())]


class _EditionBabel(Babel):  # type: ignore[misc]  # Flask-Babel ships no types
    @cached_property
    def domain_instance(self) -> Domain:
        return _EditionDomain()


def init_messages(app: Flask) -> None:
    """Give `app` its messages. Each app has a Babel of its own: a shared one keeps the first app's catalogs."""
    _EditionBabel(app, locale_selector=lambda: current_locale().babel)
