"""Which feelings a text shows and what it does, by the word lists of Hebrew and English."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from monitoring.rules.counts import INTENTS
from monitoring.rules.deeds import find_deeds
from monitoring.rules.lexicon import (
    FOLDER,
    LANGUAGES,
    LONGEST_TOKEN,
    forms_of,
    found_entries,
    plain,
)
from monitoring.rules.remembered import Remembered

DEALINGS = "dealings"
REACH = 3  # words over which a negation silences what follows
SHOWN_FROM = 0.1  # weaker feelings are not told
EMPHASIS = 1.15  # what one exclamation mark or more does to the strength of all feelings

DOUBLED = re.compile(r"(\w)\1")


class Sign(NamedTuple):
    """What a listed word or phrase stands for; `rest` are the words that must follow the first."""

    rest: tuple[str, ...]
    meaning: str
    strength: float


class Known(NamedTuple):
    """What one token does: what it is a sign of, and whether it denies or ends a clause.

    `longer` has the signs it begins by the word that comes next, the longest first.
    """

    alone: tuple[Sign, ...] = ()
    longer: Mapping[str, Sequence[Sign]] = {}
    negates: bool = False
    ends_clause: bool = False


class Signs(NamedTuple):
    """Strengths run from 0 to 1; only feelings that were found are listed."""

    emotions: dict[str, float]
    intents: frozenset[str]
    denied: frozenset[str] = frozenset()
    of_dealings: bool = False  # with a company: orders, bills, waiting, staff


def find_signs(prepared: str, language: str) -> Signs:
    """Read a text as `prepare` leaves it; outside Hebrew and English only emoji and questions."""
    tokens = prepared.split(" ")
    left: dict[str, float] = {}
    intents: set[str] = set()
    denied: set[str] = set()
    for sign, is_denied in _signs(tokens, language if language in LANGUAGES else ""):
        if is_denied and sign.meaning != DEALINGS:
            denied.add(sign.meaning)
        elif sign.meaning in INTENTS or sign.meaning == DEALINGS:
            intents.add(sign.meaning)
        else:
            left[sign.meaning] = left.get(sign.meaning, 1.0) * (1 - sign.strength)
    if language in LANGUAGES:
        intents.update(find_deeds(tokens, language))
    if "?" in prepared and any(map(str.isalpha, tokens)):
        intents.add("asks")
    loud = EMPHASIS if "!" in prepared else 1.0
    strengths = {name: round(min(1.0, loud * (1 - rest)), 3) for name, rest in left.items()}
    shown = {name: strength for name, strength in strengths.items() if strength >= SHOWN_FROM}
    of_dealings = DEALINGS in intents
    intents.discard(DEALINGS)
    return Signs(shown, frozenset(intents), frozenset(denied - shown.keys()), of_dealings)


def _signs(tokens: list[str], language: str) -> Iterator[tuple[Sign, bool]]:
    silent_until = 0
    known_of, following = found_signs(language).__getitem__, [*tokens[1:], ""]
    for place, (known, next_token) in enumerate(zip(map(known_of, tokens), following, strict=True)):
        if known is None:
            continue
        if known.ends_clause:
            silent_until = 0
        longer = known.longer.get(next_token)
        for sign in _longest(known, longer, tokens[place + 1 :]) if longer else known.alone:
            yield sign, place < silent_until
        if known.negates:
            silent_until = place + REACH + 1


def _longest(known: Known, longer: Sequence[Sign], following: Sequence[str]) -> Iterable[Sign]:
    """The longest sign of each meaning that begins with a token and goes on as the text does."""
    begun = [sign for sign in longer if tuple(following[: len(sign.rest)]) == sign.rest]
    return _first_of_each([*begun, *known.alone])


def _first_of_each(signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """The first sign of each meaning."""
    firsts: dict[str, Sign] = {}
    for sign in signs:
        firsts.setdefault(sign.meaning, sign)
    return tuple(firsts.values())


@cache
def found_signs(language: str) -> Remembered[Known | None]:
    """What tokens as `prepare` leaves them begin or do; None for most."""
    return Remembered(partial(_find_known, language))


def _find_known(language: str, token: str) -> Known | None:
    if token[:1] in ("!", "?", "."):
        return Known(ends_clause=True)
    if not token[:1].isalpha():
        return Known(_first_of_each(_emoji()[token])) if token in _emoji() else None
    if not language or len(token) > LONGEST_TOKEN:
        return None
    language = _language_of(token)
    signs, negates = _word_signs(language, token), found_entries(language)[token].negates
    if not signs and not negates:
        return None
    longer: defaultdict[str, list[Sign]] = defaultdict(list)
    for sign in signs:
        if sign.rest:
            longer[sign.rest[0]].append(sign)
    alone = _first_of_each(sign for sign in signs if not sign.rest)
    return Known(alone, dict(longer), negates)


def _language_of(word: str) -> str:
    """Who writes Hebrew puts English between, and the other way round; letters tell which."""
    return "he" if "א" <= word[0] <= "ת" else "en"


def _word_signs(language: str, word: str) -> list[Sign]:
    """The signs that begin with a word, in its most literal form."""
    found = _listed_under(language, word)
    if not found and DOUBLED.search(word):
        found = _listed_under(language, DOUBLED.sub(r"\1", word))
    return sorted(found, key=lambda sign: -len(sign.rest))


def _listed_under(language: str, word: str) -> list[Sign]:
    listed = _listed(language)
    return [sign for form in forms_of(language, word) if form in listed for sign in listed[form]]


@cache
def _listed(language: str) -> dict[str, list[Sign]]:
    """The signs of a language by their first word."""
    signs: defaultdict[str, list[Sign]] = defaultdict(list)
    for meaning, strength, entries in _groups(language):
        for entry in entries:
            first, *rest = plain(entry).split()
            signs[first].append(Sign(tuple(rest), meaning, strength))
    return dict(signs)


@cache
def _emoji() -> dict[str, list[Sign]]:
    signs: defaultdict[str, list[Sign]] = defaultdict(list)
    for meaning, strength, entries in _groups("emoji"):
        for entry in entries:
            signs[plain(entry)].append(Sign((), meaning, strength))
    return dict(signs)


def _groups(key: str) -> Iterator[tuple[str, float, list[str]]]:
    """What the files list under a language or under `emoji`: meaning, strength, entries."""
    emotions = tomllib.loads((FOLDER / "emotions.toml").read_text(encoding="utf-8"))
    for group in emotions["group"]:
        yield group["emotion"], group["strength"], group.get(key, [])
    intents = tomllib.loads((FOLDER / "intents.toml").read_text(encoding="utf-8"))
    for meaning, listed in intents.items():
        yield meaning, 1.0, listed.get(key, [])
