"""Spaces, apostrophes and quotation marks as each language sets them, in articles, promotions and interface alike.

In these tables `_` stands for the narrow no-break space (U+202F) and `~` for the no-break space (U+00A0).
"""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from microsite.content.markdown import render
from microsite.language.typography import (
    NBSP,
    NNBSP,
    english,
    french,
    quotation_marks,
    quoted,
    typeset,
    typeset_plain,
)
from tests.conftest import Seen

Look = Callable[..., Seen]

PIECES = [
    "1ère", "2ème", "1er juillet", "12 000", "50 %", "5 €", "l'", "« ", " »", " ; ", " ! ", "?!", " : ", '"', "'",
    "&a;", "https://a.b/?c=d;e!", "www.", "a@b.c", "%(name)s", "%(number)d", "<b>", "</b>", "<a href='x ; y'>",
    "\n", "—", "…",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text("aé1 ;:!?«»'\"’“”()&%@.\u00a0\u202f\ue000") | st.text()).map("".join)


def spelled(text: str) -> str:
    """A text of these tables with its spaces."""
    return text.replace("_", NNBSP).replace("~", NBSP)


def html(text: str, language: str) -> str:
    """An article's text as it is rendered."""
    return "".join(getattr(block, "html", "") for block in render(text, language).blocks)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # a narrow space before ; ! ?, whatever stood there
        ("Qui écoute ?", "Qui écoute_?"),
        ("Qui écoute?", "Qui écoute_?"),
        ("Vraiment ?!", "Vraiment_?!"),
        ("Non ! Si ; peut-être ?", "Non_! Si_; peut-être_?"),
        ("Oui\u00a0! Non\u202f; si  ?", "Oui_! Non_; si_?"),
        ("(pourquoi ?)", "(pourquoi_?)"),
        ("Oui…?", "Oui…_?"),
        ("500 $ ; 20 £ ! 10 ° ?", "500 $_; 20 £_! 10 °_?"),
        # a no-break space before :
        ("Une règle : la voici", "Une règle~: la voici"),
        ("Une règle: la voici", "Une règle~: la voici"),
        ("Le 14 : rien", "Le 14~: rien"),
        ("12:30, 3:2", "12:30, 3:2"),
        # and inside « »
        ("« bonjour »", "«~bonjour~»"),
        ("«bonjour»", "«~bonjour~»"),
        ("Il dit : « Ah ! »", "Il dit~: «~Ah_!~»"),
        ("« Ah » ; « bon » ?", "«~Ah~»_; «~bon~»_?"),
        # apostrophes
        ("l'été d'aujourd'hui", "l’été d’aujourd’hui"),
        ("l’été", "l’été"),
        # ordinals
        ("la 1ère, la 2ème, le 21ème", "la 1re, la 2e, le 21e"),
        ("la 1re, le 1er, le 2e", "la 1re, le 1er, le 2e"),
        # thousands, per cent, money
        ("12 000 personnes, 1 234 567", "12_000 personnes, 1_234_567"),
        ("en 2020 300 personnes", "en 2020 300 personnes"),
        ("01 23 45 67 89", "01 23 45 67 89"),
        ("50 %, 50%, 3,5 %", "50~%, 50~%, 3,5~%"),
        ("5 €, 1 000 €", "5~€, 1_000~€"),
        # day and month
        ("le 1er juillet 2020", "le 1er~juillet 2020"),
        ("du 14 au 30 août", "du 14 au 30~août"),
        ("14 personnes", "14 personnes"),
    ],
)
def test_french_is_set_as_the_imprimerie_nationale_sets_it(typed: str, expected: str) -> None:
    """Writers type plain spaces and straight apostrophes."""
    assert spelled(expected) == french(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("the city's cable", "the city’s cable"),
        ("the readers' choice", "the readers’ choice"),
        ('"Yes," she said, "it\'s so."', "“Yes,” she said, “it’s so.”"),
        ("'Yes,' she said", "‘Yes,’ she said"),
        ('("so")', "(“so”)"),
        ("She said \"he said 'yes'.\"", "She said “he said ‘yes’.”"),
        ("\"'Yes,' he said,\" she said", "“‘Yes,’ he said,” she said"),
        ('She said—"no"', "She said—“no”"),
        ('<em>"Yes"</em>', "<em>“Yes”</em>"),
        ("“already” set; isn’t it?", "“already” set; isn’t it?"),
        ("Why ? Because ! So : 50 % on 1 July", "Why ? Because ! So : 50 % on 1~July"),
    ],
)
def test_english_has_curly_quotes(typed: str, expected: str) -> None:
    """Opening and closing, inside one another; spaces stay as they are typed."""
    assert spelled(expected) == english(typed)


@pytest.mark.parametrize(
    ("typed", "expected", "language"),
    [
        ("Un 'essai' d'un mois...", "Un «~essai~» d’un mois…", "fr"),
        ("\"Il a dit 'oui'\", dit-on", "«~Il a dit “oui”~», dit-on", "fr"),
        ("'l'essai' (\"gratuit\")", "«~l’essai~» («~gratuit~»)", "fr"),
        ('5" et l\'"écran', '5" et l’"écran', "fr"),
        ("\"So...\" it's 'free'....", "“So…” it’s ‘free’....", "en"),
        ("voir https://a.b/?q='x'...", "voir https://a.b/?q='x'...", "fr"),
        ("'x'...", "'x'...", "ar"),
    ],
)
def test_words_of_a_promotion_need_no_marks_of_their_own(typed: str, expected: str, language: str) -> None:
    """Straight quotation marks are paired, three dots are an ellipsis; what opens and never closes is left."""
    assert spelled(expected) == typeset_plain(typed, language)


@given(text=TEXTS)
@effort(max_examples=300, deadline=None)
@example(text='""»')
@example(text="'\"' (\"")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_of_a_promotion_that_are_set_stay_set(language: str, text: str) -> None:
    """A preview and a page set the same words."""
    once = typeset_plain(text, language)
    assert once == typeset_plain(once, language)


@pytest.mark.parametrize(
    "text", ['Ceci ; "cela" ! l\u2019un : 50 ans', "12 000 «x» ?", "\u05e6'\u05d0\u05d8 'a' b' 1'2"]
)
def test_a_language_without_rules_is_left_alone(text: str) -> None:
    """Better nothing than another language's habits. Hebrew's geresh is no apostrophe."""
    assert text == typeset(text, "ar") == typeset(text, "de")


@pytest.mark.parametrize(
    ("typed", "expected"), [("wie geht's", "wie geht’s"), ("95 %, 5 €, 20 °C", "95~%, 5~€, 20~°C"), ("м'ята", "м’ята")]
)
@pytest.mark.parametrize("language", ["de", "uk", "it", "ar"])
def test_every_language_has_curly_apostrophes_and_keeps_signs_with_their_numbers(
    typed: str, expected: str, language: str
) -> None:
    """As words of sources and messages stand beside those of a text, which the renderer sets."""
    assert spelled(expected) == typeset(typed, language) == typeset(spelled(expected), language)
    assert spelled(expected) == typeset_plain(typed, language)


@pytest.mark.parametrize(
    ("words", "expected", "language"),
    [
        ("“Say “yes””", "“Say ‘yes’”", "en"),
        ("«~Dis «~oui~»~»", "«~Dis “oui”~»", "fr"),
        ("„Sag „ja“.“", "„Sag ‚ja‘.“", "de"),
        ("”قل ”نعم“.“", "”قل ’نعم‘.“", "ar"),
    ],
)
def test_a_quotation_in_a_quotation_has_marks_of_its_own(words: str, expected: str, language: str) -> None:
    """The page sets the outer pair; the inner one is typed as anywhere else."""
    before, after, *_ = quotation_marks(language)
    inner = spelled(words).removeprefix(before).removesuffix(after)

    assert spelled(expected) == quoted(inner, language)


@pytest.mark.parametrize("language", ["fr", "en"])
@given(text=TEXTS)
@effort(max_examples=500, deadline=None)
@example(text='«« a » »;: "1 000 000 %"')
def test_what_is_set_stays_set(language: str, text: str) -> None:
    """Setting a text twice changes nothing more: words may pass through several hands."""
    once = typeset(text, language)

    assert once == typeset(once, language)


@given(text=TEXTS)
@effort(max_examples=500, deadline=None)
def test_english_gets_no_french_space(text: str) -> None:
    """Neither U+202F nor U+00A0 is added."""
    assert (text.count(NNBSP), text.count(NBSP)) == (english(text).count(NNBSP), english(text).count(NBSP))


@given(text=TEXTS)
@effort(max_examples=500, deadline=None)
def test_only_spaces_quotes_and_ordinals_change(text: str) -> None:
    """No word is lost, none is added."""

    def letters(words: str) -> str:
        return re.sub(r"[\s'\"’‘“”]", "", re.sub(r"(?<=\d)(?:ère|ere|ière|re|ème|eme|ième|e)", "", words))

    assert letters(text) == letters(french(text)) == letters(english(text))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "untouched",
    [
        "https://example.org/a?b=c;d!e='f'",
        "http://example.org/l'avenir:x",
        "www.example.org/?a;b",
        "jo.o-neil+x@example.org",
        '<a href="https://example.org/?a=b;c" title="l\'un ; l\'autre !">',
        "<br class='x : y'>",
        "&nbsp;",
        "&#8239;",
        "%(name)s",
        "%(number)d",
    ],
)
def test_addresses_tags_and_placeholders_are_left_alone(language: str, untouched: str) -> None:
    """Byte for byte, whatever stands around them is set."""
    text = f"l'un ; {untouched} : l'autre !"

    assert untouched in typeset(text, language)
    assert "l’autre" in typeset(text, language)


def test_what_stands_after_a_placeholder_is_set() -> None:
    """A name is a word like any other, before it is known."""
    assert spelled("%(site)s~: «~%(name)s~»_!") == french("%(site)s : « %(name)s » !")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('`le code; tel! "quel" : l\'un`', "<code>le code; tel! &quot;quel&quot; : l'un</code>"),
        ("```\na ; b ! 'c'\n```", "<pre><code>a ; b ! 'c'\n</code></pre>"),
        ("    a ; b ! 'c'\n", "<pre><code>a ; b ! 'c'\n</code></pre>"),
        ("[là !](https://example.org/?a=b;c!d)", 'href="https://example.org/?a=b;c!d"'),
        ("[là !](https://example.org/l'un)", 'href="https://example.org/l\'un"'),
        ("voir https://example.org/a?b=c;d! ici", "voir https://example.org/a?b=c;d! ici"),
        ("voir https://example.org/wiki/L'avenir ici", "voir https://example.org/wiki/L'avenir ici"),
        ("<https://example.org/wiki/L'avenir>", ">https://example.org/wiki/L'avenir</a>"),
    ],
)
def test_code_and_addresses_in_a_text_are_left_alone(language: str, typed: str, kept: str) -> None:
    """Somebody may copy them."""
    assert kept in html(typed, language)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('Il dit "oui ; non".', "<p>Il dit «~oui_; non~».</p>"),
        ("Il dit « oui » : c'est *vrai* !", "<p>Il dit «~oui~»~: c’est <em>vrai</em>_!</p>"),
        (
            "**Attention** : ceci ; `x` ! [oui](https://a.b) ?",
            "<p><strong>Attention</strong>~: ceci_; <code>x</code>_!",
        ),
        ("l'*État*", "<p>l’<em>État</em></p>"),
        ("## Pourquoi ?", ">Pourquoi_?</h2>"),
        ("Un éditeur coupe ici\n: le « bon\n» mot, *non*\n!", "ici~: le «~bon~» mot, <em>non</em>_!</p>"),
    ],
)
def test_french_is_set_across_emphasis_code_and_links(typed: str, expected: str) -> None:
    """Where Markdown cuts a sentence into pieces, it is one sentence all the same."""
    assert spelled(expected) in html(typed, "fr")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"Yes," she said—"it\'s \'so\'."', "<p>“Yes,” she said—“it’s ‘so’.”</p>"),
        ('*"Yes"* (she said "no")', "<p><em>“Yes”</em> (she said “no”)</p>"),
    ],
)
def test_english_is_set_across_emphasis(typed: str, expected: str) -> None:
    """Quotation marks know their side by what stands around them."""
    assert expected in html(typed, "en")
