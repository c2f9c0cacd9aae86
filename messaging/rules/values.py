"""Values of placeholders: read by their type, written as the language of the template does."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from messaging.rules.declarations import VALUE_LENGTH

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
# Unicode 6.3 isolates, UAX #9: left to right, by the first strong letter, and their end.
_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
}
_SYMBOLS = {"ILS": "₪", "USD": "$", "EUR": "€", "GBP": "£"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_MONEY = re.compile(r"(\d{1,15}(?:\.\d{1,2})?)(?: ?([A-Z]{3}))?", re.ASCII)
_PHONE = re.compile(r"[+*]?[0-9][0-9 ()\-]{1,20}[0-9*]")
_EMAIL = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,190}\.[^\s@<>,;:\".\d]{2,63}")
# A mark behind an address would be taken for a part of it by what makes links of addresses.
_BARE = frozenset({"url", "email"})


class BadValue(ValueError):
    """The text is no value of the type; `code` is the type, or `too_long`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def written(value: str, declaration: Mapping[str, Any], *, language: str, zone: tzinfo) -> str:
    """Return a value as it stands in a text of the language; raises `BadValue`.

    Moments are told in the zone. A value that runs against the direction of the language is
    isolated, so that what stands around it keeps its place.
    """
    kind = declaration["type"]
    said = value.strip()
    if len(said) > (declaration["max_length"] or VALUE_LENGTH):
        raise BadValue("too_long")
    if kind == "choice" and said not in declaration["choices"]:
        raise BadValue("choice")
    try:
        text = _WAYS[kind](said, language, zone) if kind in _WAYS else said
    except ValueError as error:
        raise BadValue(kind) from error
    return text if kind in _BARE else _isolated(text, kind, language)


def written_day(day: date, language: str) -> str:
    """Return a day in words: 3 May 2026, 3 במאי 2026; in other languages as ISO 8601 has it."""
    if language not in _MONTHS:
        return day.isoformat()
    return f"{day.day} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def _day(said: str, language: str, zone: tzinfo) -> str:
    return written_day(date.fromisoformat(_matching(_DATE, said)), language)


def _hour(said: str, language: str, zone: tzinfo) -> str:
    return f"{time.fromisoformat(_matching(_TIME, said)):%H:%M}"


def _moment(said: str, language: str, zone: tzinfo) -> str:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    here = moment.astimezone(zone)
    return f"{written_day(here.date(), language)}, {here:%H:%M}"


def _number(said: str, language: str, zone: tzinfo) -> str:
    return f"{Decimal(_matching(_NUMBER, said)):,}"


def _money(said: str, language: str, zone: tzinfo) -> str:
    found = _MONEY.fullmatch(said)
    if found is None or (found[2] or "ILS") not in _SYMBOLS:
        raise ValueError(said)
    amount, symbol = f"{Decimal(found[1]):,}", _SYMBOLS[found[2] or "ILS"]
    return f"{amount}\N{NO-BREAK SPACE}{symbol}" if language == "he" else f"{symbol}{amount}"


def _url(said: str, language: str, zone: tzinfo) -> str:
    address = urlsplit(said)
    if address.scheme not in ("http", "https") or not address.hostname or " " in said:
        raise ValueError(said)
    return said


def _phone(said: str, language: str, zone: tzinfo) -> str:
    return _matching(_PHONE, said)


def _email(said: str, language: str, zone: tzinfo) -> str:
    return _matching(_EMAIL, said)


_WAYS: dict[str, Callable[[str, str, tzinfo], str]] = {
    "number": _number,
    "date": _day,
    "time": _hour,
    "datetime": _moment,
    "url": _url,
    "phone": _phone,
    "email": _email,
    "money": _money,
}


def _matching(pattern: re.Pattern[str], said: str) -> str:
    if pattern.fullmatch(said) is None:
        raise ValueError(said)
    return said


def _isolated(text: str, kind: str, language: str) -> str:
    is_rtl = language in _RIGHT_TO_LEFT
    if kind in ("phone", "number"):
        signed = is_rtl and any(sign in text for sign in "+-*() ")
        return f"{_LRI}{text}{_PDI}" if signed else text
    against = _direction(text) == ("L" if is_rtl else "R")
    return f"{_FSI}{text}{_PDI}" if against else text


def _direction(text: str) -> str:
    """Return the direction of the first strong letter, L or R, or nothing without one."""
    for letter in text:
        strong = unicodedata.bidirectional(letter)
        if strong in ("L", "R", "AL"):
            return "L" if strong == "L" else "R"
    return ""
