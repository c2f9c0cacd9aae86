"""Days and hours in a text: "ב-3 במאי", "3.5.2026", "May 3", "Thursday", "מחר ב-10:00"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from messaging.rules.language.clauses import Clause, Parsed
from messaging.rules.language.stems import is_content, readings
from messaging.rules.language.tokens import Token

MOST_MOMENTS = 200

_ENGLISH = "january february march april may june july august september october november december"
_WEEK = "monday tuesday wednesday thursday friday saturday sunday"
# Hebrew counts the days from Sunday.
_HEBREW_WEEK = "שני שלישי רביעי חמישי שישי שבת ראשון"
_HEBREW = "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"
MONTHS = {
    **{word: number for number, word in enumerate(_ENGLISH.split(), 1)},
    **{word[:3]: number for number, word in enumerate(_ENGLISH.split(), 1)},
    **{word: number for number, word in enumerate(_HEBREW.split(), 1)},
    "sept": 9,
    "מרס": 3,
}
# Monday is 0, as in date.weekday().
WEEKDAYS = {
    word: number for week in (_WEEK, _HEBREW_WEEK) for number, word in enumerate(week.split())
}
_RELATIVE = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "היום": 0,
    "הערב": 0,
    "הבוקר": 0,
    "מחר": 1,
    "מחרתיים": 2,
    "אתמול": -1,
    "שלשום": -2,
}
_PREFIXES = ("", "ב", "ל", "מ", "ה", "וב", "ול", "ומ", "שב", "ו", "מה", "עד")
_NUMERIC = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_AFTERNOON = {"pm", "בערב", "בצהריים", "הצהריים"}
_MORNING = {"am", "בבוקר"}
_ORDINAL = {"st", "nd", "rd", "th"}


@dataclass(frozen=True)
class Moment:
    """A day, or only its weekday (Monday is 0), with the hour where one is given."""

    day: date | None
    weekday: int | None
    hour: time | None
    context: tuple[frozenset[str], ...]
    start: int
    end: int


def moments_of(text: Parsed, *, now: datetime) -> list[Moment]:
    """Return one moment for each clause that names just one; `now` in the zone of the brand."""
    found = (_moment_in(clause, now.date()) for clause in text.clauses)
    return list(islice((moment for moment in found if moment is not None), MOST_MOMENTS))


@lru_cache(maxsize=16_384)
def month_of(word: str) -> int | None:
    """Return the number of a month by its name, letters glued before it or not."""
    return _looked_up(MONTHS, word)


def next_day(moment: Moment, *, now: datetime) -> date | None:
    """Return the day meant by a promise: a weekday is the next one to come."""
    if moment.day is not None or moment.weekday is None:
        return moment.day
    ahead = (moment.weekday - now.date().weekday()) % 7 or 7
    return now.date() + timedelta(days=ahead)


def _moment_in(clause: Clause, today: date) -> Moment | None:
    """Return the day and hour of a clause; None with none or several days, which may be a span."""
    days = list(_days(clause.tokens, today))
    hours = list(_hours(clause.tokens))
    if len(days) > 1 or len(hours) > 1 or (not days and not hours):
        return None
    bounds = [(first, past) for _day, _weekday, first, past in days]
    bounds += [(first, past) for _hour, first, past in hours]
    used = {place for first, past in bounds for place in range(first, past)}
    shown = [clause.tokens[place] for place in sorted(used)]
    day, weekday = days[0][:2] if days else (None, None)
    context = tuple(
        readings(token.text)
        for place, token in enumerate(clause.tokens)
        if place not in used and is_content(token.text)
    )
    hour = hours[0][0] if hours else None
    return Moment(day, weekday, hour, context, shown[0].start, shown[-1].end)


def _days(
    tokens: Sequence[Token], today: date
) -> Iterator[tuple[date | None, int | None, int, int]]:
    place = 0
    while place < len(tokens):
        found = (
            _written_out(tokens, place, today)
            or _numeric(tokens, place, today)
            or _named(tokens, place, today)
        )
        if found is None:
            place += 1
            continue
        day, weekday, past = found
        yield day, weekday, place, past
        place = past


def _written_out(tokens: Sequence[Token], place: int, today: date) -> tuple[date, int, int] | None:
    """Read "3 May", "3rd of May 2026", "May 3", "3 במאי"; a month without a day is none."""
    month = month_of(tokens[place].text)
    day = _day_number(tokens, place)
    if month and place + 1 < len(tokens) and _day_number(tokens, place + 1):
        day, past = _day_number(tokens, place + 1), place + 2
    elif day:
        past = place + 1
        while past < len(tokens) and tokens[past].text in {*_ORDINAL, "of", "ב", "-"}:
            past += 1
        month = month_of(tokens[past].text) if past < len(tokens) else None
        past += 1
    if not month or not day:
        return None
    while past < len(tokens) and tokens[past].text in {*_ORDINAL, ","}:
        past += 1
    year, past = _year(tokens, past, today)
    return _dated(year, month, day, past)


def _numeric(tokens: Sequence[Token], place: int, today: date) -> tuple[date, int, int] | None:
    """Read 3.5.2026, 3/5/26 and, behind "on" or ב-, 3.5: the day comes first, as in Israel."""
    text = tokens[place].text
    if (
        len(text) == 4
        and text.isdecimal()
        and [t.text for t in tokens[place + 1 : place + 4 : 2]] == [*("-", "-")]
    ):
        parts = [token.text for token in tokens[place : place + 5 : 2]]
        if len(parts) == 3 and all(part.isdecimal() and len(part) <= 4 for part in parts):
            return _dated(int(parts[0]), int(parts[1]), int(parts[2]), place + 5)
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    near = [token.text for token in tokens[max(0, place - 2) : place] if token.text != "-"]
    if match[4] is None and near[-1:] not in (["on"], ["ב"], ["מ"], ["since"], ["until"], ["by"]):
        return None
    year = int(match[4] or today.year)
    year += 2000 if year < 100 else 0
    return _dated(year, int(match[3]), int(match[1]), place + 1)


def _named(tokens: Sequence[Token], place: int, today: date) -> tuple[date | None, int, int] | None:
    """Read "tomorrow", "Thursday", "ביום חמישי", "בשבת"; שני without יום is no day."""
    text = tokens[place].text
    if (ahead := _days_ahead(text)) is not None:
        day = today + timedelta(days=ahead)
        return day, day.weekday(), place + 1
    if (text in WEEKDAYS and text.isascii()) or text in ("שבת", "בשבת"):
        return None, WEEKDAYS[text.removeprefix("ב") if text == "בשבת" else text], place + 1
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if text.endswith("יום") and len(text) <= 5 and following.removeprefix("ה") in WEEKDAYS:
        return None, WEEKDAYS[following.removeprefix("ה")], place + 2
    return None


def _hours(tokens: Sequence[Token]) -> Iterator[tuple[time, int, int]]:
    for place, token in enumerate(tokens):
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        match = _CLOCK.fullmatch(token.text)
        is_round = token.text.isdecimal() and len(token.text) <= 2
        if match:
            hour, minute = int(match[1]), int(match[2])
        elif is_round and following in (_AFTERNOON | _MORNING) and 0 < int(token.text) <= 12:
            hour, minute = int(token.text), 0
        else:
            continue
        if following in _AFTERNOON and hour < 12:
            hour += 12
        yield time(hour, minute), place, place + 1 + (following in _AFTERNOON | _MORNING)


@lru_cache(maxsize=16_384)
def _days_ahead(word: str) -> int | None:
    return _looked_up(_RELATIVE, word)


def _looked_up(table: dict[str, int], word: str) -> int | None:
    """Return the value of a word, with letters glued before it or not."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and word[len(prefix) :] in table:
            return table[word[len(prefix) :]]
    return None


def _day_number(tokens: Sequence[Token], place: int) -> int | None:
    text = tokens[place].text
    return int(text) if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 31 else None


def _year(tokens: Sequence[Token], place: int, today: date) -> tuple[int, int]:
    """Return the year written there and the token behind it; without one, this year."""
    if place < len(tokens) and (text := tokens[place].text).isdecimal() and len(text) == 4:
        return int(text), place + 1
    return today.year, place


def _dated(year: int, month: int, day: int, past: int) -> tuple[date, int, int] | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found.weekday(), past
