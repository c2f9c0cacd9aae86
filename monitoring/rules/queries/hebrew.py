"""Words under their glued prefixes: Hebrew one-letter words, the Arabic article."""

from functools import lru_cache
from pathlib import Path

# "And", then "that, when, from when, to when", then one preposition or the article. Others, such
# as a preposition before the article, are hardly written.
_AND = ("", "ו")
_THAT = ("", "ש", "כש", "מש", "לכש")
_AT = ("", "ב", "ל", "כ", "מ", "ה", "מה")
PREFIXES = frozenset(a + b + c for a in _AND for b in _THAT for c in _AT) - {""}
_FIRST = frozenset(prefix[0] for prefix in PREFIXES)
_LONGEST = max(map(len, PREFIXES))
# Two letters are found behind so many letters at most, longer words behind any prefix.
_SHORT_STEM, _BEFORE_SHORT = 2, 2

_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "ال", "لل")
_ARABIC_STEM = 3
_ARABIC_FIRST = frozenset(article[0] for article in _ARTICLES)
# What words begin with that may have a prefix.
PREFIXED = _FIRST | _ARABIC_FIRST

# Words that begin with such letters by accident: a dog (כלב) is not "like a heart" (כ-לב).
WHOLE = frozenset(Path(__file__).with_name("whole_words_he.txt").read_text("utf-8").split())


@lru_cache(maxsize=65_536)
def stems_of(word: str) -> tuple[str, ...]:
    """Return what a folded word may be without its prefixes, the longest first."""
    if word[0] in _FIRST:
        return tuple(_hebrew_stems(word))
    if word[0] in _ARABIC_FIRST:
        return tuple(_arabic_stem(word))
    return ()


def _hebrew_stems(word: str) -> list[str]:
    stems: list[str] = []
    if word in WHOLE:
        return stems
    for length in range(1, min(_LONGEST, len(word) - _SHORT_STEM) + 1):
        stem = word[length:]
        if len(stem) == _SHORT_STEM and length > _BEFORE_SHORT:
            break
        if word[:length] in PREFIXES:
            stems.append(stem)
            if stem in WHOLE:
                break
    return stems


def _arabic_stem(word: str) -> list[str]:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _ARABIC_STEM:
            return [word[len(article) :]]
    return []
