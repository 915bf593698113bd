"""Saving a translation in the studio: checked, live, kept with its author, never over somebody else's words."""

from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app
from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import catalog_path
from microsite.runtime import runtime_of
from microsite.studio.access import Role
from tests.conftest import Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.translators import FRENCH, IN_FILE, SKIP, French, Translating, queue_of

Look = Callable[..., Seen]
YEARS = "%(num)s year ago"


@ON_BOTH_DATABASES
class TestStored:
    def test_what_is_saved_is_live_and_kept(self, translator: Editor, look: Look) -> None:
        """On the page at once; in the history with its author, its note and what it changed; restored by a button."""
        first = Translating.open(translator).save("Passer au contenu", note="comme ailleurs")
        assert look("/fr/").words("a.skip") == ["Passer au contenu"]
        assert "Live" in first.text(".history li")
        assert "translator-en@example.org" in first.text(".history li")
        assert "comme ailleurs" in first.text(".history li")

        second = Translating.open(translator).save("Passer au texte")
        assert "removed: contenu added: texte" in second.text(".history li:first-child")
        restored = second.restore(1)
        assert look("/fr/").words("a.skip") == ["Passer au contenu"]
        assert len(restored.page.select(".history li")) == 3

    def test_every_other_process_says_it_too(self, translator: Editor, settings: Settings, look: Look) -> None:
        """As soon as it looks, which it does twice a second."""
        other = create_app(settings)
        readers = other.test_client()
        assert IN_FILE in readers.get("/fr/").get_data(as_text=True)
        Translating.open(translator).save("Passer au contenu")
        runtime_of(other).editions.poll_revisions()
        assert "Passer au contenu" in readers.get("/fr/").get_data(as_text=True)
        runtime_of(other).store.close()

    def test_two_who_save_lose_nothing(self, sign_in: Callable[..., Editor], translator: Editor, look: Look) -> None:
        """The second one sees both wordings and what differs; sent again, theirs go after the first one's."""
        mine = Translating.open(sign_in(Role.ADMIN))
        Translating.open(translator).save("Passer au contenu")
        conflict = mine.save("Sauter au contenu", note="plus court")
        assert conflict.answer.status_code == 409
        assert look("/fr/").words("a.skip") == ["Passer au contenu"]
        assert conflict.typed == ["Sauter au contenu"]
        assert "removed: Passer added: Sauter" in conflict.text(".conflict")
        assert conflict.page.select_one("[name=note]")["value"] == "plus court"  # type: ignore[index]

        conflict.save("Sauter au contenu")
        assert look("/fr/").words("a.skip") == ["Sauter au contenu"]

    def test_a_form_that_is_sent_twice_is_saved_once(self, translator: Editor) -> None:
        """A double click: both answers lead on, and say that the words are live."""
        page = Translating.open(translator)
        first, second = page.save("Passer au contenu"), page.save("Passer au contenu")
        assert [first.answer.status_code, second.answer.status_code] == [303, 303]
        assert "live." in second.text("[role=status]")
        assert len(Translating.open(translator).page.select(".history li")) == 1

    def test_the_file_takes_them_in_unchanged_but_for_them(self, translator: Editor, french: French) -> None:
        """The download has what was saved, and not another byte of difference; without revisions it is the file."""
        before = french.path.read_bytes()
        assert translator.get(f"{FRENCH}messages.po").data == before
        Translating.open(translator).save("Passer au contenu")
        answer = translator.get(f"{FRENCH}messages.po")
        assert answer.headers["Content-Disposition"] == "attachment; filename=fr.po"
        assert answer.data == before.replace(f'"{IN_FILE}"'.encode(), b'"Passer au contenu"', 1)


class TestChecks:
    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("Il y a an", "The placeholder %(num)s is missing."),
            ("Il y a %(nombre)s an", "The placeholder %(nombre)s is not in the source."),
            ("Il y a <b>%(num)s</b> an", "The tags are not those of the source."),
            ("Il y a %(num)s an, 5 %", "A percent sign stands alone."),
        ],
    )
    def test_what_would_break_a_page_is_not_saved(self, translator: Editor, look: Look, words: str, why: str) -> None:
        """The words stay in the form, each with a sentence that says what to mend."""
        desk = Translating.open(translator, YEARS).save("Il y a %(num)s an", words, note="une note")
        assert desk.answer.status_code == 422
        assert why in desk.text(".refused")
        assert desk.typed == ["Il y a %(num)s an", words]
        assert desk.page.select_one("[name=note]")["value"] == "une note"  # type: ignore[index]
        assert "Nobody has saved anything here yet" in Translating.open(translator, YEARS).text()

    def test_style_is_remarked_on_once(self, translator: Editor, look: Look) -> None:
        """The first time the remark is shown; sent once more, the words are taken; other words are looked at anew."""
        remarked = Translating.open(translator).save("Passer au contenu.")
        assert remarked.answer.status_code == 422
        assert "This ends with “.”" in remarked.text(".remarks")
        assert remarked.save("Passer à la suite.").answer.status_code == 422
        assert remarked.save("Passer au contenu.").answer.status_code == 303
        assert look("/fr/").words("a.skip") == ["Passer au contenu."]

    def test_what_the_page_sets_is_no_matter_of_style(self, translator: Editor, look: Look) -> None:
        """Apostrophes and spaces are saved as they are served; whoever changes no word leaves the file alone."""
        saved = Translating.open(translator).save("Passer à l'article : ici !")
        assert saved.answer.status_code == 422
        assert "straight" not in saved.text() and "no-break" not in saved.text()
        assert saved.typed == ["Passer à l'article : ici !"]
        saved.save("Passer à l'article : ici !")
        assert look("/fr/").words("a.skip") == ["Passer à l’article : ici !"]
        assert Translating.open(translator).typed == ["Passer à l’article\u00a0: ici\u00a0!"]

    def test_each_plural_form_has_a_field(self, translator: Editor, look: Look) -> None:
        """With a number that takes it; half a plural is none."""
        desk = Translating.open(translator, YEARS)
        labels = [label.get_text() for label in desk.page.select("form.translating label")]
        assert labels[:2] == ["For a number such as 1", "For a number such as 2"]
        assert desk.save("Il y a %(num)s an", "").answer.status_code == 422
        desk.save("Voici %(num)s an", "Voici %(num)s ans")
        assert "Voici 1\u00a0an" in look("/fr/blog/actualites/seulement-en-francais/").text

    def test_a_language_with_six_forms_has_six_fields(
        self, translator: Editor, settings: Settings, editions: Editions
    ) -> None:
        """Each with a number of its own."""
        catalog = catalog_path(settings.translations, "ar")
        forms = "".join(f'msgstr[{number}] ""\n' for number in range(6))
        asked = f'\nmsgid "{YEARS}"\nmsgid_plural "%(num)s years ago"\n{forms}'
        catalog.write_text(catalog.read_text(encoding="utf-8") + asked, encoding="utf-8")
        editions.refresh()
        desk = Translating.open(translator, YEARS, "/studio/translations/ar/")
        examples = [label.get_text().split()[-1] for label in desk.page.select("form.translating label")[:6]]
        assert examples == ["0", "1", "2", "3", "11", "100"]

    def test_nothing_is_not_a_translation(self, translator: Editor) -> None:
        """To say nothing is no wording; the words before stay."""
        desk = Translating.open(translator).save("")
        assert desk.answer.status_code == 422
        assert "There are no words." in desk.text()

    def test_the_same_words_are_no_revision(self, translator: Editor) -> None:
        """Going on without a change leaves no trace in the history."""
        desk = Translating.open(translator).save(IN_FILE)
        assert "Nobody has saved anything here yet" in desk.text()

    @pytest.mark.parametrize("words", ["<script>alert(1)</script>", 'x" onfocus="alert(1)'])
    def test_words_are_never_markup(self, translator: Editor, words: str) -> None:
        """Wherever the studio shows them."""
        page = Translating.open(translator).save(words)
        assert not page.page.select("main script, [onfocus]")


class TestGoingOn:
    def test_saving_leads_to_the_next_one(self, translator: Editor, french: French) -> None:
        """Of those that are looked at: what has just been translated is not among them any more."""
        french.says("", "Go to")
        french.says("")
        missing = list(queue_of(translator, show="missing"))
        messages = [message for message in missing if message in (SKIP, "Go to")]
        desk = Translating.open(translator, messages[0], show="missing")
        desk.path += "?show=missing"
        after = Translating.at(translator, desk.path).save("Aller ailleurs", do="next")
        assert messages[1] in after.text("[aria-labelledby=studio_source]")
        assert f"“{messages[0]}” is live." in after.text("[role=status]")
        assert queue_of(translator, show="missing").keys() == set(missing) - {messages[0]}

    def test_links_lead_both_ways(self, translator: Editor) -> None:
        """From one to the next and back, within what was searched for; each reached by an access key."""
        messages = [message for message in queue_of(translator, q="articles", show="") if "articles" in message]
        desk = Translating.open(translator, messages[0], show="")
        path = f"{desk.path}?q=articles"
        first = Translating.at(translator, path)
        onward = first.page.select_one("a[rel=next]")
        assert onward
        assert onward["accesskey"] == ["n"]
        second = Translating.at(translator, str(onward["href"]))
        back = second.page.select_one("a[rel=prev]")
        assert back
        assert (back["href"], back["accesskey"]) == (path, ["p"])

    def test_the_files_words_can_return(self, translator: Editor, french: French, look: Look) -> None:
        """A button gives up the studio's; they stay in the history."""
        desk = Translating.open(translator).save("Passer au contenu")
        back = desk.save("Passer au contenu", do="file")
        assert look("/fr/").words("a.skip") == [IN_FILE]
        assert "Passer au contenu" in back.text(".history")

    def test_the_files_words_stay_in_sight(self, translator: Editor, french: French) -> None:
        """Beside the studio's, with what these change; in the history, what it said then and what it came to say."""
        first = Translating.open(translator).save("Passer au contenu")
        beside = first.text("[aria-labelledby=studio_file]")
        assert f"In the file {IN_FILE} In the studio Passer au contenu" in beside
        assert "removed: Aller added: Passer au contenu" in beside
        assert "removed: Aller added: Passer au contenu" in first.text(".history")

        french.says("Sauter au contenu")
        second = Translating.open(translator).save("Passer au texte")
        assert "The file had come to say: Sauter au contenu Saved: Passer au removed: contenu" in second.text(
            ".history"
        )

        french.says("Passer au texte")
        assert not Translating.open(translator).page.select("#studio_file")

    def test_a_revision_that_would_break_a_page_is_not_restored(
        self, translator: Editor, french: French, look: Look
    ) -> None:
        """A template has less room than it had: the old words stand in the form with what is wrong with them."""
        Translating.open(translator).save("Passer tout de suite au contenu de cette page")
        Translating.open(translator).save("Passer au contenu")
        french.change(f'msgid "{SKIP}"', f'#. At most 20 characters.\nmsgid "{SKIP}"')
        desk = Translating.open(translator).restore(1)
        assert "there is room for 20" in desk.text(".refused")
        assert desk.typed == ["Passer tout de suite au contenu de cette page"]
        assert look("/fr/").words("a.skip") == ["Passer au contenu"]

    def test_a_revision_of_another_message_is_not_restored(self, translator: Editor) -> None:
        """Not by a form that names it."""
        desk = Translating.open(translator).save("Passer au contenu")
        other = Translating.open(translator, YEARS)
        token = other.page.select_one("[name=csrf_token]")
        assert token
        data = {"csrf_token": str(token["value"]), "do": "restore", "revision": "1"}
        assert translator.post(other.path, data=data).status_code == 404
        assert desk.answer.status_code == 303


def test_a_form_without_its_token_changes_nothing(translator: Editor, look: Look) -> None:
    """And comes back with what was typed."""
    desk = Translating.open(translator)
    answer = translator.post(desk.path, data={"words-0": "Passer", "do": "stay"})
    assert answer.status_code == 400
    assert soup(answer).select_one("[name=words-0]")["value"] == "Passer"  # type: ignore[index]
    assert look("/fr/").words("a.skip") == [IN_FILE]


def test_a_message_that_is_gone_leaves_the_words(translator: Editor, french: French, app: Flask) -> None:
    """The site stopped saying it while somebody wrote: what they typed is on the page that says so."""
    desk = Translating.open(translator)
    french.change(f'msgid "{SKIP}"', 'msgid "Skip it"')
    gone = desk.save("Passer au contenu")
    assert gone.answer.status_code == 404
    assert "Passer au contenu" in gone.text()


def test_a_term_without_a_translation_says_what_it_means(
    translator: Editor, settings: Settings, editions: Editions
) -> None:
    """In English: whoever begins a language finds the words that want one answer everywhere."""
    (settings.site / "glossary.toml").write_text(
        '[content]\nen.term = "content"\nen.definition = "What a text says."\nfr.term = "teneur"\n', encoding="utf-8"
    )
    editions.refresh()
    arabic = Translating.open(translator, queue="/studio/translations/ar/")
    assert "content What a text says." in arabic.text(".about")
    assert not arabic.page.select(".remarks li")


def test_the_glossary_stands_beside_a_message(translator: Editor, settings: Settings, editions: Editions) -> None:
    """The term in the account's source and in the language, with its definition; another word is remarked on once."""
    (settings.site / "glossary.toml").write_text(
        '[content]\nen.term = "content"\nfr.term = "teneur"\nfr.definition = "Ce que dit 100 % d\'un texte."\n'
        'fr.avoid = [{ words = ["contenu"], why = "Trop vague." }]\n',
        encoding="utf-8",
    )
    editions.refresh()
    desk = Translating.open(translator)
    assert "content → teneur" in desk.text(".about")
    assert "Not: contenu. Trop vague." in desk.text(".about")
    assert "Ce que dit 100\u00a0% d’un texte." in desk.page.select_one(".about").get_text()  # type: ignore[union-attr]

    assert "The glossary has “teneur” for “content”." in desk.save("Passer au texte").text(".remarks")
    assert "“contenu” is avoided here: Trop vague." in desk.save("Passer au contenu").text(".remarks")
    assert SKIP in queue_of(translator, show="failing")
    assert Translating.open(translator).save("Passer à la teneur").answer.status_code == 303
