"""How fast mentions are matched with one query, with hundreds, with ten thousand.

The queries are unrelated to each other and share common words, as those of one brand do; one of
them finds a mention in twenty. What counts is the ratio: the time of a text should hardly grow.
"""

import argparse
import random
import time
from collections.abc import Sequence
from functools import partial

from benchmarks.stage import Stage, say
from monitoring.rules.queries import Document, Matcher, compile_query

_SIZES = (1, 100, 10_000)
_HEBREW = (
    "הקומקום של רימון נשבר לי בידיים אחרי יומיים מה עושים עם שירות הלקוחות הזה לא עונים "
    "בטלפון כבר שבוע אני רוצה החזר כספי מלא על המוצר"
)
_ENGLISH = (
    "the handle of my Rimon kettle broke after two days what should I do with this customer "
    "service nobody answers the phone for a week I want a full refund"
)


def main(_stage: Stage, options: list[str]) -> None:
    """Print texts a second for each number of queries, and how much longer a text takes."""
    parser = argparse.ArgumentParser(prog="queries")
    parser.add_argument("--texts", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    terms = parser.parse_args(options)
    documents = _documents(terms.texts)
    matchers = {size: _matcher(size) for size in _SIZES}
    _compare(matchers, documents, terms.rounds)


def _matcher(size: int) -> Matcher[int]:
    began = time.process_time()
    matcher = Matcher({number: compile_query(_expression(number)) for number in range(size)})
    say(f"{size:6,} queries made ready in {time.process_time() - began:.2f} s")
    return matcher


def _expression(number: int) -> str:
    return (
        f'(rimon OR רימון) AND (word{number} OR "firm {number} limited" OR "trade mark{number}"~5'
        f" OR leak{number}*) AND NOT advert{number} AND lang:(he OR en)"
    )


def _documents(count: int) -> list[Document]:
    chance = random.Random(6)
    tongues = [_HEBREW.split(), _ENGLISH.split()]
    return [
        Document(
            " ".join([*chance.choices(chance.choice(tongues), k=25), _found(chance)]),
            platform="x",
            language="he",
            author_handle="dana",
        )
        for _ in range(count)
    ]


def _found(chance: random.Random) -> str:
    """Return a word that some query of the largest set looks for, in one text of twenty."""
    return f"word{chance.randrange(20 * _SIZES[-1])} rimon"


def _compare(matchers: dict[int, Matcher[int]], documents: Sequence[Document], rounds: int) -> None:
    """Take all sizes in turn, round by round, so that what else runs slows all of them alike."""
    spent: dict[int, list[float]] = {size: [] for size in matchers}
    for _ in range(rounds):
        for size, matcher in matchers.items():
            spent[size].append(_time(partial(_match_all, matcher, documents)))
    least = {size: min(times) for size, times in spent.items()}
    for size, seconds in least.items():
        say(
            f"{size:6,} queries: {len(documents) / seconds:8,.0f} texts/s,"
            f" {seconds / least[_SIZES[0]]:.2f} times the time of one query"
        )


def _match_all(matcher: Matcher[int], documents: Sequence[Document]) -> None:
    for document in documents:
        matcher.match(document)


def _time(act: partial[None]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
