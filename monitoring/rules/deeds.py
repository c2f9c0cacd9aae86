"""What people say they do with what is theirs: a verb, and some words later a thing.

"Cancelled my gym membership" shows that somebody leaves, and so do a hundred other verbs and things
that no list of phrases holds.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from monitoring.rules.lexicon import FOLDER, LONGEST_TOKEN, forms_of, found_entries

BEFORE, WITHIN = 3, 7  # words before a verb that tell who does it; words to its thing

_Words = tuple[str, ...]


class Persons(NamedTuple):
    """Words that tell of who speaks, where verbs alone do not; and words that tell of others."""

    oneself: frozenset[str]
    others: frozenset[str]


class Deed(NamedTuple):
    """What follows the first word of a verb, the things by their first words, and the meaning."""

    rest: _Words
    things: dict[str, list[_Words]]
    intent: str


def find_deeds(tokens: Sequence[str], language: str) -> Iterator[str]:
    """Yield the intent of each verb of somebody's own that has its thing and is not denied."""
    listed = _listed(language)
    for place in [place for place, token in enumerate(tokens) if token in listed]:
        for deed in listed[tokens[place]]:
            following = place + 1 + len(deed.rest)
            if tuple(tokens[place + 1 : following]) != deed.rest:
                continue
            before = tokens[max(0, place - BEFORE) : place]
            after = _clause(tokens[following : following + WITHIN])
            if _is_own(before, after, language) and _has_thing(after, deed, language):
                yield deed.intent


def _clause(tokens: Sequence[str]) -> Sequence[str]:
    ends = [place for place, token in enumerate(tokens) if token[:1] in ("!", "?", ".")]
    return tokens[: ends[0]] if ends else tokens


def _is_own(before: Sequence[str], after: Sequence[str], language: str) -> bool:
    oneself, others = _persons(language)
    if not others.isdisjoint(before) or any(found_entries(language)[t].negates for t in before):
        return False
    return not oneself or not oneself.isdisjoint([*before, *after])


def _has_thing(after: Sequence[str], deed: Deed, language: str) -> bool:
    return any(
        tuple(after[place + 1 : place + 1 + len(rest)]) == rest
        for place, token in enumerate(after)
        if len(token) <= LONGEST_TOKEN
        for form in forms_of(language, token)
        for rest in deed.things.get(form, ())
    )


@cache
def _listed(language: str) -> dict[str, list[Deed]]:
    by_word: defaultdict[str, list[Deed]] = defaultdict(list)
    for deed in _file()["deeds"]:
        if deed["language"] != language:
            continue
        things: defaultdict[str, list[_Words]] = defaultdict(list)
        for thing in deed["things"]:
            first, *rest = thing.split()
            things[first].append(tuple(rest))
        for verb in deed["verbs"]:
            first, *rest = verb.split()
            by_word[first].append(Deed(tuple(rest), dict(things), deed["intent"]))
    return dict(by_word)


@cache
def _persons(language: str) -> Persons:
    listed = _file()["persons"][language]
    return Persons(frozenset(listed["oneself"]), frozenset(listed["others"]))


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "deeds.toml").read_text(encoding="utf-8"))
