"""Which feelings a text shows and what it does, by the word lists of Hebrew and English."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from monitoring.rules.lexicon import (
    FOLDER,
    LANGUAGES,
    LONGEST_TOKEN,
    STRETCHED,
    english_forms,
    hebrew_forms,
    load_lexicon,
    plain,
)

INTENTS = ("asks", "complains", "leaves", "praises", "harm")
CHARACTERS_READ = 4000
REACH = 2  # words over which a negation silences what follows
SHOWN_FROM = 0.1  # weaker feelings are not told
EMPHASIS = 1.15  # what one exclamation mark or more does to the strength of all feelings

NAMES_AND_LINKS = re.compile(r"(?:https?\b|www\.)\S*|@\w+", re.IGNORECASE)


class Sign(NamedTuple):
    """What a listed word or phrase stands for; `rest` are the words that must follow the first."""

    rest: tuple[str, ...]
    meaning: str
    strength: float


class Signs(NamedTuple):
    """Strengths run from 0 to 1; only feelings that were found are listed."""

    emotions: dict[str, float]
    intents: frozenset[str]


def find_signs(text: str, language: str) -> Signs:
    """Read the beginning of a text; outside Hebrew and English only emoji and question marks."""
    tokens = _tokens().findall(NAMES_AND_LINKS.sub(" ", plain(text[:CHARACTERS_READ])))
    left: defaultdict[str, float] = defaultdict(lambda: 1.0)
    intents: set[str] = set()
    for sign in _signs(tokens, language if language in LANGUAGES else ""):
        if sign.meaning in INTENTS:
            intents.add(sign.meaning)
        else:
            left[sign.meaning] *= 1 - sign.strength
    letters = any(token[0].isalpha() for token in tokens)
    if letters and any("?" in token or "؟" in token for token in tokens):
        intents.add("asks")
    loud = EMPHASIS if any("!" in token for token in tokens) else 1.0
    strengths = {name: round(min(1.0, loud * (1 - rest)), 3) for name, rest in left.items()}
    shown = {name: strength for name, strength in strengths.items() if strength >= SHOWN_FROM}
    return Signs(shown, frozenset(intents))


def _signs(tokens: list[str], language: str) -> Iterator[Sign]:
    silent_for = 0
    for place, token in enumerate(tokens):
        silent_for = max(0, silent_for - 1)
        if not token[0].isalpha():
            silent_for = 0
            yield from _emoji().get(token, ())
            continue
        if not language:
            continue
        if not silent_for:
            yield from _begun(find_listed(language, token), tokens, place + 1)
        if load_lexicon(language).find(token).negates:
            silent_for = REACH + 1


def _begun(listed: Iterable[Sign], tokens: list[str], following: int) -> Iterator[Sign]:
    """The longest sign of each meaning that begins with a word and goes on as the text does."""
    told: set[str] = set()
    for sign in listed:
        goes_on = tuple(tokens[following : following + len(sign.rest)]) == sign.rest
        if goes_on and sign.meaning not in told:
            told.add(sign.meaning)
            yield sign


@lru_cache(maxsize=65536)
def find_listed(language: str, word: str) -> tuple[Sign, ...]:
    """The signs that begin with a word as it stands in a text, in its most literal form."""
    if len(word) > LONGEST_TOKEN:
        return ()
    listed = _listed(language)
    for spelled in (word, STRETCHED.sub(r"\1\1", word), STRETCHED.sub(r"\1", word)):
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
    for meaning in INTENTS:
        yield meaning, 1.0, intents[meaning].get(key, [])


@cache
def _tokens() -> re.Pattern[str]:
    """Words (with an inner apostrophe or gershayim), marks that end a clause, smileys and emoji."""
    signs = sorted(_emoji(), key=len, reverse=True)
    listed = "|".join(re.escape(sign) for sign in signs)
    return re.compile(rf"[^\W\d_]+(?:['\"][^\W\d_]+)*|{listed}|[!?؟.,;\n]+")
