"""What a text says in numbers: counts, amounts, shares and deadlines, with what they are of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import inf
from typing import Literal

from messaging.rules.language.clauses import Clause, Parsed
from messaging.rules.language.moments import month_of
from messaging.rules.language.numerals import Numeral, numeral_at
from messaging.rules.language.stems import is_content, readings
from messaging.rules.language.tokens import Token

Kind = Literal["count", "money", "percent", "deadline"]
# More numbers than any statement has; what follows is not compared.
MOST_CLAIMS = 400
# Numbers that are looked at, whatever they turn out to be.
MOST_NUMBERS = 4_000
# What "about" allows for, as a share of the number.
ABOUT = 0.15

_CURRENCIES = {
    **dict.fromkeys(("₪", 'ש"ח', "שח", "שקל", "שקלים", "nis", "ils", "shekel", "shekels"), "ILS"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars", "דולר", "דולרים"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros", "אירו", "יורו"), "EUR"),
    **dict.fromkeys(("£", "gbp", "pounds", 'ליש"ט'), "GBP"),
}
_PERCENT = {"%", "percent", "percents", "אחוז", "אחוזים", "אחוזי"}
_HOURS = {
    **dict.fromkeys(("minute", "minutes", "דקה", "דקות"), 1 / 60),
    **dict.fromkeys(("hour", "hours", "שעה", "שעות"), 1.0),
    **dict.fromkeys(("day", "days", "יום", "ימים", "ימי"), 24.0),
    **dict.fromkeys(("week", "weeks", "שבוע", "שבועות"), 168.0),
    **dict.fromkeys(("month", "months", "חודש", "חודשים"), 720.0),
}
# Two of a unit, or one, in a word of its own.
_ALONE = {
    **dict.fromkeys(("hour", "שעה"), 1.0),
    **dict.fromkeys(("day", "יום", "יממה"), 24.0),
    **dict.fromkeys(("week", "שבוע"), 168.0),
    **dict.fromkeys(("month", "חודש"), 720.0),
    "fortnight": 336.0,
    "שעתיים": 2.0,
    "יומיים": 48.0,
    "שבועיים": 336.0,
    "חודשיים": 1440.0,
}
_ARTICLES = {"a", "an", "the", "one"}
_ONLY_WITHIN = ("within", "תוך", "בתוך")
_YEARS = {"year", "years", "שנה", "שנים", "שנות"}
_WITHIN = {"within", "in", "תוך", "בתוך"}
_AT_LEAST = {"least", "over", "above", "לפחות", "מעל", "מעלה"}
_AT_MOST = {"most", "under", "below", "to", "עד"}
_ABOUT = {"about", "around", "approximately", "nearly", "almost", "roughly", "some", "~"} | {
    *("כ", "בערך", "כמעט", "קרוב", "סביב", "כמה")
}
# A number behind these adds to another, counts something else, or is a name.
_OTHERWISE = {
    *("another", "additional", "further", "other", "every", "each", "per", "עוד", "כל"),
    *("series", "model", "version", "page", "section", "article", "number", "no", "#", "step"),
    *("סדרה", "מסדרה", "דגם", "גרסה", "עמוד", "סעיף", "מספר", "שלב", "type", "phase", "level"),
}
_MORE = {"more", "additional", "other", "others", "נוספים", "נוספות", "אחרים", "אחרות", "times"}
_FROM = {"of", "מתוך", "out"}
_HEBREW_GLUE = {"ב", "ל", "כ", "מ", "ה", "ו", "ש", "וב", "ול", "וכ", "ומ", "שה", "שכ", "בכ", "לכ"}
_WORD_WINDOW = 3


@dataclass(frozen=True)
class Claim:
    """A number from `low` to `high`, in a unit, of what `nouns` read as, beside what happened.

    `unit` is a currency, "%" or "hours"; empty for counts. start and end are code points.
    """

    kind: Kind
    low: float
    high: float
    unit: str
    nouns: tuple[frozenset[str], ...]
    context: tuple[frozenset[str], ...]
    start: int
    end: int


def claims_of(text: Parsed) -> list[Claim]:
    """Return the first `MOST_CLAIMS` numbers a text states, in order."""
    numbers = islice(
        (pair for clause in text.clauses for pair in _numbers_in(clause)), MOST_NUMBERS
    )
    stated = (claim for number in numbers for claim in _claim(*number))
    unnumbered = (claim for clause in text.clauses for claim in _unnumbered(clause))
    return list(islice(chain(stated, unnumbered), MOST_CLAIMS))


def _numbers_in(clause: Clause) -> Iterator[tuple[Clause, Numeral, float, float]]:
    """Yield each number with how far it reaches, both ends of a span as one."""
    place = 0
    while place < len(clause.tokens):
        numeral = numeral_at(clause.tokens, place)
        if numeral is None:
            place += 1
            continue
        low, high, place = _extent(clause.tokens, numeral)
        yield clause, Numeral(numeral.value, numeral.first, place), low, high


def _claim(clause: Clause, numeral: Numeral, low: float, high: float) -> Iterator[Claim]:
    tokens, first, past = clause.tokens, numeral.first, numeral.past
    if _is_code(tokens, first, past):
        return
    before = tokens[first - 1].text if first else ""
    after = tokens[past].text if past < len(tokens) else ""
    start, end = tokens[first].start, tokens[past - 1].end
    unit_end = tokens[past].end if past < len(tokens) else end
    if currency := _CURRENCIES.get(before) or _CURRENCIES.get(after):
        behind = after in _CURRENCIES
        start = start if behind else tokens[first - 1].start
        context = _context(clause, first, past + behind)
        yield Claim("money", low, high, currency, (), context, start, unit_end if behind else end)
    elif after in _PERCENT:
        yield Claim(
            "percent", low, high, "%", (), _context(clause, first, past + 1), start, unit_end
        )
    elif after in _HOURS:
        if _stands_before(tokens, first, _WITHIN):
            hours = _HOURS[after]
            context = _context(clause, first, past + 1)
            yield Claim(
                "deadline", low * hours, high * hours, "hours", (), context, start, unit_end
            )
    elif after not in _YEARS and (nouns := _nouns(tokens, numeral)):
        last = max(place for place, _word in nouns)
        shown = tuple(readings(word) for _place, word in nouns)
        yield Claim(
            "count", low, high, "", shown, _context(clause, first, past), start, tokens[last].end
        )


def _unnumbered(clause: Clause) -> Iterator[Claim]:
    """Yield deadlines without a number: "within a day", "תוך שבועיים", "תוך שעה וחצי"."""
    for place, token in enumerate(clause.tokens):
        hours = _ALONE.get(token.text)
        if hours is None:
            continue
        before = [word for word in _words_before(clause.tokens, place) if word not in _ARTICLES]
        following = [token.text for token in clause.tokens[place + 1 : place + 2]]
        if before[:1] and before[0] in _ONLY_WITHIN:
            hours *= 1.5 if following == ["וחצי"] else 1
            context = _context(clause, place, place + 1)
            yield Claim("deadline", hours, hours, "hours", (), context, token.start, token.end)


def _extent(tokens: Sequence[Token], numeral: Numeral) -> tuple[float, float, int]:
    """Return from where to where the number reaches, and the token behind all of it."""
    value = numeral.value
    second = _other_end(tokens, numeral)
    if second is not None and second.value > value:
        return value, second.value, second.past
    before = _words_before(tokens, numeral.first)
    if before[:1] == ["than"] or before[:1] == ["מ"] or before[:1] == ["ל"]:
        return (*_than(before, value), numeral.past)
    if before and before[0] in _AT_LEAST:
        return value, inf, numeral.past
    if before and before[0] in _AT_MOST and (before[0] != "to" or before[1:2] == ["up"]):
        return 0.0, value, numeral.past
    if (before and before[0] in _ABOUT) or tokens[numeral.first].text.startswith("כ"):
        return value * (1 - ABOUT), value * (1 + ABOUT), numeral.past
    return value, value, numeral.past


def _than(before: list[str], value: float) -> tuple[float, float]:
    """Return the reach behind "more than", "fewer than", "יותר מ-", "קרוב ל-"."""
    word = before[1] if len(before) > 1 else ""
    if word in ("more", "יותר", "למעלה", "מעל"):
        return value, inf
    if word in ("less", "fewer", "פחות"):
        return 0.0, value
    if word == "קרוב":
        return value * (1 - ABOUT), value * (1 + ABOUT)
    return value, value


def _words_before(tokens: Sequence[Token], place: int) -> list[str]:
    """Return up to three words before a number, the nearest first, hyphens left out."""
    near = [token.text for token in tokens[max(0, place - 5) : place] if token.text != "-"]
    return near[::-1][:_WORD_WINDOW]


def _other_end(tokens: Sequence[Token], numeral: Numeral) -> Numeral | None:
    """Return the upper end of "10-20", "10 to 20", "between 10 and 20", "בין 10 ל-20"."""
    place = numeral.past
    if place + 1 >= len(tokens):
        return None
    word = tokens[place].text
    is_between = _words_before(tokens, numeral.first)[:1] in (["between"], ["בין"])
    if word not in ("-", "to", "עד") and not (is_between and word in ("and", "ל")):
        return None
    place += 2 if word == "ל" and tokens[place + 1].text == "-" else 1
    return numeral_at(tokens, place) if place < len(tokens) else None


def _is_code(tokens: Sequence[Token], first: int, past: int) -> bool:
    """Say whether the number is part of a name or adds to another: K2-114, 12th, another 3."""
    if any(word in _OTHERWISE for word in _words_before(tokens, first)[:1]):
        return True
    if _is_of_month(tokens, first, past):
        return True
    following = tokens[past] if past < len(tokens) else None
    if following and (
        following.text in _MORE or (following.text in _FROM and _is_part(tokens, past))
    ):
        return True
    if following and following.start == tokens[past - 1].end and following.text[0].isalpha():
        return following.text not in _CURRENCIES
    return _is_attached(tokens, first)


def _is_of_month(tokens: Sequence[Token], first: int, past: int) -> bool:
    near = (*tokens[max(0, first - 1) : first], *tokens[past : past + 1])
    return any(month_of(token.text) is not None for token in near)


def _is_part(tokens: Sequence[Token], place: int) -> bool:
    """Say whether "of" leads to the number of all: 12 of 300."""
    return any(numeral_at(tokens, near) for near in range(place + 1, min(place + 4, len(tokens))))


def _is_attached(tokens: Sequence[Token], first: int) -> bool:
    """Say whether the number hangs on a word that is no Hebrew prefix."""
    if not first or tokens[first - 1].end != tokens[first].start:
        return False
    before = tokens[first - 1]
    if before.text == "-" and first > 1 and tokens[first - 2].end == before.start:
        before = tokens[first - 2]
    return (before.text[0].isalnum() and before.text not in _HEBREW_GLUE) or before.text in "#/@_."


def _nouns(tokens: Sequence[Token], numeral: Numeral) -> list[tuple[int, str]]:
    """Return up to three words behind a number that may name what is counted, with their places."""
    place = numeral.past
    if place < len(tokens) and tokens[place].text in _FROM:
        place += 1
    while place < len(tokens) and tokens[place].text in ("the", "our", "these", "all"):
        place += 1
    found: list[tuple[int, str]] = []
    while place < len(tokens) and len(found) < _WORD_WINDOW and is_content(tokens[place].text):
        found.append((place, tokens[place].text))
        place += 1
    return found


def _stands_before(tokens: Sequence[Token], place: int, words: set[str]) -> bool:
    return any(word in words for word in _words_before(tokens, place))


def _context(clause: Clause, first: int, past: int) -> tuple[frozenset[str], ...]:
    """Return what else the clause tells of, the number and its unit left out."""
    around = (*clause.tokens[:first], *clause.tokens[past:])
    return tuple(readings(token.text) for token in around if is_content(token.text))
