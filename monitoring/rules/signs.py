"""Which feelings a text shows and what it does, by the word lists of Hebrew and English."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from monitoring.rules.counts import INTENTS
from monitoring.rules.lexicon import (
    FOLDER,
    LANGUAGES,
    LONGEST_TOKEN,
    english_forms,
    find_entry,
    hebrew_forms,
    plain,
)

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
    """What one token does: the signs it may begin, and whether it denies or ends a clause."""

    signs: tuple[Sign, ...]
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
    if "?" in prepared and any(map(str.isalpha, tokens)):
        intents.add("asks")
    loud = EMPHASIS if "!" in prepared else 1.0
    strengths = {name: round(min(1.0, loud * (1 - rest)), 3) for name, rest in left.items()}
    shown = {name: strength for name, strength in strengths.items() if strength >= SHOWN_FROM}
    return Signs(
        shown,
        frozenset(intents - {DEALINGS}),
        frozenset(denied) - shown.keys(),
        DEALINGS in intents,
    )


def _signs(tokens: list[str], language: str) -> Iterator[tuple[Sign, bool]]:
    silent_until = 0
    for place, token in enumerate(tokens):
        known = find_listed(language, token)
        if known is None:
            continue
        if known.ends_clause:
            silent_until = 0
        for sign in _begun(known.signs, tokens, place + 1):
            yield sign, place < silent_until
        if known.negates:
            silent_until = place + REACH + 1


def _begun(listed: Iterable[Sign], tokens: list[str], following: int) -> Iterator[Sign]:
    """The longest sign of each meaning that begins with a word and goes on as the text does."""
    told: set[str] = set()
    for sign in listed:
        goes_on = tuple(tokens[following : following + len(sign.rest)]) == sign.rest
        if goes_on and sign.meaning not in told:
            told.add(sign.meaning)
            yield sign


@lru_cache(maxsize=65536)
def find_listed(language: str, token: str) -> Known | None:
    """What a token as `prepare` leaves it begins or does; None for most."""
    if token[:1] in ("!", "?", "."):
        return Known((), ends_clause=True)
    if not token[:1].isalpha():
        return Known(tuple(_emoji()[token])) if token in _emoji() else None
    if not language or len(token) > LONGEST_TOKEN:
        return None
    signs, negates = _word_signs(language, token), find_entry(language, token).negates
    return Known(signs, negates=negates) if signs or negates else None


def _word_signs(language: str, word: str) -> tuple[Sign, ...]:
    """The signs that begin with a word, in its most literal form."""
    listed = _listed(language)
    for spelled in (word, DOUBLED.sub(r"\1", word)):
        forms = hebrew_forms(spelled) if language == "he" else english_forms(spelled)
        found = [sign for form in dict.fromkeys(forms) for sign in listed.get(form, ())]
        if found:
            return tuple(sorted(found, key=lambda sign: -len(sign.rest)))
    return ()


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
