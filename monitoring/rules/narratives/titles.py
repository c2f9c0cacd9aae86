"""What a narrative is about: the words that tell it from all else that is said of a brand.

Weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin'
Words", eq. 16 and 22): the prior is the brand's own talk, so that words that stand everywhere say
nothing and rare ones must be said often. Words count once a wording: a text that is repeated a
thousand times says what it says once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log, sqrt
from typing import NamedTuple

from monitoring.rules.narratives.terms import Background, content_of

TERMS = 10
TITLE_TERMS = 3
# Words of fewer accounts than this are nobody else's: they would name who said them.
VOICES = 2
# How much of the brand's talk counts as known before (alpha_0), in posts.
_PRIOR = 50.0
_LEAST = 0.3


class Voice(NamedTuple):
    """A text of a narrative, and whose it is (None: nobody knows)."""

    text: str
    author: int | None


class Term(NamedTuple):
    """A word as it is mostly written, how telling it is (z), and in how many texts it stands."""

    word: str
    z: float
    texts: int


def telling_terms(voices: Sequence[Voice], background: Background) -> list[Term]:
    """Return the words that tell a narrative from the rest, the most telling first.

    Only words of at least `VOICES` accounts: those that nobody is known to have written count as
    one account together.
    """
    texts: Counter[str] = Counter()
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    authors: dict[str, set[int | None]] = defaultdict(set)
    for voice in voices:
        written = {background.main_form(one.form): one.surface for one in content_of(voice.text)}
        texts.update(written.keys())
        for form, surface in written.items():
            surfaces[form][surface] += 1
            authors[form].add(voice.author)
    told = [
        Term(_usual(form, surfaces[form]), _z(count, len(voices), form, background), count)
        for form, count in texts.items()
        if len(authors[form]) >= VOICES
    ]
    telling = sorted((term for term in told if term.z > _LEAST), key=lambda one: (-one.z, one.word))
    return telling[:TERMS]


def title_of(terms: Iterable[Term]) -> str:
    """Return a title of a few words, empty where nothing is told."""
    return " · ".join([term.word for term in terms][:TITLE_TERMS])


def _usual(form: str, surfaces: Counter[str]) -> str:
    """Return how a word is written, without its prefix where it is written so too."""
    best = min(surfaces.items(), key=lambda one: (len(one[0]) > len(form), -one[1], one[0]))
    return best[0]


def _z(count: int, texts: int, form: str, background: Background) -> float:
    """Return the z-score of the log-odds of a word inside against outside, in texts."""
    everywhere = max(background.written(form), count)
    posts = max(background.documents, texts) + 1
    outside, others = everywhere - count, posts - texts
    prior = max(0.05, _PRIOR * everywhere / posts)
    inside_odds = log((count + prior) / (texts + _PRIOR - count - prior + 1))
    outside_odds = log((outside + prior) / (others + _PRIOR - outside - prior + 1))
    return (inside_odds - outside_odds) / sqrt(1 / (count + prior) + 1 / (outside + prior))
