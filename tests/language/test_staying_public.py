"""A language that was public stays public: on every node, after a restart, in an export; until it is withdrawn."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import create_app
from microsite.config import ROOT, Settings
from microsite.delivery.export import Export
from microsite.language.po_file import catalog_path, template_path
from microsite.runtime import runtime_of
from microsite.storage.tables import PublicLanguage
from microsite.studio.access import Role
from tests.conftest import NOW, StartNode
from tests.language.conftest import change
from tests.studio.browser import Editor
from tests.studio.conftest import PASSWORD, add_account

SKIP, LATEST = "Skip to content", "Latest articles"
TRANSLATED = f'\nmsgid "{LATEST}"\nmsgstr "أحدث المقالات"\n'


@pytest.fixture
def settings(settings: Settings, address: str) -> Settings:
    """Of two messages that readers see, Arabic has both, and needs 60 %."""
    head = (ROOT / "translations" / "messages.pot").read_text(encoding="utf-8").partition("\n\n")[0]
    asked = "".join(f'\n\n#: site/templates/home.html\nmsgid "{message}"\nmsgstr ""' for message in (SKIP, LATEST))
    template_path(settings.translations).write_text(f"{head}{asked}\n", encoding="utf-8")
    with (settings.site / "site.toml").open("a", encoding="utf-8") as file:
        file.write("\n[public_from]\nar = 60\n")
    with catalog_path(settings.translations, "ar").open("a", encoding="utf-8") as file:
        file.write(TRANSLATED)
    return settings.model_copy(update={"database_url": address})


def status(app: Flask) -> int:
    """Of the Arabic home page, once the node has looked at database and files."""
    runtime_of(app).editions.poll_revisions()
    runtime_of(app).editions.refresh()
    return app.test_client().get("/ar/").status_code


def lose_words(settings: Settings) -> None:
    change(catalog_path(settings.translations, "ar"), TRANSLATED, f'\nmsgid "{LATEST}"\nmsgstr ""\n')


def ask_for(settings: Settings, least: str) -> None:
    path = settings.site / "site.toml"
    head = path.read_text(encoding="utf-8").partition("\n[public_from]\n")[0]
    path.write_text(f"{head}\n[public_from]\n{least}\n", encoding="utf-8")


def test_it_stays_on_every_node_and_after_a_restart(start_node: StartNode, settings: Settings) -> None:
    """The one that has seen it whole, one that was started since, and one that never asked for it before."""
    first = start_node()
    assert 200 == status(first)
    lose_words(settings)
    assert [200, 200, 200] == [status(app) for app in (first, start_node(), start_node())]
    with runtime_of(first).store.read() as session:
        row = session.scalars(select(PublicLanguage)).one()
    assert ("ar", 60, NOW) == (row.locale, row.public_from, row.since)


def test_a_node_that_runs_learns_it_from_another(start_node: StartNode, settings: Settings) -> None:
    """Whose catalog was whole for a moment that this one has missed."""
    lose_words(settings)
    behind = start_node()
    assert 404 == status(behind)
    change(catalog_path(settings.translations, "ar"), f'msgid "{LATEST}"\nmsgstr ""\n', TRANSLATED.lstrip())
    assert 200 == status(start_node())
    lose_words(settings)
    runtime_of(behind).editions.poll_revisions()
    assert 200 == behind.test_client().get("/ar/").status_code


def test_an_export_has_it(start_node: StartNode, settings: Settings, tmp_path: Path) -> None:
    """And what an export has made public stays so."""

    def exported(folder: Path) -> bool:
        app = start_node()
        runtime_of(app).is_export = True
        Export(app, folder, share_images=False).write()
        return (folder / "ar" / "index.html").exists()

    assert exported(tmp_path / "first")
    lose_words(settings)
    assert exported(tmp_path / "second")
    assert 200 == status(start_node())


def test_it_is_withdrawn_by_asking_for_more(start_node: StartNode, settings: Settings) -> None:
    """One that reaches that is public; 101 is never reached. Asked for less again, it has to reach that anew."""
    app = start_node()
    assert 200 == status(app)
    ask_for(settings, "ar = 100")
    assert 200 == status(app)
    lose_words(settings)
    ask_for(settings, "ar = 90")
    assert 200 == status(app)
    ask_for(settings, "ar = 101")
    assert [404, 404] == [status(app), status(start_node())]
    ask_for(settings, "ar = 60")
    assert [404, 404] == [status(app), status(start_node())]
    ask_for(settings, "ar = 50")
    assert [200, 200] == [status(app), status(start_node())]


def test_the_database_may_be_away_when_it_becomes_public(
    start_node: StartNode, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is remembered as soon as there is one."""
    app = start_node()
    store = runtime_of(app).store
    with monkeypatch.context() as away:
        for name in ("begin", "read"):
            away.setattr(store, name, lambda: (_ for _ in ()).throw(OperationalError("", {}, Exception())))
        assert 200 == status(app)
    runtime_of(app).editions.poll_revisions()
    lose_words(settings)
    assert [200, 200] == [status(app), status(start_node())]


def test_it_says_that_it_has_fallen_behind(
    start_node: StartNode, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On /readyz, in the studio, in `catalogs check` and `catalogs status`: so many messages, so many texts."""
    change(settings.site / "site.toml", "foot = [", "required.articles = 2\nfoot = [")
    app = start_node()
    status(app)
    lose_words(settings)
    assert 404 == status(app)  # of two articles it has one
    change(settings.site / "site.toml", "required.articles = 2", "required.articles = 1")
    change(catalog_path(settings.translations, "ar"), f'msgid "{LATEST}"\nmsgstr ""\n', TRANSLATED.lstrip())
    assert 200 == status(app)
    lose_words(settings)
    change(settings.site / "site.toml", "required.articles = 1", "required.articles = 2")
    assert 200 == status(app)

    (fault,) = app.test_client().get("/readyz").get_json()["degraded"]["languages"]
    assert (
        "Messages for readers without a translation: 1; required texts that are missing: 1 × articles/*/ar.md" in fault
    )
    app.test_client_class = Editor
    translator = app.test_client()
    translator.fill_in("/studio/login", email=add_account(app, "t@x.org", Role.TRANSLATOR), password=PASSWORD)  # type: ignore[attr-defined]
    state = BeautifulSoup(translator.get("/studio/translations/ar/").data, "html.parser").select(".state")[0].get_text()
    assert "fallen behind: readers see 1 message in English. It also needs" in " ".join(state.split())
    for name in ("site", "translations", "instance", "database_url"):
        monkeypatch.setenv(f"MICROSITE_{name.upper()}", str(getattr(settings, name)))
    checked, told = (app.test_cli_runner().invoke(args=["catalogs", name]).output for name in ("check", "status"))
    assert "has fallen behind, and stays public" in checked
    assert "ar: public, but fallen behind" in told


def test_the_commands_need_no_database(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the first start there is none: `status` counts what the files say, `write` has nothing to write."""
    for name in ("site", "translations", "instance", "database_url"):
        monkeypatch.setenv(f"MICROSITE_{name.upper()}", str(getattr(settings, name)))
    app = create_app(settings)
    told, written = (app.test_cli_runner().invoke(args=["catalogs", name]) for name in ("status", "write"))
    runtime_of(app).store.close()

    assert (0, 1) == (told.exit_code, written.exit_code)
    assert "ar: public" in told.stdout and "100 % of the interface" in told.stdout
    sentence = "The database does not answer, or is not there yet: the first start makes it."
    assert f"{sentence} What it keeps, the studio's words among it, is not counted.\n" == told.stderr
    assert f"{sentence} Nothing was written.\n" == written.output
    assert caplog.messages == []
