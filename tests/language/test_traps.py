"""What has bitten other sites: percent signs, lazy strings, messages that keep the language of another request."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import force_locale, gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from jinja2 import TemplateSyntaxError
from wtforms import StringField
from wtforms.validators import InputRequired

from microsite.catalog_tools.extraction import extract
from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import catalog_path

SKIP = {"fr": "Aller au contenu", "en": "Skip to content"}
PERCENT = '{{ _("100 % private") }} {{ _("%(share)s%% of it", share=5) }}'


def add(settings: Settings, editions: Editions, *messages: tuple[str, str]) -> None:
    """Messages of our own in the French catalog."""
    with catalog_path(settings.translations, "fr").open("a", encoding="utf-8") as file:
        for msgid, words in messages:
            file.write(f'\n#, python-format\nmsgid "{msgid}"\nmsgstr "{words}"\n')
    editions.refresh()


def rendered(app: Flask, template: str, path: str = "/fr/") -> str:
    with app.test_request_context(path):
        return app.jinja_env.from_string(template).render()


def test_a_percent_sign_is_a_letter_where_a_message_takes_no_values(
    app: Flask, settings: Settings, editions: Editions, tmp_path: Path
) -> None:
    """As gettext's flag says it, and with it msgfmt, Weblate and Poedit: it is doubled in format strings alone."""
    folder = tmp_path / "project" / "site" / "templates"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(PERCENT)
    entries = extract(tmp_path / "project")
    assert [("100 % private", []), ("%(share)s%% of it", ["python-format"])] == [(e.msgid, e.flags) for e in entries]

    add(settings, editions, ("100 % private", "100 % privé, 2 %% et %d"), ("%(share)s%% of it", "%(share)s %% de cela"))
    assert "100 % privé, 2 %% et %d 5 % de cela" == rendered(app, PERCENT)
    assert "100 % private 5% of it" == rendered(app, PERCENT, "/en/")


def test_a_percent_sign_that_a_translator_forgot_to_double_is_never_served(
    app: Flask, settings: Settings, editions: Editions
) -> None:
    """Where it would fail the page, the source language speaks."""
    add(settings, editions, ("%(share)s%% of it", "%(share)s % de cela"))

    assert "5% of it" == rendered(app, '{{ _("%(share)s%% of it", share=5) }}')


@pytest.mark.parametrize(
    "broken", ["%(other)s", "%(other)d", "%(num)s %", "%(share", "%(share)99999999999999999999s", "%s %s"]
)
def test_a_translation_that_cannot_be_filled_in_gives_way_to_its_source(
    app: Flask, editions: Editions, broken: str
) -> None:
    """Should one ever pass the checks, no page fails for it: neither in a template nor in Python."""
    single, singular, several = "%(share)s of <it>", "%(num)s of <it>", "%(num)s of <them>"
    editions.current.catalogs["fr"].messages.update({(None, single): (broken,), (None, singular): (broken, broken)})
    template = (
        '{{ _(single, share="<5>") }}, {{ ngettext(singular, several, 1) }}, {{ ngettext(singular, several, 2) }}'
    )
    with app.test_request_context("/fr/"):
        page = app.jinja_env.from_string(template).render(single=single, singular=singular, several=several)
        assert (gettext(single, share="<5>"), ngettext(singular, several, 2)) == ("<5> of <it>", "2 of <them>")

    assert "&lt;5&gt; of &lt;it&gt;, 1 of &lt;it&gt;, 2 of &lt;them&gt;" == page


def test_templates_have_one_way_to_ask_for_a_message(app: Flask) -> None:
    """`{% trans %}` doubles the per cent signs of plain text: a template with it fails when it is read."""
    with pytest.raises(TemplateSyntaxError, match="trans"):
        rendered(app, "{% trans %}100% private{% endtrans %}")


def test_values_are_escaped_whatever_the_translation(app: Flask) -> None:
    """A message is markup of ours, what is put into it is not."""
    template = '{{ _("%(site)s: all articles", site="<b>x</b>") }}'

    assert "&lt;b&gt;x&lt;/b&gt;\u00a0: tous les articles" == rendered(app, template)


def test_a_translation_cannot_end_the_attribute_it_stands_in(
    app: Flask, settings: Settings, editions: Editions
) -> None:
    """Words are words: a quotation mark in them begins nothing new in the page, with values or without."""
    add(settings, editions, ("Paths", '\\" onclick=\\"stolen()'), ("%(a)s path", '%(a)s\\" hidden=\\"'))
    template = """<nav aria-label="{{ _('Paths') }}" title="{{ _('%(a)s path', a='<') }}"></nav>"""
    nav = BeautifulSoup(rendered(app, template), "html.parser").nav

    assert nav and set(nav.attrs) == {"aria-label", "title"}
    assert nav["aria-label"] == '" onclick="stolen()' and nav["title"] == '<" hidden="'


def test_plurals_follow_the_language(app: Flask) -> None:
    """Zero is singular in French and plural in English."""
    for path, several in (("/fr/", "Il y a 0\u00a0an"), ("/en/", "0\u00a0years ago")):
        with app.test_request_context(path):
            assert several == ngettext("%(num)s year ago", "%(num)s years ago", 0)


def test_a_lazy_string_speaks_the_language_of_each_request(app: Flask) -> None:
    """Made once at import, read in two languages; as JSON or in a session it must be made a string first."""
    lazy = lazy_gettext("Skip to content")
    for tag, words in SKIP.items():
        with app.test_request_context(f"/{tag}/"):
            assert words == lazy == str(lazy)
            assert json.dumps(str(lazy), ensure_ascii=False) == f'"{words}"'
            with pytest.raises(TypeError):
                json.dumps(lazy)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    word = StringField(validators=[InputRequired()])


def errors() -> list[str]:
    form = Form(meta={"csrf": False}, formdata=None)
    form.validate()
    return list(form.word.errors)


def test_the_messages_of_a_form_are_in_the_language_of_its_request(app: Flask) -> None:
    """Flask-WTF keeps them on the request, and no request keeps those of the one before."""
    errors_by_tag = {}
    for tag in ("fr", "en", "fr"):
        with app.test_request_context(f"/{tag}/"):
            errors_by_tag[tag] = errors()

    assert {"fr": ["Ce champ est requis."], "en": ["This field is required."]} == errors_by_tag


def test_a_form_in_another_language_than_its_request_is_made_before_any_other(app: Flask) -> None:
    """What Flask-WTF has kept on a request stays: this is how it is, and a preview may not rely on anything else."""
    with app.test_request_context("/fr/"):
        assert errors() == ["Ce champ est requis."]
        with force_locale("en"):
            assert errors() == ["Ce champ est requis."]
            assert gettext("Skip to content") == "Skip to content"


def test_two_requests_in_one_app_context_have_a_language_each(app: Flask) -> None:
    """The locale lives on the request's own context."""
    with app.app_context():
        client = app.test_client()
        for tag, words in SKIP.items():
            assert words in client.get(f"/{tag}/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("tag", "status"), [("en-XA", 301), ("fr_FR", 301), ("fr-", 301), ("xx", 404), ("..", 404), ("x-fr", 404)]
)
def test_a_language_that_babel_does_not_know_is_a_wrong_address(app: Flask, tag: str, status: int) -> None:
    """Never a failure: only the site's own tags reach Babel. A region of a language that the site has leads there."""
    assert status == app.test_client().get(f"/{tag}/").status_code
