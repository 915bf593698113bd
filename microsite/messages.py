"""How a message is asked for, formatted and escaped: Flask-Babel, made to read the current edition's catalogs.

- Templates say `_("...")`, `ngettext(...)`, `pgettext("context", "...")`; Python imports the same names from
  `flask_babel`, and marks with `microsite.text.N_` what is written down in one place and asked for in another.
- A message with a placeholder, `%(name)s`, is a format string, in which a per cent sign is written `%%`. Every other is
  plain text, and nothing formats it. See `language.message`.
- In a template that escapes, message and values are both escaped: neither may hold markup. In Python nothing is.
- Words of `site.toml` are asked for with `translate_content`, in both: they are never a format string.
"""

from functools import cached_property, lru_cache
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from microsite.language.catalog import Catalog
from microsite.language.message import format_message
from microsite.runtime import current_edition, current_locale


class _EditionDomain(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """What `flask_babel.gettext` and its like ask.

    Flask-Babel's own reads `.mo` files once and for ever, where an edition has the catalogs of its moment; and it
    formats every message that is given a value, where we format those that have a placeholder.
    """

    def get_translations(self) -> Catalog:
        babel_locale, locale = get_locale(), current_locale()
        # By its id: to Babel, which knows no pseudo-language, that is English. `force_locale` asks for another one.
        return current_edition().catalogs[locale.id if babel_locale is locale.babel else str(babel_locale)]

    def gettext(self, string: str, **variables: Any) -> str:
        return self.pgettext(None, string, **variables)

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return self.npgettext(None, singular, plural, num, **variables)

    def pgettext(self, context: str | None, string: str, **variables: Any) -> str:
        return format_message(self.get_translations().pgettext(context, string), variables, string)

    def npgettext(self, context: str | None, singular: str, plural: str, num: int, **variables: Any) -> str:
        text = self.get_translations().npgettext(context, singular, plural, num)
        return format_message(text, {"num": num, **variables}, singular, plural)


class _EditionBabel(Babel):  # type: ignore[misc]  # Flask-Babel ships no types
    @cached_property
    def domain_instance(self) -> Domain:
        return _EditionDomain()


def init_messages(app: Flask) -> None:
    """Give `app` its messages. Each app has a Babel of its own: a shared one keeps the first app's catalogs."""
    _EditionBabel(app, locale_selector=lambda: current_locale().babel)
    # What Flask-Babel gives to templates asks for locale, domain and edition anew for each of a page's thirty messages.
    app.jinja_env.globals.update(
        _=_gettext, gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext, translate_content=translate_content
    )
    # `{% trans %}` doubles the per cent signs of a message that takes no values, which is plain text.
    del app.jinja_env.extensions["jinja2.ext.InternationalizationExtension"]


def _catalog() -> Catalog:
    return current_edition().catalogs[current_locale().id]


def translate_content(context: str, text: str) -> str:
    """The translation of words of `site.toml`. Whatever stands in them, they are never a format string."""
    return _catalog().pgettext(context, text)


@lru_cache(4096)
def _escaped(text: str) -> Markup:
    return escape(text)


def _format(
    eval_context: EvalContext, text: str, values: dict[str, Any], source: str, plural: str | None = None
) -> str:
    """A translated message with its values, both escaped where the template escapes.

    Jinja's own i18n trusts the message: a quotation mark in a translation would end the attribute it stands in.
    """
    if not eval_context.autoescape:
        return format_message(text, values, source, plural)
    if not values:
        return _escaped(text)
    return format_message(_escaped(text), values, _escaped(source), None if plural is None else _escaped(plural))


@pass_eval_context
def _gettext(eval_context: EvalContext, message: str, **values: Any) -> str:
    return _format(eval_context, _catalog().pgettext(None, message), values, message)


@pass_eval_context
def _ngettext(eval_context: EvalContext, singular: str, plural: str, num: int, **values: Any) -> str:
    text = _catalog().npgettext(None, singular, plural, num)
    return _format(eval_context, text, {"num": num, **values}, singular, plural)


@pass_eval_context
def _pgettext(eval_context: EvalContext, context: str, message: str, **values: Any) -> str:
    return _format(eval_context, _catalog().pgettext(context, message), values, message)
