"""The desk's own memory: words of messages like the one at hand, and the same English said in several places."""

from collections.abc import Callable

import pytest
from bs4 import Tag
from sqlalchemy import select

from microsite.storage.store import Store
from microsite.storage.tables import AuditEntry, Revision
from microsite.studio.access import Role
from tests.conftest import Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import held_by
from tests.studio.translators import FRENCH, French, Translating

GUIDE, STORY = "Read the whole guide", "Read the whole story"
PLACES = ("head", "foot", "tab")
TAB = "#. At most 10 characters.\n"


@pytest.fixture
def catalog(french: French) -> French:
    """With two messages that are much alike, and one that stands in three places, of which a tab has little room."""
    entries = [
        f'msgid "{GUIDE}"\nmsgstr "Lire tout le guide"\n',
        f'msgid "{STORY}"\nmsgstr ""\n',
        *(f'{TAB if place == "tab" else ""}msgctxt "{place}"\nmsgid "Go on"\nmsgstr ""\n' for place in PLACES),
    ]
    _append(french, *entries)
    return french


def _append(french: French, *entries: str) -> None:
    french.path.write_text(french.path.read_text(encoding="utf-8") + "".join(f"\n{entry}" for entry in entries))
    french.editions.refresh()


def like_this(desk: Translating) -> list[Tag]:
    return list(desk.page.select(".like li"))


def take(desk: Translating, number: int = 0) -> Translating:
    """Press the button of a similar message."""
    button, form = like_this(desk)[number].select_one("button"), desk.page.select_one("form.translating")
    assert button and form and button["form"] == form["id"]
    answer = desk.browser.post(desk.path, data=held_by(form) | {"take": str(button["value"])})
    assert answer.status_code == 200
    return Translating(desk.browser, soup(answer), answer, desk.path)


def at_place(editor: Editor, place: str = "head") -> Translating:
    """“Go on” in one of its places, with the boxes of the others."""
    rows = soup(editor.get(FRENCH, query_string={"q": "Go on"})).select(".queue th:has(small)")
    addresses = {row.select("small")[0].get_text(): str(row.select("a")[0]["href"]) for row in rows}
    return Translating.at(editor, addresses[place].partition("?")[0])


def save(desk: Translating, words: str, *places: str) -> Translating:
    """Type words, tick these places, and save."""
    form = desk.page.select_one("form.translating")
    assert form
    boxes = {label.select("span > span")[0].get_text(): label.select("input")[0] for label in form.select(".tick")}
    also = [str(boxes[place]["value"]) for place in places]
    data = {**held_by(form), "words-0": words, "do": "stay", "also": also}
    answer = desk.browser.post(desk.path, data=data)
    page = soup(desk.browser.get(answer.location)) if answer.status_code == 303 else soup(answer)
    return Translating(desk.browser, page, answer, desk.path)


class TestLikeThisOne:
    def test_one_press_puts_its_words_into_the_field(self, translator: Editor, catalog: French) -> None:
        """With what its source has that this one has not, word by word; nothing is saved until it is asked for."""
        desk = Translating.open(translator, STORY)
        assert "Read the whole removed: guide added: story Lire tout le guide" in desk.text(".like li")
        taken = take(desk)
        assert taken.typed == ["Lire tout le guide"]
        assert Translating.open(translator, STORY).typed == [""]
        taken.save("Lire toute l’histoire")
        assert Translating.open(translator, STORY).typed == ["Lire toute l’histoire"]

    @pytest.mark.parametrize(
        "change", ['#, fuzzy\nmsgid "Read the whole guide"', 'msgid "Read the entire book, again"']
    )
    def test_words_in_doubt_and_other_sentences_are_not_offered(
        self, translator: Editor, catalog: French, change: str
    ) -> None:
        """What readers do not see is no model; nor is what shares a few letters by chance."""
        catalog.change(f'msgid "{GUIDE}"', change)
        assert not [each for each in like_this(Translating.open(translator, STORY)) if "guide" in each.get_text()]

    def test_a_plural_fills_every_field(self, translator: Editor, catalog: French) -> None:
        """Words of one form are those of each; the same words for the same English are offered once."""
        forms = 'msgid "%(num)s guide"\nmsgid_plural "%(num)s whole guides"\n'
        twin = f'msgctxt "twin"\nmsgid "{GUIDE}"\nmsgstr "Lire tout le guide"\n'
        _append(catalog, f'{forms}msgstr[0] "%(num)s guide"\nmsgstr[1] "%(num)s guides"\n', twin)
        _append(catalog, 'msgid "%(num)s guide."\nmsgid_plural "%(num)s guides."\nmsgstr[0] ""\nmsgstr[1] ""\n')
        assert take(Translating.open(translator, "%(num)s guide.")).typed == ["%(num)s guide", "%(num)s guides"]
        assert len(like_this(Translating.open(translator, STORY))) == 1

    def test_words_that_the_page_does_not_offer_are_not_taken(self, translator: Editor, catalog: French) -> None:
        """What was typed stays."""
        desk = Translating.open(translator, STORY)
        form = desk.page.select_one("form.translating")
        assert form
        answer = translator.post(desk.path, data=held_by(form) | {"take": "x", "words-0": "Lire"})
        assert Translating(translator, soup(answer), answer, desk.path).typed == ["Lire"]


@ON_BOTH_DATABASES
class TestTheSameEnglish:
    def test_it_is_said_there_too(self, translator: Editor, catalog: French, store: Store) -> None:
        """Where it is ticked, in one transaction: each with its own history, note and entry of the audit."""
        desk = at_place(translator)
        assert "The same English stands in 2 other places." in desk.text("fieldset legend")
        saved = save(desk, "Suite", "tab")
        assert "“Go on” is live in 2 places." in saved.text("[role=status]")
        assert [at_place(translator, place).typed for place in PLACES] == [["Suite"], [""], ["Suite"]]
        with store.read() as session:
            assert len(set(session.scalars(select(Revision.saved)))) == 1
            assert len(session.scalars(select(AuditEntry).where(AuditEntry.what == "saved")).all()) == 2

    def test_what_one_place_refuses_is_saved_nowhere(self, translator: Editor, catalog: French) -> None:
        """It is said which place, and why; without that box the words are taken."""
        refused = save(at_place(translator), "Continuer la lecture", "foot", "tab")
        assert refused.answer.status_code == 422
        assert "tab" in refused.text("#studio_errors") and "there is room for 10" in refused.text(".choices")
        assert refused.page.select(str(refused.page.select("#studio_errors a")[0]["href"]))
        assert at_place(translator, "foot").typed == [""]
        save(refused, "Continuer la lecture", "foot")
        assert [at_place(translator, place).typed for place in PLACES] == [["Continuer la lecture"]] * 2 + [[""]]

    def test_a_warning_of_another_place_is_shown_first(self, translator: Editor, catalog: French) -> None:
        """Ticking one more box asks anew; sent once more, the words are taken."""
        warned = save(at_place(translator), "Suite.")
        assert warned.answer.status_code == 422
        assert "This ends with" not in save(warned, "Suite.", "foot").text(".choices")  # it is said above already
        assert save(warned, "Suite.", "foot").answer.status_code == 422
        assert save(save(warned, "Suite.", "foot"), "Suite.", "foot").answer.status_code == 303

    def test_nobody_elses_words_are_lost(
        self, translator: Editor, sign_in: Callable[..., Editor], catalog: French
    ) -> None:
        """A place that somebody has saved since the page listed it loses its tick; what was typed stays."""
        desk = at_place(translator)
        save(at_place(sign_in(Role.ADMIN), "foot"), "Plus loin")
        late = save(desk, "Suite", "foot", "tab")
        assert late.answer.status_code == 409
        assert "that box is no longer ticked" in late.text("#studio_errors")
        assert late.typed == ["Suite"] and "Plus loin" in late.text(".choices")
        assert [at_place(translator, place).typed for place in PLACES] == [[""], ["Plus loin"], [""]]

        save(late, "Suite", "tab")
        assert [at_place(translator, place).typed for place in PLACES] == [["Suite"], ["Plus loin"], ["Suite"]]

    def test_a_double_click_saves_once(self, translator: Editor, catalog: French, look: Callable[..., Seen]) -> None:
        """In every place; and whoever ticks a box without changing a word changes the other place alone."""
        desk = at_place(translator)
        assert [save(desk, "Suite", "tab").answer.status_code for _ in range(2)] == [303, 303]
        assert len(at_place(translator, "tab").page.select(".history li")) == 1
        save(at_place(translator), "Suite", "foot")
        assert [len(at_place(translator, place).page.select(".history li")) for place in PLACES] == [1, 1, 1]
