"""Letters of another alphabet than the language's, and emoji that the source has not, in translations."""

from collections.abc import Iterable
from contextlib import suppress

import pytest
from babel.localedata import locale_identifiers

from microsite.language.locales import Locale, make_locale
from microsite.language.scripts import foreign_letter, picture
from tests.language.test_message_checks import sentences
from tests.linear.hostile import MOST_GROWTH, cpu_ms


@pytest.mark.parametrize(
    ("locale", "source", "translation", "word", "letter"),
    [
        ("fr", "A banana", "Une b\u0430nane", "b\u0430nane", "\u0430"),
        ("fr", "A banana", "Une banane, \u0430insi", "\u0430insi", "\u0430"),
        ("fr", "Or a pear", "\u039fu une poire", "\u039fu", "\u039f"),
        ("de", "Hello", "Привет", "Привет", "П"),
        ("fr", "Hello", "𝐁onjour", "𝐁onjour", "𝐁"),
        ("fr", "Hello", "Ｂonjour", "Ｂonjour", "Ｂ"),
        ("ru", "A map", "К\u0061рта", "К\u0061рта", "a"),
        ("ru", "Open it with %(name)s", "Откройте c %(name)s", "c", "c"),
        ("ru", "A map", "Карта מ", "מ", "מ"),
        ("el", "The map", "\u006f χάρτης", "o", "o"),
        ("sr", "A map", "Kart\u0430 i karta", "Kart\u0430", "\u0430"),
        ("sr_Latn", "A map", "Карта", "Карта", "К"),
        ("ja", "A map", "地図と карта", "карта", "к"),
        ("ar", "A map", "خريطة а", "а", "а"),
    ],
)
def test_a_letter_of_another_alphabet_is_remarked_on(
    locale: str, source: str, translation: str, word: str, letter: str
) -> None:
    """With its number and its word, since one does not see it: it may look like one of the language's."""
    number = f"U+{ord(letter):04X}"
    remark = f"In “{word}”, “{letter}” ({number}) is of another alphabet, whatever it looks like. Is it meant?"

    assert remark in sentences(source, translation, locale=locale)


@pytest.mark.parametrize(
    ("locale", "source", "translation"),
    [
        ("ja", "A VPN on your computer", "あなたのコンピューターのVPNサービス、々〆"),
        ("ja", "A map", "ＡＢＣの地図ｶﾀｶﾅ"),
        ("ko", "A VPN", "VPN은 漢字"),
        ("zh_Hant", "A map", "地圖ㄅㄆㄇ"),
        ("sr", "A map", "Карта"),
        ("sr", "A map and me", "Karta i ja"),
        ("ru", "A WireGuard tunnel", "Туннель WireGuard, протокол TCP, e-mail"),
        ("ru", "A tunnel of %(name)s", "Туннель %(name)sа"),
        ("ru", "See <b>https://example.org/</b>", "См. <b>https://example.org/а</b>"),
        ("ru", "Two VPN", "Два VPNа, Wi-Fi и SIM-карта"),
        ("he", "A VPN", "הVPN"),
        ("fr", "The letter π", "La lettre π"),
        ("fr", "2 µs, 3 ª, ½", "2 µs, 3 ª, ½ ①"),
        ("fr", "A café", "Un œuf, Łódź, façade"),
    ],
)
def test_what_a_language_is_written_in_is_not(locale: str, source: str, translation: str) -> None:
    """Several scripts of one language, products and protocols in Latin letters, what the source has, placeholders."""
    assert not any("alphabet" in sentence for sentence in sentences(source, translation, locale=locale))


def test_no_language_is_remarked_on_for_its_own_letters() -> None:
    """The months, days and eras of all languages that Babel knows; but for Abkhaz, where CLDR itself has a Latin ə."""
    for identifier in locale_identifiers():
        with suppress(ValueError):
            locale = make_locale(identifier)
            words = [locale.name, *(word for kind in ("months", "days") for word in _wide(locale, kind))]
            assert locale.language == "ab" or not any(foreign_letter(word, "", locale) for word in words), identifier


def _wide(locale: Locale, kind: str) -> Iterable[str]:
    words: dict[int, str] = getattr(locale.babel, kind)["format"]["wide"]
    return words.values()


@pytest.mark.parametrize(
    ("typed", "named"),
    [(sign, sign) for sign in "👧⭐☎🇫✅⏰☺"] + [("❤\ufe0f", "❤"), ("1\ufe0f", "1\ufe0f")],
)
def test_an_emoji_that_the_source_has_not_is_remarked_on(typed: str, named: str) -> None:
    """It is the translator's own; one of the source's may stay."""
    assert sentences("Good day", f"Bonjour {typed}") == [f"The source has no {named}. Is it meant?"]
    assert sentences(f"Good day {typed}", f"Bonjour {typed}") == []


def test_a_symbol_is_no_emoji() -> None:
    """Arrows, currencies, signs of trade and law."""
    assert sentences("Good day", "Bonjour → © ® ™ € § ° × № ⌘ 〒 ㈱ ①") == []


def test_letters_and_emoji_are_looked_for_in_linear_time() -> None:
    """In one long word of two alphabets, and in many short ones."""
    for seed in ("a\u0430", "\u0430 a ", "a👧", "VPN\u0430 "):
        for locale in map(make_locale, ("fr", "ru", "sr")):
            before, after = (
                cpu_ms(lambda: (foreign_letter(seed * n, "VPN", locale), picture(seed * n, "👧")), 3)  # noqa: B023
                for n in (1000, 4000)
            )
            assert after < 5 or after < MOST_GROWTH * before, (seed, locale.id, before, after)
