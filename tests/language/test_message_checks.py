"""What is wrong with a translation, in sentences for its translator."""

from dataclasses import replace

import pytest

from microsite.language.locales import make_locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding, check_translation, is_formattable, length_limit, refusals
from microsite.text import Sentence


def message(msgid: str, plural: str | None = None, comment: str = "") -> Message:
    return Message(None, msgid, plural, (), comment, (), False, None, 1)


def sentences(msgid: str, *forms: str, plural: str | None = None, locale: str = "fr", comment: str = "") -> list[str]:
    return [str(finding) for finding in check_translation(message(msgid, plural, comment), forms, make_locale(locale))]


@pytest.mark.parametrize(
    ("source", "translation", "sentence"),
    [
        ("Good.", "Bon", "The source ends with “.”, this does not."),
        ("Good", "Bon.", "This ends with “.”, the source does not."),
        ("Good", "bon", "The source begins with a capital letter, this does not."),
        ("Good", "Bon ", "There is an extra space."),
        ("Good day", "Bonne  journée", "There is an extra space."),
        ("Good?", "Bon ?", "A no-break space is missing next to “?”."),
        ("Good?", "Bon?", "A no-break space is missing next to “?”."),
        ("So: good", "Voilà : bon", "A no-break space is missing next to “:”."),
        ("So: “good”", "Voilà\u00a0: «bon»", "A no-break space is missing next to “«”."),
        ("It's good", "C'est bon", "Use a curly apostrophe."),
        ("“Good”", 'Un "bon"', "Quotation marks are typed straight. Type those of the language: « »"),
        ("Read Planet Privacy", "Lisez Planète vie privée", "The name Planet Privacy is never translated."),
        ("One\ntwo", "Un deux", "The lines do not break where those of the source do."),
        ("Latest articles", "Latest articles", "This is the source, word for word. Is it meant?"),
        ("%(num)s articles found", "%(num)s articles found", "This is the source, word for word. Is it meant?"),
        ("Good…", "Bon...", "Three full stops stand where one character, an ellipsis, does."),
        ("Good", "Bon\u200bne", "There is an invisible character, U+200B. Is it meant?"),
        ("Good", "Bon\u2060ne", "There is an invisible character, U+2060. Is it meant?"),
        ("Good", "Bon\u00adne", "There is an invisible character, U+00AD. Is it meant?"),
        ("Good", "Bon\u200d", "There is an invisible character, U+200D. Is it meant?"),
        ("Good", "Bon\u200f", "There is an invisible character, U+200F. Is it meant?"),
    ],
)
def test_style_is_a_warning(source: str, translation: str, sentence: str) -> None:
    """It is told, and the words are served."""
    findings = check_translation(message(source), [translation], make_locale("fr"))

    assert sentence in [str(finding) for finding in findings]
    assert {"warning"} == {finding.grade for finding in findings}


def test_quotation_marks_are_those_of_the_language() -> None:
    """A straight one is remarked on with the marks to type, and not within an abbreviation of Hebrew."""
    remark = "Quotation marks are typed straight. Type those of the language: "

    assert sentences("Say “yes”", 'Sagen Sie "ja"', locale="de") == [f"{remark}„ “"]
    assert sentences("The USA", 'ארה"ב', locale="he") == []


def test_a_broken_placeholder_is_named() -> None:
    """And nobody is told to double its percent sign, which would print it."""
    broken = sentences("Page %(number)s of %(pages)s", "Seite %(number)s von %(pages)", locale="de")

    assert "“%(pages)” is only a part of a placeholder. Copy it whole from the source." in broken
    assert not any("Write it twice" in sentence for sentence in broken)
    refused = sentences("%(rate)s more", "%(rate)s mehr als 5 %", locale="de")
    assert any("Write it twice" in sentence for sentence in refused)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("DÃ©jÃ\xa0 vu", "“DÃ©jÃ\xa0” was read in a wrong encoding."),
        ("Dâ€™accord", "“Dâ€™accord” was read in a wrong encoding."),
        ("#-#-#-#-#  a.po  #-#-#-#-#\nBon", "A mark of msgcat stands here"),
    ],
)
def test_what_a_program_left_is_refused(words: str, sentence: str) -> None:
    """No page shows it; what it may be in a language is none of it."""
    assert any(str(finding).startswith(sentence) for finding in refusals(message("Good"), [words], make_locale("fr")))
    for fine in ("AMANHÃ… “MANHÃ” NÃO", "CAFÉ » É… à » É»", "naïve – Ça, où"):
        assert refusals(message("Good"), [fine], make_locale("pt")) == []


def test_code_of_html_is_remarked_on() -> None:
    """A page shows it as it stands, unless the source has it as well."""
    remark = "The page would say “&eacute;” as it stands here. Type the letter itself: é"

    assert remark in sentences("So it was", "AT&TX; c’&eacute;tait")
    assert not any("The page would say" in sentence for sentence in sentences("R&amp;D", "R&amp;D; AT&T;"))


def test_a_message_that_counts_nothing_has_one_form() -> None:
    """It is said in a sentence of its own, with no number of forms."""
    assert sentences("Good", "Bon", "Bons") == ["The source counts nothing, and has one form. Leave the others out."]


def test_three_full_stops_are_remarked_on_once() -> None:
    assert sentences("Good…", "Gut...", locale="de") == [
        "Three full stops stand where one character, an ellipsis, does."
    ]


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("At 12:30, see https://freevpnplanet.com/?a=b", "À 12:30, voir https://freevpnplanet.com/?a=b"),
        ("Here, https:// too", "Ici, https:// compris"),
        ("%(site)s: all", "%(site)s\u00a0: tout"),
        ("“Good”!", "«\u00a0Bon\u00a0»\u00a0!"),
        ("%(a)s, 100%% private", "%(a)s, 100\u00a0%% privé"),
        ("Quite private", "100\u00a0% privé"),
        ("<b>Good</b>", "<b>Bon</b>"),
        ("Promotion", "Promotion"),
        ("%(category)s, page %(number)s", "%(category)s, page %(number)s"),
        ("Planet FreeVPN", "Planet FreeVPN"),
        ("Contact a.person@example.org", "Contact a.person@example.org"),
    ],
)
def test_good_french_is_left_alone(source: str, translation: str) -> None:
    """Times, addresses and placeholders are no punctuation."""
    assert sentences(source, translation) == []


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Read <a href='/x'>this</a>", "Lisez <a href='https://elsewhere.example'>ceci</a>"),
        ("<b>Good</b>", "<i>Bon</i>"),
        ("<b>Good</b>", "<b>Bon"),
        ("Good", "Bon <"),
    ],
)
def test_tags_are_those_of_the_source(source: str, translation: str) -> None:
    """A translator cannot bring markup into a page, not even half a tag."""
    assert any("The tags are not those of the source." in each for each in sentences(source, translation))


def test_a_form_for_one_number_alone_may_leave_the_figure_out() -> None:
    """Arabic says “one minute” and “two minutes” without a figure; French “0 minute” and “1 minute” share a form."""
    several = "%(num)s minutes"
    arabic = ["لا دقائق", "دقيقة واحدة", "دقيقتان", "%(num)s دقائق", "%(num)s دقيقة", "%(num)s دقيقة"]

    assert sentences("%(num)s minute", *arabic, plural=several, locale="ar") == []
    without_number = sentences("%(num)s minute", "une minute", several, plural=several)
    assert any("is missing" in sentence for sentence in without_number)


@pytest.mark.parametrize(("locale", "forms"), [("zh_Hant", 1), ("fr", 2), ("de", 2), ("pt_BR", 2), ("ar", 6)])
def test_each_language_has_its_number_of_forms(locale: str, forms: int) -> None:
    """One too few or too many is refused."""
    good = sentences("%(num)s year", *["%(num)s x"] * forms, plural="%(num)s years", locale=locale)
    bad = sentences("%(num)s year", *["%(num)s x"] * (forms + 1), plural="%(num)s years", locale=locale)

    assert good == []
    assert bad == [f"This language has {forms} forms here, not {forms + 1}. Fill in each of them."]


def test_the_template_says_how_much_room_there_is() -> None:
    """“At most 40 characters.” in the comment is a rule."""
    comment = "Button of an advertisement. At most 10 characters."

    assert length_limit(message("Go", comment=comment)) == 10
    assert length_limit(message("Go")) is None
    assert sentences("Go", "Allez-y vite", comment=comment) == [
        "That is 12 characters; there is room for 10. Say it shorter."
    ]
    assert sentences("Go", "Allez-y", comment=comment) == []


def test_nothing_is_wrong_with_saying_nothing() -> None:
    """A message without translation is missing, not wrong."""
    assert sentences("Good", "") == []


def test_marks_of_direction_and_shape_are_needed_elsewhere() -> None:
    """Arabic has marks of direction, Persian joins and parts letters, a family of emoji is joined."""
    assert sentences("Good day", "\u200fيوم", locale="ar") == []
    assert sentences("Good", "می\u200cخواهم", locale="fa") == []
    assert sentences("Good 👩👧", "Bon 👩\u200d👧") == []


def test_a_finding_speaks_the_language_of_whoever_reads_it() -> None:
    """The desk asks for it through gettext."""
    sentence = Sentence("The name %(name)s is never translated.", name="Planet Privacy")
    finding = Finding("warning", sentence)

    assert finding.sentence.translated({sentence.text: "Le nom %(name)s ne se traduit jamais."}.__getitem__) == (
        "Le nom Planet Privacy ne se traduit jamais."
    )


@pytest.mark.parametrize(("msgid", "good"), [("%(a)s, 5%", False), ("%(a)s, 5%%", True), ("100% private", True)])
def test_a_percent_sign_beside_a_placeholder_is_written_twice(msgid: str, good: bool) -> None:
    """Or else a page that says it would fail; without a placeholder it is a letter."""
    assert is_formattable(message(msgid)) is good


@pytest.mark.parametrize("context", ["site", "category", "promotion summer, headline"])
def test_words_from_files_are_data(context: str) -> None:
    """Nothing in them is a placeholder: neither in the source nor in its translation."""
    source = replace(message("Save 50 % with %(code)s"), context=context)

    assert is_formattable(source)
    assert refusals(source, ["Moins 50 % avec %(rien)s, %d, 5 %%"], make_locale("fr")) == []
