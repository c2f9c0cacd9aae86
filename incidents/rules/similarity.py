"""How similar two incidents are: their words, and what was judged of them.

Text: cosine of TF-IDF vectors (Salton & Buckley 1988, Term-weighting approaches in automatic text
retrieval) over the words of title, summary and cause; a word of the title counts twice.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from incidents.rules.reasons import Reason

# Shares of the score; together 1. Words tell most: the attributes have few values each.
WEIGHTS = {"text": 0.6, "kind": 0.2, "responsibility": 0.08, "legitimacy": 0.04, "audiences": 0.08}
TITLE_WEIGHT = 2
LEAST_SCORE = 0.15
SHARED_WORDS = 5
# Characters of each text that are read: what an incident is about stands at its beginning.
TEXT_LIMIT = 2_000
# What says nothing when it is the same.
_TELLS_NOTHING = {"", "unknown", "other"}

# Niqqud and cantillation; not the maqaf, which parts words.
_POINTS = re.compile(r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_POSSESSIVE = re.compile(r"['’]s$")
_WORD = re.compile(r"[^\W_]+(?:[\"'׳״’][^\W_]+)*")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_GLUED = "והבכלמש"
# Letters that must be left of a word without its prefixes: when the bare word is there too, and
# when only other prefixed forms of it are.
_LEAST_BARE, _LEAST_PREFIXED, _MOST_PREFIXES = 3, 4, 3

_STOP_WORDS = """
    a an and are as at be been but by for from had has have he her his if in into is it its
    more no not of on or our she so than that the their them there they this to us was we were
    what when where which who will with you your
    את אתם אל אלה אם אבל אולי אחרי או אין אך אנחנו אני אף בין גם די הוא היא הם הן הזה הזאת היה
    היו הייתה זה זו זאת יש כי כל כמו כך כבר לא לכל לפי לפני מה מי מול מאוד מעל עד עוד על עם
    עדיין רק שלא שלנו שלהם של תוך אחד אחת
"""
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True)
class Described:
    """What is compared of an incident."""

    id: UUID
    title: str
    summary: str = ""
    cause: str = ""
    kind: str = ""
    responsibility: str = ""
    legitimacy: str = ""
    audiences: Collection[str] = ()


@dataclass(frozen=True)
class Match:
    """An incident found similar: score and parts all 0 to 1, and the reasons."""

    id: UUID
    score: float
    parts: Mapping[str, float]
    reasons: tuple[Reason, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text: without niqqud, English in lower case and singular."""
    return [word for word in map(_word, _raw_words(text)) if word]


def _raw_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text[:TEXT_LIMIT])
    return _WORD.findall(_POINTS.sub("", plain).lower())


@lru_cache(maxsize=100_000)
def _word(raw: str) -> str:
    """Return the word as it is compared, nothing for one that tells nothing."""
    word = _singular(raw)
    is_told = word not in _STOP and (len(word) > 1 or word.isdigit())
    return word if is_told else ""


def _singular(word: str) -> str:
    """Take a plural ending off an English word: light, after Harman's S-stemmer (1991)."""
    word = _POSSESSIVE.sub("", word)
    if not word.isascii() or len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word if word[-2] in "us" else word[:-1]


def prefix_free(word: str) -> list[str]:
    """Return what a Hebrew word may be without its glued one-letter prefixes, longest first."""
    if not _HEBREW.match(word):
        return []
    found = []
    for count in range(1, _MOST_PREFIXES + 1):
        if len(word) - count < _LEAST_BARE or word[count - 1] not in _GLUED:
            break
        found.append(word[count:])
    return found


def stems_of(vocabulary: Iterable[str]) -> dict[str, str]:
    """Return the stem of each word of a corpus.

    A prefix is taken off only where the corpus shows that it is one: the bare word occurs as
    well, or (for longer words) with another prefix. So "בקומקום" and "הקומקום" are one word, and
    "מכונית" keeps its first letter.
    """
    words = set(vocabulary)
    forms: Counter[str] = Counter(stem for word in words for stem in prefix_free(word))
    return {word: _stem(word, words, forms) for word in words}


def _stem(word: str, words: set[str], forms: Mapping[str, int]) -> str:
    for candidate in reversed(prefix_free(word)):
        is_bare = candidate in words
        if is_bare or (len(candidate) >= _LEAST_PREFIXED and forms[candidate] > 1):
            return candidate
    return word


def find_similar(
    one: Described, others: Sequence[Described], *, least: float = LEAST_SCORE, most: int = 10
) -> list[Match]:
    """Return the others that are similar to one, the most similar first.

    Inverse document frequencies are of all that is compared, so scores of different calls are
    only roughly comparable.
    """
    corpus = _Corpus([one, *others])
    mine = corpus.vector(one)
    found = []
    for other in others:
        shared = corpus.shared(mine, other)
        parts = _parts(one, other, sum(shared.values()))
        score = round(sum(WEIGHTS[name] * value for name, value in parts.items()), 4)
        if score >= least:
            found.append(_match(one, other, score, parts, shared))
    return sorted(found, key=lambda match: (-match.score, str(match.id)))[:most]


_Vector = dict[str, float]


class _Corpus:
    """The stems of all that is compared, how often each occurs, and how rare it is."""

    def __init__(self, described: Sequence[Described]) -> None:
        counts = {one.id: _counted(one.title, one.summary, one.cause) for one in described}
        stems = stems_of({word for words in counts.values() for word in words})
        moved = {word: stem for word, stem in stems.items() if stem != word}
        self.counts = {pk: _stemmed(words, moved) for pk, words in counts.items()}
        spread = Counter(stem for words in self.counts.values() for stem in words)
        self.rarity = {
            stem: 1 + math.log((1 + len(described)) / (1 + count)) for stem, count in spread.items()
        }

    def vector(self, one: Described) -> _Vector:
        """Return the weights of one, of length 1."""
        rarity = self.rarity
        weights = {
            stem: _damped(count) * rarity[stem] for stem, count in self.counts[one.id].items()
        }
        length = math.hypot(*weights.values())
        return {stem: weight / length for stem, weight in weights.items()} if length else {}

    def shared(self, mine: _Vector, other: Described) -> _Vector:
        """Return what each stem of both adds to their cosine, without the rest of the vector."""
        counts, rarity = self.counts[other.id], self.rarity
        both = mine.keys() & counts.keys()
        if not both:
            return {}
        length = math.hypot(*[_damped(count) * rarity[stem] for stem, count in counts.items()])
        return {stem: mine[stem] * _damped(counts[stem]) * rarity[stem] / length for stem in both}


# As many texts as are compared for a few brands by turns: most of them are compared again.
@lru_cache(maxsize=2_000)
def _counted(title: str, summary: str, cause: str) -> Mapping[str, int]:
    return Counter([*words_of(title) * TITLE_WEIGHT, *words_of(summary), *words_of(cause)])


def _stemmed(words: Mapping[str, int], moved: Mapping[str, str]) -> Mapping[str, int]:
    """Return the counts by stem; `moved` are the words that are not their own stem."""
    changed = words.keys() & moved.keys()
    if not changed:
        return words
    # A stem may be a word that itself moves: all of them leave before any arrives.
    found = {word: count for word, count in words.items() if word not in changed}
    for word in changed:
        found[moved[word]] = found.get(moved[word], 0) + words[word]
    return found


@lru_cache(maxsize=1_000)
def _damped(count: int) -> float:
    return 1 + math.log(count)


def _parts(one: Described, other: Described, text: float) -> dict[str, float]:
    return {
        "text": min(1.0, text),
        **{
            name: _same(getattr(one, name), getattr(other, name))
            for name in ("kind", "responsibility", "legitimacy")
        },
        "audiences": _overlap(one.audiences, other.audiences),
    }


def _match(
    one: Described, other: Described, score: float, parts: dict[str, float], shared: _Vector
) -> Match:
    rounded = {name: round(value, 4) for name, value in parts.items()}
    return Match(other.id, score, rounded, tuple(_reasons(one, other, parts, shared)))


def _same(mine: str, theirs: str) -> float:
    return float(mine == theirs and mine not in _TELLS_NOTHING)


def _overlap(mine: Collection[str], theirs: Collection[str]) -> float:
    """Return Jaccard's index, 0 when either is empty."""
    either = set(mine) | set(theirs)
    return len(set(mine) & set(theirs)) / len(either) if either else 0.0


def _reasons(
    one: Described,
    other: Described,
    parts: Mapping[str, float],
    shared: Mapping[str, float],
) -> Iterable[Reason]:
    if shared:
        first = sorted(shared, key=lambda stem: (-round(shared[stem], 9), stem))[:SHARED_WORDS]
        yield Reason("shared_words", {"words": first})
    for name in ("kind", "responsibility", "legitimacy"):
        if parts[name]:
            yield Reason(f"same_{name}", {"value": getattr(one, name)})
    if parts["audiences"]:
        common = sorted(set(one.audiences) & set(other.audiences))
        yield Reason("shared_audiences", {"values": common})
