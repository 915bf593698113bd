"""The one place that a message is asked from: Flask-Babel, made to read the current edition's catalogs.

Templates say `_("...")`, `pgettext("context", "...")`, `{% trans %}`; Python imports the same names from `flask_babel`.
"""

from functools import cached_property, lru_cache
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from microsite.edition import current_edition, current_locale
from microsite.language.catalogs import Catalog


class _EditionDomain(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Flask-Babel reads `.mo` files once and for ever; an edition's catalogs are always the right ones."""

    def get_translations(self) -> Catalog:
        asked, locale = get_locale(), current_locale()
        # By its id: to Babel, which knows no pseudo-language, that is English. `force_locale` asks for another one.
        return current_edition().catalogs[locale.id if asked is locale.babel else str(asked)]


class _EditionBabel(Babel):  # type: ignore[misc]  # Flask-Babel ships no types
    @cached_property
    def domain_instance(self) -> Domain:
        return _EditionDomain()


def init_messages(app: Flask) -> None:
    """Give `app` its messages. Each app has a Babel of its own: a shared one keeps the first app's catalogs."""
    _EditionBabel(app, locale_selector=lambda: current_locale().babel)
    # What Flask-Babel gives to templates asks for locale, domain and edition anew for each of a page's thirty messages.
    app.jinja_env.globals.update(
        _=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext, npgettext=_npgettext
    )


def _catalog() -> Catalog:
    return current_edition().catalogs[current_locale().id]


def _fill(about: EvalContext, text: str, values: dict[str, Any]) -> str:
    """`%%` is a per cent sign, and values are escaped where the template's are.

    So is the message, which Jinja's own trusts: a quotation mark in a translation would end the attribute it stands in.
    """
    if not about.autoescape:
        return text % values
    return _escaped(text) % values if values else _said(text)


@lru_cache(4096)
def _escaped(text: str) -> Markup:
    return escape(text)


@lru_cache(4096)
def _said(text: str) -> Markup:
    """A message that takes no values: most of them, on every page."""
    return _escaped(text) % {}


@pass_eval_context
def _gettext(about: EvalContext, message: str, **values: Any) -> str:
    return _fill(about, _catalog().pgettext(None, message), values)


@pass_eval_context
def _ngettext(about: EvalContext, singular: str, plural: str, num: int, **values: Any) -> str:
    return _fill(about, _catalog().npgettext(None, singular, plural, num), {"num": num, **values})


@pass_eval_context
def _pgettext(about: EvalContext, context: str, message: str, **values: Any) -> str:
    return _fill(about, _catalog().pgettext(context, message), values)


@pass_eval_context
def _npgettext(about: EvalContext, context: str, singular: str, plural: str, num: int, **values: Any) -> str:
    return _fill(about, _catalog().npgettext(context, singular, plural, num), {"num": num, **values})
