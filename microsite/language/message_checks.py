"""What is wrong with a translation: whether it may be served, and whether it is well typeset."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from html import unescape
from typing import Literal

from microsite.language.locales import Locale, plural_forms
from microsite.language.message import Message, shortened
from microsite.language.po_file import plural_count
from microsite.language.scripts import foreign_letter, picture
from microsite.language.typography import NBSP, quotation_marks
from microsite.text import N_, Sentence, text_problems, text_warnings

BRAND_NAMES = ("Planet Privacy", "Planet FreeVPN")
"""Never translated."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
_STRAY_PERCENT = re.compile(r"%(?!%|\(\w+\)s)(?:\(\w*+\)?+)?")
"""A percent sign that begins no placeholder, with what stands of one: of “%(pages)” all but the last letter."""
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>?|<$")
_LIMIT = re.compile(r"At most (\d+) characters")
_UNSPACED = re.compile(r"(?<=[^\s\u00a0])[;!?»]|(?<=[^\s\u00a0\d]):|[ \u202f][:;!?»]|«(?!\u00a0)")
_STRAIGHT_QUOTE = re.compile(r'(?<!\w)"|"(?!\w)')
"""Not one between two letters: Hebrew writes its abbreviations so."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"https?://\S+|(?<![\w.+-])[\w.+-]++@\S+|`[^`]*`")
_MARKS = re.compile("(?<=[a-zà-öø-ÿ])[\u200c\u200d]|[\u200e\u200f]", re.IGNORECASE)
"""Characters that shape or direct what is beside them, where a language written from left to right has no use for it.
"""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-fA-F]{1,6}|[A-Za-z]{2,10});")
_MSGCAT = "#-#-#-#-#"
"""What msgcat writes above each of several translations of a message."""
_BYTES = re.escape(bytes(range(0x80, 0xC0)).decode("cp1252", "ignore"))
_MISREAD = re.compile(f"(?<=[a-z])Ã[{_BYTES}]|Ã[{_BYTES}](?=[a-z])|â€[™œ˜“”¦]")
"""What is left of é or ’ where somebody has read UTF-8 as Windows-1252. A capital Ã in capitals may be Portuguese."""
_NUMBERS = {"%(num)s", "%(count)s"}
_ENDS = str.maketrans("。！？：؟۔", ".!?:?.")
_SPACES = " \u00a0\u202f"


@dataclass(frozen=True)
class Finding:
    """A sentence for the translator. A translation that is refused is not served; a warning is a matter of style."""

    grade: Literal["refused", "warning"]
    sentence: Sentence
    form: int = 0
    """The number of the plural form."""

    def __str__(self) -> str:
        return self.sentence


def check_translation(message: Message, forms: Sequence[str], locale: Locale) -> list[Finding]:
    """What is wrong with a translation of `message`, one string for each plural form. Nothing, if all are empty."""
    findings = refusals(message, forms, locale)
    for number, form in enumerate(forms):
        sentences = _warnings(message, form, number, locale) if form else ()
        findings += [Finding("warning", sentence, number) for sentence in sentences]
    return findings


def refusals(message: Message, forms: Sequence[str], locale: Locale) -> list[Finding]:
    """Why a translation may not be served; empty if it may."""
    if not any(forms):
        return []
    if not message.msgid_plural and len(forms) > 1:
        text = N_("The source counts nothing, and has one form. Leave the others out.")
        return [Finding("refused", Sentence(text))]
    count = plural_count(locale) if message.msgid_plural else 1
    if len(forms) != count:
        # TRANSLATORS: %(wanted)s and %(found)s are numbers of plural forms.
        text = N_("This language has %(wanted)s forms here, not %(found)s. Fill in each of them.")
        return [Finding("refused", Sentence(text, wanted=count, found=len(forms)))]
    if not all(forms):
        return [Finding("refused", Sentence(N_("A plural form is empty. Fill in each of them, or none.")))]
    return [
        Finding("refused", sentence, number)
        for number, form in enumerate(forms)
        for sentence in _refused(message, form, number, locale)
    ]


def is_formattable(message: Message) -> bool:
    """Whether the source itself can be formatted, if it is a format string: no per cent sign stands alone in it."""
    if not message.is_format_string:
        return True
    texts = message.msgid, message.msgid_plural or ""
    return not any(_STRAY_PERCENT.search(text.replace("%%", "")) for text in texts)


def length_limit(message: Message) -> int | None:
    """The most characters that a page has room for: from “At most 40 characters.” in the comment; None without it."""
    match = _LIMIT.search(message.comment)
    return int(match[1]) if match else None


def _max_length(message: Message, source: str) -> int:
    """In characters: what a page has room for, or else more than any language needs to say the same."""
    return length_limit(message) or 300 + 4 * len(source)


def _refused(message: Message, form: str, number: int, locale: Locale) -> Iterator[Sentence]:
    source = source_of_form(message, number, locale)
    max_length = _max_length(message, source)
    yield from (problem.sentence for problem in text_problems(form, max_length))
    if len(form) > max_length:
        return
    yield from _marks_of_programs(form)
    wanted, present = (set(), set()) if message.is_content else (_placeholders(source), _placeholders(form))
    may_omit = _NUMBERS if message.msgid_plural and number in _forms_for_one_number(locale) else set()
    for name in sorted(wanted - present - may_omit):
        # TRANSLATORS: %(name)s is a placeholder, a word such as %(site)s that the page replaces.
        yield Sentence(N_("The placeholder %(name)s is missing. Put it where the sentence needs it."), name=name)
    for name in sorted(present - wanted):
        # TRANSLATORS: %(name)s is a placeholder, a word such as %(site)s that the page replaces.
        yield Sentence(N_("The placeholder %(name)s is not in the source. Mend it, or take it out."), name=name)
    stray = set(_STRAY_PERCENT.findall(form.replace("%%", ""))) if message.is_format_string else set()
    for part in sorted(stray - {"%"}):
        # TRANSLATORS: %(part)s is what stands of a placeholder: “%(site)” where %(site)s was meant.
        yield Sentence(N_("“%(part)s” is only a part of a placeholder. Copy it whole from the source."), part=part)
    if "%" in stray:
        yield Sentence(N_("A percent sign stands alone. Write it twice."))
    if Counter(_TAG.findall(form)) != Counter(_TAG.findall(source)):
        yield Sentence(N_("The tags are not those of the source. Write the same ones, and none where it has none."))


def _marks_of_programs(form: str) -> Iterator[Sentence]:
    """What a program has left in the words that no translator typed."""
    if _MSGCAT in form:
        yield Sentence(N_("A mark of msgcat stands here: two files said it differently. Keep one of them."))
    if match := _MISREAD.search(form):
        word = form[: match.start()].rpartition(" ")[2] + form[match.start() :].partition(" ")[0]
        # TRANSLATORS: %(word)s is a word such as “dÃ©jÃ”, where “déjà” was meant.
        text = N_("“%(word)s” was read in a wrong encoding. Save the file as UTF-8, and send it again.")
        yield Sentence(text, word=shortened(word))


def _warnings(message: Message, form: str, number: int, locale: Locale) -> Iterator[Sentence]:
    source = source_of_form(message, number, locale)
    if len(form) <= _max_length(message, source):
        yield from (problem.sentence for problem in text_warnings(form))
    if form == source and locale.language != "en" and _has_two_words(source):
        yield Sentence(N_("This is the source, word for word. Is it meant?"))
    yield from _foreign_characters(form, source, locale)
    if "..." in form:
        yield Sentence(N_("Three full stops stand where one character, an ellipsis, does."))
    if form != form.strip() or re.search(f"[{_SPACES}]{{2}}|[{_SPACES}]\n", form):
        yield Sentence(N_("There is an extra space."))
    if form.count("\n") != source.count("\n"):
        yield Sentence(N_("The lines do not break where those of the source do."))
    if (end := _end(source)) != _end(form):
        if end:
            # TRANSLATORS: %(mark)s is a punctuation mark.
            yield Sentence(N_("The source ends with “%(mark)s”, this does not."), mark=end)
        else:
            # TRANSLATORS: %(mark)s is a punctuation mark.
            yield Sentence(N_("This ends with “%(mark)s”, the source does not."), mark=_end(form))
    if source[:1].isalpha() and form[:1].isalpha() and source[0].isupper() and form[0].islower():
        yield Sentence(N_("The source begins with a capital letter, this does not."))
    for name in BRAND_NAMES:
        if name in source and name not in form:
            # TRANSLATORS: %(name)s is a name such as Planet Privacy.
            yield Sentence(N_("The name %(name)s is never translated."), name=name)
    if _STRAIGHT_QUOTE.search(_TAG.sub("", form)) and locale.language != "en":
        # TRANSLATORS: %(marks)s are an opening and a closing quotation mark.
        text = N_("Quotation marks are typed straight. Type those of the language: %(marks)s")
        yield Sentence(text, marks=" ".join(mark.strip(NBSP) for mark in quotation_marks(locale.id)[:2]))
    if locale.language == "fr":
        yield from _french(form)


def _foreign_characters(form: str, source: str, locale: Locale) -> Iterator[Sentence]:
    if match := _MARKS.search(form) if locale.direction == "ltr" else None:
        # TRANSLATORS: %(code)s is a character's number, such as U+200B.
        yield Sentence(N_("There is an invisible character, %(code)s. Is it meant?"), code=f"U+{ord(match[0]):04X}")
    if foreign := foreign_letter(_plain(form), _plain(source), locale):
        # TRANSLATORS: %(letter)s is a letter, %(code)s its number, such as U+0430, %(word)s the word that it stands in.
        text = N_("In “%(word)s”, “%(letter)s” (%(code)s) is of another alphabet, whatever it looks like. Is it meant?")
        letter, word = foreign
        yield Sentence(text, word=shortened(word), letter=letter, code=f"U+{ord(letter):04X}")
    if sign := picture(form, source):
        # TRANSLATORS: %(sign)s is an emoji.
        yield Sentence(N_("The source has no %(sign)s. Is it meant?"), sign=sign)
    entities = (code for code in dict.fromkeys(_ENTITY.findall(form)) if unescape(code) != code)
    if entity := next((code for code in entities if code not in source), ""):
        # TRANSLATORS: %(entity)s is code of HTML, such as “&eacute;”, %(letter)s its letter, “é”.
        text = N_("The page would say “%(entity)s” as it stands here. Type the letter itself: %(letter)s")
        yield Sentence(text, entity=entity, letter=unescape(entity))


def _french(form: str) -> Iterator[Sentence]:
    bare = _PLACEHOLDER.sub("x", re.sub(r"https?://\S*", "", form))
    for mark in sorted(set(_UNSPACED.findall(bare))):
        # TRANSLATORS: %(mark)s is a punctuation mark. “No-break space” is the character U+00A0.
        yield Sentence(N_("A no-break space is missing next to “%(mark)s”."), mark=mark.strip(_SPACES))
    if "'" in bare:
        yield Sentence(N_("Use a curly apostrophe."))


def source_of_form(message: Message, number: int, locale: Locale) -> str:
    """What a plural form translates: msgid_plural, but msgid for form 0 if the language has several."""
    return message.msgid_plural if message.msgid_plural and (number or plural_count(locale) == 1) else message.msgid


def _has_two_words(text: str) -> bool:
    """Whether a text has more to translate than one word, which two languages may share: “Promotion”, “Page”."""
    for name in BRAND_NAMES:
        text = text.replace(name, " ")
    return len(_WORD.findall(_plain(text))) > 1


def _plain(text: str) -> str:
    """What people read of a text: without placeholders, tags and addresses."""
    return _ADDRESS.sub(" ", _TAG.sub(" ", _PLACEHOLDER.sub(" ", text)))


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text.replace("%%", "")))


def _end(text: str) -> str:
    """The punctuation mark that a text ends with, not counting closing quotation marks and brackets."""
    last = text.replace("...", "…").rstrip(f"{_SPACES}\n»”’\"')]")[-1:].translate(_ENDS)
    return last if last in ".!?:…" else ""


@cache
def _forms_for_one_number(locale: Locale) -> set[int]:
    """The plural forms that stand for one number alone: “a minute”, “two minutes” may leave the figure out."""
    rule = c2py(plural_forms(locale)[1])
    counted = Counter(rule(number) for number in range(200))
    return {form for form, numbers in counted.items() if numbers == 1}
