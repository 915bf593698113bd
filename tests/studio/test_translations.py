"""The translations desk: everything there is to say in a language, how it stands, and where readers meet it."""

import shutil
from collections.abc import Callable

import pytest
from flask import Flask

from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import template_path
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Topic
from microsite.storage.saving import Draft, save
from microsite.studio.access import Role
from microsite.studio.translations import queue_items
from tests.conftest import NOW, Seen
from tests.studio.conftest import Editor, soup
from tests.studio.translators import FRENCH, IN_FILE, SKIP, French, Translating, queue_of

SignIn = Callable[..., Editor]
LATEST = "Latest articles"
HEADLINE = "The café's Wi-Fi does not need to know where you go online."


class TestTheQueue:
    def test_everything_is_in_it(self, translator: Editor) -> None:
        """The interface, what promotions say by default, and the articles that French lacks."""
        messages: dict[str, str] = {}
        for page in range(1, 30):
            messages |= queue_of(translator, page=str(page))
        assert {SKIP, HEADLINE, "Only in English"} <= messages.keys()

    def test_words_that_marketing_has_taken_over_leave_it(
        self, translator: Editor, app: Flask, settings: Settings, editions: Editions
    ) -> None:
        """In that language alone; and come back when marketing returns to the catalog."""
        shutil.copy(template_path(ROOT / "translations"), settings.translations)
        editions.refresh()
        topic, store = Topic(PROMOTION, "planet-freevpn", "fr"), runtime_of(app).store
        words = {"headline": "Titre", "text": "Texte", "button": "Bouton"}
        saved = save(store, topic, Draft(words=words), 0, "m@example.org", NOW)
        assert HEADLINE not in queue_of(translator, q="café")
        assert HEADLINE in queue_of(translator, "/studio/translations/ar/", q="café")

        save(store, topic, Draft(action=Action.CATALOG), saved.id, "m@example.org", NOW)
        assert HEADLINE in queue_of(translator, q="café")

    def test_a_text_that_is_missing_is_named_with_its_file(self, translator: Editor) -> None:
        """Prose is written in files: the queue says what is missing and where it goes, and has no form for it."""
        page = soup(translator.get(FRENCH, query_string={"q": "Only in English", "show": "texts"}))
        row = page.select_one(".queue tbody tr")
        assert row
        assert "Title, summary and text are missing. Write site/articles/only-english/fr.md." in row.get_text(" ")
        assert [str(link["href"]) for link in row.select("a")] == ["/en/blog/news/only-in-english/"]

    def test_a_text_that_was_left_behind_is_named(self, translator: Editor, settings: Settings, french: French) -> None:
        """Under “Texts”: another language was updated since."""
        path = settings.site / "articles" / "note-1" / "en.md"
        path.write_text(path.read_text().replace("---\n", "---\nchanges: [{date: 2026-11-01, text: A change.}]\n", 1))
        french.editions.refresh()
        listed = soup(translator.get(FRENCH, query_string={"show": "texts"}))
        assert "Go through site/articles/note-1/fr.md." in listed.get_text(" ")

    @pytest.mark.parametrize("words", ["content contenu", "ALLER au contenu", "skip"])
    def test_searching_looks_at_source_and_translation(self, translator: Editor, words: str) -> None:
        """All of the words, in any order, large or small."""
        assert SKIP in queue_of(translator, q=words)
        assert queue_of(translator, q="no such words anywhere") == {}

    def test_no_more_is_remembered_than_the_site_has(self, translator: Editor, french: French) -> None:
        """One edition, and messages of its languages: neither former editions nor languages that were taken out."""
        for queue in (FRENCH, "/studio/translations/ar/"):
            assert translator.get(queue).status_code == 200
        queue_items._cache.items["de"] = {}
        french.says("Aller au texte")
        assert translator.get(FRENCH).status_code == 200
        assert queue_items._cache.edition is french.editions.current
        assert {"fr"} == queue_items._cache.queues.keys()
        assert {"ar", "fr"} <= queue_items._cache.items.keys() <= {"ar", "en", "fr"}

    def test_the_source_language_has_texts_alone(self, translator: Editor) -> None:
        """Messages are written in English; an article that exists in French only is listed all the same."""
        assert queue_of(translator, "/studio/translations/en/") == {"Seulement en français": "Missing"}


class TestFilters:
    def test_missing(self, translator: Editor, french: French) -> None:
        """Nobody has said it yet; saying it takes it out."""
        french.says("")
        assert SKIP in queue_of(translator, show="missing")
        Translating.open(translator).save("Aller au texte")
        assert SKIP not in queue_of(translator, show="missing")

    def test_fuzzy(self, translator: Editor, french: French) -> None:
        """A doubtful translation stands in the form, and saving it as it is confirms it."""
        french.says("Aller au texte", flag="fuzzy")
        assert queue_of(translator, show="fuzzy") == {SKIP: "Fuzzy"}
        desk = Translating.open(translator)
        assert desk.typed == ["Aller au texte"]
        desk.save("Aller au texte")
        assert queue_of(translator, show="fuzzy") == {}

    def test_source_changed(self, translator: Editor, french: French) -> None:
        """The page shows what has changed in the source."""
        french.says(IN_FILE, flag="fuzzy", previous="Skip to text")
        assert queue_of(translator, show="changed")[SKIP] == "Fuzzy Source changed"
        assert "removed: text added: content" in Translating.open(translator).text()

    def test_failing_a_check(self, translator: Editor, french: French) -> None:
        """What a file says wrongly is found here; the page says what is wrong, in the account's language."""
        french.says("Aller à %(nothing)s")
        assert SKIP in queue_of(translator, show="failing")
        assert "The placeholder %(nothing)s is not in the source." in Translating.open(translator).text(".refused")

    def test_superseded(self, translator: Editor, french: French, look: Callable[..., Seen]) -> None:
        """The file has said something new since: the file wins, and the studio's words are shown beside it."""
        Translating.open(translator).save("De l’atelier")
        assert look("/fr/").words("a.skip") == ["De l’atelier"]

        french.says("Du fichier")
        assert look("/fr/").words("a.skip") == ["Du fichier"]
        assert queue_of(translator, show="superseded") == {SKIP: "Superseded"}
        desk = Translating.open(translator)
        assert desk.typed == ["Du fichier"]
        beside = desk.text("[aria-labelledby=studio_file]")
        assert "In the file Du fichier In the studio Superseded De l’atelier" in beside
        assert "removed: De l’atelier added: Du fichier" in beside

        desk.save("De l’atelier encore")
        assert look("/fr/").words("a.skip") == ["De l’atelier encore"]
        assert queue_of(translator, show="superseded") == {}


class TestWhere:
    def test_a_page_that_says_it_is_linked(self, translator: Editor, look: Callable[..., Seen]) -> None:
        """Found by asking the pages: the link leads to one in that language with the translation on it."""
        for message, words in ((SKIP, IN_FILE), ("%(num)s year ago", "Il y a"), ("Perhaps you meant", None)):
            link = Translating.open(translator, message).page.select_one(".about a")
            if words:
                assert link
                assert words in look(str(link["href"])).text
        headline = Translating.open(translator, HEADLINE).page.select_one(".about a")
        assert headline
        assert look(str(headline["href"])).all("aside.promo")

    def test_words_of_the_studio_say_so(self, translator: Editor) -> None:
        """No public page says them."""
        assert "In the studio site/templates/studio/" in Translating.open(translator, "Sign out").text(".about")

    def test_what_makers_say_of_a_message_is_shown(self, translator: Editor) -> None:
        """The comment, and the context that tells two meanings apart."""
        advertisement = Translating.open(translator, "Advertisement").text(".about")
        assert "The label of every promotion" in advertisement
        assert "Context label" in advertisement


class TestALanguageThatIsNotPublic:
    @pytest.fixture(autouse=True)
    def hidden(self, settings: Settings, editions: Editions) -> None:
        """Of the two things that there are to say, Arabic says one, and waits until it says more than half."""
        template = (ROOT / "translations" / "messages.pot").read_text(encoding="utf-8")
        head = template.partition("\n\n")[0]
        asked = "".join(f'\n\n#: site/templates/home.html\nmsgid "{msgid}"\nmsgstr ""' for msgid in (SKIP, LATEST))
        template_path(settings.translations).write_text(f"{head}{asked}\n", encoding="utf-8")
        path = settings.site / "site.toml"
        path.write_text(path.read_text() + "\n[public_from]\nar = 60\n")
        editions.refresh()

    def test_the_desk_says_how_far_it_is(self, translator: Editor) -> None:
        """Its share, and the one that readers wait for."""
        listed = soup(translator.get("/studio/translations/")).get_text(" ")
        assert "public from 60" in listed
        assert "Public: 100" in listed

    def test_translators_see_the_site_in_it(self, translator: Editor, look: Callable[..., Seen]) -> None:
        """Page after page, while readers do not; the link alone opens nothing."""
        look("/ar/", status=404)
        link = soup(translator.get("/studio/translations/ar/")).select_one(".state a")
        assert link
        page = translator.get(str(link["href"]))
        assert page.status_code == 200
        assert soup(page).html["lang"] == "ar"  # type: ignore[index]
        onward = soup(page).select_one("main a[href*='/ar/']")
        assert onward
        assert translator.get(str(onward["href"])).status_code == 200

        stranger = translator.application.test_client()
        assert stranger.get(str(link["href"])).status_code == 303

    def test_what_is_saved_is_not_called_live(self, translator: Editor) -> None:
        """Readers see none of it so far; and what only the studio says can be taken back as a whole."""
        desk = Translating.open(translator, LATEST, "/studio/translations/ar/")
        assert "Readers see it once the language is public." in desk.text(".translating")
        assert "Nobody has saved anything here yet." in desk.text("[aria-labelledby=studio_history]")
        assert not desk.page.select("button[value=file]")
        saved = desk.save("أحدث المقالات")
        assert saved.text("[role=status]") == f"“{LATEST}” is saved."
        assert "Take these words back" in saved.text(".translating")
        back = saved.save("أحدث المقالات", do="file")
        assert back.text("[role=status]") == f"“{LATEST}” has no translation any more."
        assert back.typed == [""]

    def test_a_page_that_says_a_message_is_one_of_those(self, translator: Editor) -> None:
        """The link leads into the site as translators see it."""
        desk = Translating.open(translator, SKIP, "/studio/translations/ar/")
        link = desk.page.select_one(".about a")
        assert link
        assert "انتقل إلى المحتوى" in translator.get(str(link["href"])).get_data(as_text=True)

    def test_it_is_public_from_its_share_on(self, translator: Editor, look: Callable[..., Seen]) -> None:
        """Translating in the studio is what makes it so."""
        look("/ar/", status=404)
        Translating.open(translator, LATEST, "/studio/translations/ar/").save("أحدث المقالات")
        assert "أحدث المقالات" in look("/ar/").text


def test_the_faults_of_a_file_are_shown(translator: Editor, french: French) -> None:
    """As the log and the health page say them: file, line, what and why. The last good words keep serving."""
    french.change('msgid "Skip to content"', '<<<<<<< HEAD\nmsgid "Skip to content"')
    page = soup(translator.get(FRENCH))
    assert "messages.po:" in page.select_one(".faults").get_text()  # type: ignore[union-attr]
    assert "A mark of a git conflict" in page.select_one(".faults").get_text()  # type: ignore[union-attr]
    assert "Something in the file is not served" in soup(translator.get("/studio/translations/")).get_text()


def test_the_faults_of_a_file_are_told_in_the_accounts_language(sign_in: SignIn, french: French) -> None:
    """At the desk and on the studio's first page; a terminal has them in English."""
    translator = sign_in(Role.TRANSLATOR, locale="fr")
    french.change('msgid "Skip to content"', '<<<<<<< HEAD\nmsgid "Skip to content"')

    for page, place in ((FRENCH, ".faults li"), ("/studio/", "#faults ~ ul code")):
        fault = soup(translator.get(page)).select_one(place)
        assert fault and fault["lang"] == "fr"
        assert "Une marque de conflit git se trouve ici" in fault.get_text()


def test_a_language_that_the_site_lacks_is_no_page(translator: Editor) -> None:
    """404, for its queue and its file."""
    for path in ("/studio/translations/de/", "/studio/translations/de/messages.po", f"{FRENCH}messages/0123/"):
        assert translator.get(path).status_code == 404


def test_the_account_s_language_is_the_desk_s(sign_in: SignIn, french: French) -> None:
    """Whatever language is worked on, the desk speaks its translator's: also after somebody else's request."""
    french_words, english_words = "n’est pas dans la source", "is not in the source"
    for locale, words in (("fr", french_words), ("en", english_words), ("fr", french_words)):
        desk = Translating.open(sign_in(Role.TRANSLATOR, locale))
        assert words in desk.save("%(nothing)s").text(".refused").replace("\N{NO-BREAK SPACE}", " ")
