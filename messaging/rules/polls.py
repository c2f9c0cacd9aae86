"""Polls: what makes one, what a ballot may say, and what its counts may tell."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incidents.rules.flaws import Flaw

LEAST_OPTIONS, MOST_OPTIONS = 2, 12
QUESTION_LENGTH, OPTION_LENGTH = 300, 150


@dataclass(frozen=True)
class Count:
    """An option's ballots, and their share of all ballots, 0 to 1; None where that is not told."""

    option: int
    count: int | None
    share: float | None


def wording_hash(
    questions: Mapping[str, str], options: Sequence[Mapping[str, str]], how: str
) -> str:
    """Return SHA-256 of what people are asked, in canonical JSON."""
    said = json.dumps([questions, options, how], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def flaws_of_options(options: object, languages: Sequence[str]) -> Iterator[Flaw]:
    """Yield what is wrong with options, each a text in every language."""
    if not isinstance(options, list) or not LEAST_OPTIONS <= len(options) <= MOST_OPTIONS:
        yield Flaw((), "options", {"least": LEAST_OPTIONS, "most": MOST_OPTIONS})
        return
    for place, option in enumerate(options):
        if not isinstance(option, dict) or set(option) != set(languages):
            yield Flaw((str(place),), "languages", {"languages": ", ".join(languages)})
        elif any(not isinstance(text, str) or not _fits(text) for text in option.values()):
            yield Flaw((str(place),), "length", {"most": OPTION_LENGTH})
    if not _are_apart(options):
        yield Flaw((), "same", {})


def is_ballot(choices: object, *, options: int, is_multiple: bool) -> bool:
    """Say whether the choices, numbers of options from 1, are one ballot."""
    if not isinstance(choices, list | tuple) or not choices:
        return False
    are_numbers = all(type(one) is int and 1 <= one <= options for one in choices)
    return are_numbers and len(set(choices)) == len(choices) and (is_multiple or len(choices) == 1)


def told(counts: Mapping[int, int], *, options: int, ballots: int, least: int) -> list[Count]:
    """Return the counts by option that may be told, given the smallest that may.

    Below `least` ballots nothing is told. A count from 1 to `least` - 1 is not, and where it is
    the only one hidden, the next smallest is hidden too: the rest would give it away (secondary
    suppression, Willenborg & de Waal 2001, Elements of Statistical Disclosure Control).
    """
    known = {number: counts.get(number, 0) for number in range(1, options + 1)}
    hidden = set(known) if ballots < least else _hidden(known, least)
    return [
        Count(number, None, None)
        if number in hidden
        else Count(number, count, round(count / ballots, 4) if ballots else 0.0)
        for number, count in known.items()
    ]


def _hidden(known: Mapping[int, int], least: int) -> set[int]:
    hidden = {number for number, count in known.items() if 0 < count < least}
    if len(hidden) == 1:
        others = {number: count for number, count in known.items() if number not in hidden}
        hidden.add(min(others, key=lambda number: (others[number], number)))
    return hidden


def _fits(text: str) -> bool:
    return 0 < len(text.strip()) <= OPTION_LENGTH and "\0" not in text


def _are_apart(options: Sequence[Any]) -> bool:
    said = [tuple(sorted(option.items())) for option in options if isinstance(option, dict)]
    return len({str(one).casefold() for one in said}) == len(said)
