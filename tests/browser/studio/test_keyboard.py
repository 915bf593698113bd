"""Translating with the hands on the keyboard: where the cursor is, and which keys there are."""

from playwright.sync_api import Browser, Page, expect

from microsite.language.po_file import catalog_path
from microsite.runtime import runtime_of
from microsite.studio.access import Role
from tests.browser.conftest import Live
from tests.browser.studio.conftest import Studio
from tests.browser.studio.test_translations import EMAIL, WORDS, find, readers_see
from tests.studio.conftest import add_account
from tests.studio.translators import FRENCH, IN_FILE, SKIP

YEARS = "%(num)s year ago"
ARABIC = "/studio/translations/ar/"


def desk(browser: Browser, live: Live, scripting: bool = True, locale: str = "en", **context: object) -> Studio:
    add_account(live.app, EMAIL, Role.TRANSLATOR, locale)
    studio = Studio(browser, live, java_script_enabled=scripting, **context)
    studio.sign_in(EMAIL)
    return studio


def cursor(page: Page) -> str:
    """The name of the field in which one types."""
    return str(page.evaluate("document.activeElement.name ?? ''"))


def press(studio: Studio, key: str) -> None:
    with studio.page.expect_navigation():
        studio.page.keyboard.press(key)


def test_the_cursor_is_in_the_next_field(browser: Browser, live: Live, scripting: bool) -> None:
    """After saving and going on, and after following a link to the next message."""
    studio = desk(browser, live, scripting)
    studio.open(f"{FRENCH}?q=articles")
    studio.send(".queue th > a")
    first = studio.page.url
    assert cursor(studio.page) == "words-0"
    studio.page.keyboard.press("End")
    studio.page.keyboard.type(" de la semaine")
    if scripting:
        press(studio, "Control+Enter")
    else:
        studio.send("[value=next]")
    assert studio.page.url != first and cursor(studio.page) == "words-0"
    if scripting:
        press(studio, "Alt+ArrowUp")
    else:
        studio.send("a[rel=prev]")
    assert studio.page.url == first and cursor(studio.page) == "words-0"
    if scripting:
        press(studio, "Alt+ArrowDown")
        assert studio.page.url != first


def test_the_cursor_is_in_the_field_to_mend(browser: Browser, live: Live, scripting: bool) -> None:
    """Of several forms in the one that is refused; in one that is empty, before anything has been sent."""
    studio = desk(browser, live, scripting)
    find(studio, YEARS)
    studio.page.fill("[name=words-0]", "Voici %(num)s an")
    studio.page.fill("[name=words-1]", "Voici des ans")
    studio.send("[value=stay]")
    assert studio.page.locator(".field .refused").count() == 1
    assert cursor(studio.page) == "words-1"
    assert "missing" in studio.page.locator("#words-1_said").inner_text()


def test_keys_and_buttons_type_what_a_keyboard_lacks(browser: Browser, live: Live) -> None:
    """The source, a placeholder, the marks of the language: where the cursor is; taken back as if typed."""
    studio = desk(browser, live)
    find(studio, YEARS)
    page, keyboard = studio.page, studio.page.keyboard
    for field in ("[name=words-1]", "[name=words-0]"):
        page.fill(field, "")
    keyboard.type("Voici ")
    keyboard.press("Alt+1")
    for figure in range(1, 6):
        keyboard.press(f"Control+Shift+{figure}")
    assert page.input_value("[name=words-0]") == "Voici %(num)s\u00a0«»’…"
    keyboard.press("Control+z")
    assert "…" not in page.input_value("[name=words-0]")
    keyboard.press("Control+Shift+z")
    assert page.input_value("[name=words-0]") == "Voici %(num)s\u00a0«»’…"

    page.focus("[name=words-1]")
    keyboard.press("Alt+0")
    assert page.input_value("[name=words-1]") == "%(num)s years ago"
    page.get_by_role("button", name="Ellipsis").click()
    assert page.input_value("[name=words-1]") == "%(num)s years ago…"
    assert cursor(page) == "words-1"
    assert studio.problems == []


def test_every_key_is_in_the_list(browser: Browser, live: Live, scripting: bool) -> None:
    """It opens by a key, too. Without scripting it names those alone that need none, and no button does nothing."""
    studio = desk(browser, live, scripting)
    find(studio, YEARS)
    page = studio.page
    if scripting:
        page.keyboard.press("F1")
    else:
        page.locator(".keys summary").click()
    listed = page.locator(".keys kbd:visible").all_inner_texts()
    if scripting:
        declared = page.locator("[aria-keyshortcuts]").evaluate_all(
            "all => all.map(it => it.ariaKeyShortcuts ?? it.getAttribute('aria-keyshortcuts'))"
        )
        shown = {"Control": "Ctrl", "ArrowUp": "↑", "ArrowDown": "↓"}
        keys = {" + ".join(shown.get(key, key) for key in keys.split("+")) for keys in declared}
        assert keys <= {*listed, "Alt + ↑", "Alt + ↓"}
    assert listed[-2:] == ["N", "P"]
    assert (len(listed) > 2) == scripting
    assert page.get_by_role("group", name="Insert").is_visible() == scripting


def test_what_is_typed_is_set_as_the_page_sets_it(browser: Browser, live: Live, scripting: bool) -> None:
    """Plain apostrophes and spaces, as keyboards have them, are no reason to stop."""
    studio = desk(browser, live, scripting)
    find(studio, SKIP)
    studio.page.fill(WORDS, "Passer à l'article")
    studio.send("[value=stay]")
    assert studio.page.input_value(WORDS) == "Passer à l’article"
    assert readers_see(live) == "Passer à l’article"


def test_source_and_field_fit_a_phone_together(browser: Browser, live: Live) -> None:
    """Nothing is scrolled to see both, in a message that fills three lines."""
    catalog = catalog_path(runtime_of(live.app).editions.settings.translations, "fr")
    longest = (
        "One could say here what takes four lines of a phone: a translator reads it while writing, and scrolls nothing."
    )
    text = catalog.read_text(encoding="utf-8") + f'\n#. Where it stands.\nmsgid "{longest}"\nmsgstr ""\n'
    catalog.write_text(text, encoding="utf-8")
    runtime_of(live.app).editions.refresh()
    studio = desk(browser, live, viewport={"width": 390, "height": 844}, locale="fr")
    find(studio, longest)
    source, field = (studio.page.locator(of).bounding_box() for of in ("#studio_source", WORDS))
    assert source and field
    assert studio.page.evaluate("scrollY") == 0
    assert source["y"] > 0 and field["y"] + field["height"] < 844
    assert studio.page.locator(".insertions").bounding_box()["y"] < 844  # type: ignore[index]


def test_placeholders_are_marked_and_run_their_own_way(browser: Browser, live: Live) -> None:
    """In a language written from right to left, too: in one piece, in the order in which they are typed."""
    catalog = catalog_path(runtime_of(live.app).editions.settings.translations, "ar")
    forms = "".join(f'msgstr[{number}] "قبل %(num)s سنة"\n' for number in range(6))
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(f'{text}\nmsgid "{YEARS}"\nmsgid_plural "%(num)s years ago"\n{forms}', encoding="utf-8")
    runtime_of(live.app).editions.refresh()
    studio = desk(browser, live, viewport={"width": 320, "height": 844})
    studio.open(f"{ARABIC}?q=year")
    studio.send(".queue th > a")
    page = studio.page
    marked = page.locator(".placeholder:visible")
    assert set(marked.all_inner_texts()) == {"%(num)s"}
    heights = marked.evaluate_all("all => all.map(slot => slot.getClientRects().length)")
    assert set(heights) == {1}
    assert page.locator(WORDS).get_attribute("dir") == "rtl"
    as_read = page.locator("#words-0_said .words")
    assert as_read.inner_text() == "قبل %(num)s سنة"
    assert as_read.locator("bdi").evaluate("slot => getComputedStyle(slot).direction") == "ltr"


def test_each_message_has_a_title_of_its_own(browser: Browser, live: Live) -> None:
    """Ten tabs are told apart, and a screen reader says first where one is."""
    studio = desk(browser, live)
    find(studio, SKIP)
    assert studio.page.title().startswith(f"“{SKIP}” into French")
    assert IN_FILE in studio.page.input_value(WORDS)


def test_words_of_another_message_are_taken_by_one_key(browser: Browser, live: Live, scripting: bool) -> None:
    """Or by one press, without scripting too: they take the place of what stands there, and can be taken back."""
    studio, editions = desk(browser, live, scripting), runtime_of(live.app).editions
    path = catalog_path(editions.settings.translations, "fr")
    guides = ("open guide", "un guide", "des guides"), ("open, new guide", "le guide", "les guides")
    with path.open("a", encoding="utf-8") as file:
        for source, *forms in guides:
            file.write(f'\nmsgid "%(num)s {source}"\nmsgid_plural "%(num)s {source}s"\n')
            file.writelines(f'msgstr[{number}] "%(num)s {form}"\n' for number, form in enumerate(forms))
    editions.refresh()
    find(studio, "%(num)s open guide")
    page = studio.page
    expect(page.locator("textarea")).to_have_count(2)
    before = [field.input_value() for field in page.locator("textarea").all()]
    offered = page.locator(".like li").first.locator("p.words").all_inner_texts()
    assert offered == ["%(num)s le guide", "%(num)s les guides"] != before
    if scripting:
        page.keyboard.press("Alt+Enter")
    else:
        studio.send(".like button >> nth=0")
    assert [field.input_value() for field in page.locator("textarea").all()] == offered
    if scripting:
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+z")
        assert [field.input_value() for field in page.locator("textarea").all()] == before
    assert studio.problems == []
