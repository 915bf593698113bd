"""Letters of other alphabets that look like Latin ones, and signs that nobody sees.

A table of our own: the one library that knows them, confusable-homoglyphs, brings a megabyte of data, most of it names,
and is years behind Unicode.
"""

import re
import unicodedata
from string import ascii_uppercase

# From Unicode's confusables.txt (17.0, UTS #39; © Unicode, Inc., https://www.unicode.org/license.txt): the letters of
# the Armenian, Cherokee, Coptic, Cyrillic, Greek, Latin and Lisu scripts that look like one of ASCII's, without those
# that normal form KD maps. Added are small capitals, and Cyrillic and Greek small letters that differ in size alone.
_TABLE = """
A 0391 0410 13AA A4EE; B 0392 0412 13F4 2C82 A4D0 A7B4; C 0421 13DF 2CA4 A4DA; D 13A0 A4D3; E 0395 0415 13AC A4F0;
F 03DC A4DD A798; G 050C 13C0 13F3 A4D6; H 0397 041D 13BB 2C8E A4E7; I 0196 01C0 0399 0406 04C0 2C92 A4F2;
J 037F 0408 13AB A4D9 A7B2; K 039A 041A 13E6 2C94 A4D7; L 13DE 2CD0 A4E1; M 039C 03FA 041C 13B7 2C98 A4DF;
N 039D 2C9A A4E0; O 039F 041E 0555 2C9E A4F3; P 03A1 0420 13E2 2CA2 2CCE A4D1; R 01A6 13A1 13D2 A4E3;
S 0405 054F 13D5 13DA A4E2; T 03A4 0422 13A2 2CA6 A4D4; U 054D A4F4; V 0474 13D9 A4E6; W 051C 13B3 13D4 A4EA;
X 03A7 0425 2CAC A4EB A7B3; Y 03A5 0423 04AE 13A9 13BD 2CA8 A4EC; Z 0396 13C3 A4DC; a 0251 03B1 0430 1D00;
b 0184 0299 042C 0432 13CF; c 0441 1D04 2CA5 ABAF; d 0501 13E7 1D05 A4D2; e 0435 04BD 1D07 AB32;
f 0192 0584 1E9D A730 A799 AB35; g 018D 0261 0262 0581 1D83; h 029C 043D 04BB 0570 13C2;
i 0131 0269 026A 03B9 0456 0582 13A5 2C93 A647 AB75; j 03F3 0458 1D0A; k 043A 1D0B; l 029F 04CF; m 043C 1D0D;
n 0274 03B7 0578 057C; o 03BF 03C3 03ED 043E 0585 1D0F 1D11 2C9F AB3D; p 00FE 01BF 03C1 03F8 0440 1D18 2CA3 2CCF;
q 051B 0563 0566; r 0280 0433 1D26 2C85 AB47 AB48 AB81; s 01BD 0455 A731 ABAA; t 03C4 0442 1D1B;
u 028B 03C5 057D 1D1C A79F AB4E AB52; v 03BD 0475 1D20 ABA9; w 026F 0448 0461 051D 0561 1D21 2CBD AB83; x 0445;
y 0263 028F 03B3 0443 04AF 1D8C 1EFF 2CA9 AB5A; z 1D22 AB93
"""
_LOOK_ALIKES = {int(code, 16): latin for latin, *codes in map(str.split, _TABLE.split(";")) for code in codes}
# White letters in black circles and squares, and those that flags are made of: alphabets from A to Z.
_LOOK_ALIKES |= {first + n: latin for first in (0x1F150, 0x1F170, 0x1F1E6) for n, latin in enumerate(ascii_uppercase)}
_SAME_STROKE = str.maketrans(dict.fromkeys("I|1", "l"))
"""I, l, 1 and | are one stroke in many a font."""
_DIGITS = str.maketrans("01", "oI")
"""Those that look like letters, in a word that has letters as well."""
_PLAIN = str.maketrans(
    dict.fromkeys("\u2800\u3164\uffa0", " ")  # drawn as nothing, as wide as a space
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63", "-")
    | dict.fromkeys("\u00b4\u2018\u201b\u02b9\u02bb\u02bc\u02bd\u2032`", "\u2019")
)
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e0fff]")
"""What Unicode calls ignorable by default, but for its category Cf."""


def readings(text: str) -> list[str]:
    """How somebody may read a text, each reading once: as it stands, then with look-alike letters as Latin ones.

    All in normal form KC, without what nobody sees, white space and hyphens plain, apostrophes curly.
    Takes linear time for a text that `text_problems` accepts.
    """
    seen = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    seen = _UNSEEN.sub("", "".join(sign for sign in seen if unicodedata.category(sign) != "Cf"))
    seen = re.sub(r"\s+", " ", seen)
    latin = unicodedata.normalize("NFC", seen.translate(_LOOK_ALIKES))
    accented = _without_marks(latin)
    bare = _without_marks(unicodedata.normalize("NFD", latin))
    letters = [re.sub(r"\w+", _digits_as_letters, reading) for reading in (accented, bare)]
    strokes = [reading.translate(_SAME_STROKE) for reading in letters]
    return list(dict.fromkeys([unicodedata.normalize("NFC", seen), *letters, *strokes]))


def _without_marks(text: str) -> str:
    """Without marks that stand by themselves: lines that strike a letter out, accents that make none with it."""
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith("M"))


def _digits_as_letters(word: re.Match[str]) -> str:
    return word[0].translate(_DIGITS) if re.search(r"[^\W\d_]", word[0]) else word[0]
