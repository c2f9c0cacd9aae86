"""Numbers in digits and in words: "1,200", "12 אלף", "twenty-five", "שלוש מאות"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from messaging.rules.language.tokens import Token

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?")
_DASH = "-"


def _numbered(words: str, first: int = 1, step: int = 1) -> dict[str, int]:
    """Return each word with its number; spellings of one number are joined by a stroke."""
    return {
        spelling: first + step * place
        for place, spellings in enumerate(words.split())
        for spelling in spellings.split("|")
    }


# "One" and אחד count nothing in most sentences ("one of you", "no one"), and are left out.
UNITS = {
    **_numbered("two three four five six seven eight nine", 2),
    **_numbered(
        "שניים|שתיים|שתים|שני|שתי שלושה|שלוש|שלושת ארבעה|ארבע|ארבעת חמישה|חמש|חמשת "
        "שישה|ששה|שש|ששת שבעה|שבע|שבעת שמונה|שמונת תשעה|תשע|תשעת",
        2,
    ),
}
_TEENS = {
    **_numbered(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10
    ),
    "עשרה": 10,
    "עשר": 10,
    "עשרת": 10,
}
TENS = {
    **_numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    **_numbered("עשרים שלושים ארבעים חמישים שישים|ששים שבעים שמונים תשעים", 20, 10),
}
_WHOLE = {"מאה": 100, "מאתיים": 200, "אלפיים": 2000, "תריסר": 12, "dozen": 12}
SCALES = {
    "hundred": 100,
    "hundreds": 100,
    "מאות": 100,
    "thousand": 1000,
    "thousands": 1000,
    "k": 1000,
    "אלף": 1000,
    "אלפים": 1000,
    "אלפי": 1000,
    **dict.fromkeys(("million", "millions", "m", "מיליון", "מיליוני", "מליון"), 1_000_000),
    **dict.fromkeys(("billion", "bn", "מיליארד", "מיליארדי"), 1_000_000_000),
}
# "Thousands of" says how many without a number.
_VAGUE = {"hundreds", "thousands", "millions", "מאות", "אלפים", "אלפי", "מיליוני", "מיליארדי"}
_SHORT = {"k", "m", "bn"}
# Towns and days that look like numbers: Beersheba, Kiryat Arba, Monday.
_NAMES_BEFORE = {"באר", "קרית", "קריית", "יום"}
_PREFIX = re.compile(r"(?:[ושהבלמכ]{1,2})(?=[\u05d0-\u05ea]{3})")


@dataclass(frozen=True)
class Numeral:
    """A number, and which tokens write it: from `first` up to `past`, exclusive."""

    value: float
    first: int
    past: int


def digits_value(text: str) -> float | None:
    """Return the value of digits with thousands separators; None for 3.5.2026, 10:00 or 3/5."""
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return float(text.replace(",", ""))
    return None


def bare(word: str) -> str:
    """Return a Hebrew number word without the letters glued before it; others as they are."""
    if _is_number_word(word):
        return word
    glued = _PREFIX.match(word)
    rest = word[glued.end() :] if glued else word
    if _is_number_word(rest):
        return rest
    return word[1:] if glued and _is_number_word(word[1:]) else word


def numeral_at(tokens: Sequence[Token], place: int) -> Numeral | None:
    """Return the number that begins at a token, scales such as "thousand" included."""
    if place and tokens[place - 1].text in _NAMES_BEFORE:
        return None
    value = digits_value(tokens[place].text)
    if value is None:
        return _in_words(tokens, place)
    past = place + 1
    while past < len(tokens) and (scale := _scale_behind_digits(tokens, past)):
        value, past = value * scale, past + 1
    return Numeral(value, place, past)


def _is_number_word(word: str) -> bool:
    return any(word in table for table in (UNITS, _TEENS, TENS, _WHOLE)) or (
        word in SCALES and word not in _SHORT
    )


def _scale_behind_digits(tokens: Sequence[Token], place: int) -> int:
    """Return the scale; a letter such as k counts only when it touches the digits."""
    word = tokens[place].text
    if word in _SHORT and tokens[place - 1].end != tokens[place].start:
        return 0
    return SCALES.get(word, 0)


def _in_words(tokens: Sequence[Token], place: int) -> Numeral | None:
    """Add up number words: units, teens and tens add, scales multiply what came before."""
    total = group = 0.0
    past = last = place
    while past < len(tokens):
        word = _word_at(tokens, past)
        if word in SCALES and word not in _SHORT and (group or word not in _VAGUE):
            group = (group or 1) * SCALES[word]
            if SCALES[word] > 100:
                total, group = total + group, 0.0
        elif (added := _added(word)) is not None and _fits(group, added):
            group += added
        elif past > last or not (last > place and _joins(tokens, past)):
            break
        past += 1
        last = past if not _is_joint(word) else last
    return Numeral(total + group, place, last) if total + group else None


def _word_at(tokens: Sequence[Token], place: int) -> str:
    """Return a bare word; שנים, mostly years, is a number only in שנים עשר."""
    word = bare(tokens[place].text)
    if word == "שנים" and place + 1 < len(tokens) and tokens[place + 1].text == "עשר":
        return "שניים"
    return word


def _added(word: str) -> int | None:
    for table in (UNITS, _TEENS, TENS, _WHOLE):
        if word in table:
            return table[word]
    return None


def _fits(group: float, added: int) -> bool:
    """Say whether a number goes on: 20 + 5, 300 + 12, 2 + 10 (שתים עשרה), not 5 + 7."""
    if not group or (added == 10 and group % 100 < 10):
        return True
    tail = group % 100
    return (tail == 0 and added < 100) or (tail >= 20 and tail % 10 == 0 and added < 10)


def _is_joint(word: str) -> bool:
    return word in ("and", _DASH)


def _joins(tokens: Sequence[Token], place: int) -> bool:
    """Say whether "and" or a hyphen stands between two number words."""
    return (
        _is_joint(tokens[place].text)
        and place + 1 < len(tokens)
        and _added(bare(tokens[place + 1].text)) is not None
    )
