"""The word lists behind the sentiment analyser, and how a word in a text finds its entry."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("lexicons")
LANGUAGES = frozenset({"he", "en"})
LONGEST_TOKEN = 30

MARKS = re.compile(
    r"[\u0591-\u05bd\u05bf-\u05c7\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f]"
)
STRETCHED = re.compile(r"(\w)\1{2,}")

HEBREW_PREFIXES = "והבלמשכ"
HEBREW_SUFFIXES = ("יות", "ים", "ות", "ית", "תי", "תם", "תן", "נו", "ה", "ת", "ו", "י")
HEBREW_FINALS = str.maketrans("כמנפצ", "ךםןףץ")
ENGLISH_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ily", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"),
    ("ing", ""), ("ing", "e"), ("ly", ""), ("ly", "le"),
)  # fmt: skip


class Entry(NamedTuple):
    """What one word of a text means to the analyser."""

    weight: float = 0.0
    boost: float = 0.0
    negates: bool = False
    contrasts: bool = False
    # Phrases that begin with this word: the words that must follow, longest first, and the weight.
    phrases: tuple[tuple[tuple[str, ...], float], ...] = ()


NOTHING = Entry()


@dataclass(frozen=True)
class Lexicon:
    """One language's entries by word, and the forms under which a word may be listed."""

    language: str
    entries: dict[str, Entry]

    def find(self, word: str) -> Entry:
        """The entry of the most literal form that is listed."""
        forms = hebrew_forms(word) if self.language == "he" else english_forms(word)
        for form in forms:
            if form in self.entries:
                return self.entries[form]
        return NOTHING


def plain(text: str) -> str:
    """Lower case, one spelling of compatibility characters, no niqqud, no direction marks."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text)
    return MARKS.sub("", text).replace("’", "'").replace("׳", "'").replace("״", '"').lower()


@lru_cache(maxsize=65536)
def find_entry(language: str, word: str) -> Entry:
    """The entry of a word as it stands in a text, after `plain`."""
    if len(word) > LONGEST_TOKEN:
        return NOTHING
    lexicon = load_lexicon(language)
    entry = lexicon.find(word)
    if entry is NOTHING and STRETCHED.search(word):
        entry = lexicon.find(STRETCHED.sub(r"\1\1", word))
        if entry is NOTHING:
            entry = lexicon.find(STRETCHED.sub(r"\1", word))
    return entry


def hebrew_forms(word: str) -> Iterator[str]:
    """The word, without its ending, without one or two glued prefixes, without both."""
    starts = [word[cut:] for cut in range(3) if cut == 0 or _is_prefix(word, cut)]
    yield from starts
    for start in starts:
        for suffix in HEBREW_SUFFIXES:
            if start.endswith(suffix) and len(start) - len(suffix) >= 3:
                stem = start.removesuffix(suffix)
                yield stem
                yield stem[:-1] + stem[-1].translate(HEBREW_FINALS)
                yield stem + "ה"


def _is_prefix(word: str, length: int) -> bool:
    return len(word) >= length + 2 and all(letter in HEBREW_PREFIXES for letter in word[:length])


def english_forms(word: str) -> Iterator[str]:
    """The word, then without the ending of a plural, a verb form or an adverb."""
    yield word
    yield word.removesuffix("'s")
    for ending, replacement in ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending)
            yield stem + replacement
            if stem[-1] == stem[-2]:
                yield stem[:-1]


@cache
def load_lexicon(language: str) -> Lexicon:
    """Read one language's file, once a process."""
    listed = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    weights: dict[str, float] = {}
    phrases: defaultdict[str, list[tuple[tuple[str, ...], float]]] = defaultdict(list)
    for group in listed["group"]:
        for text in group["entries"]:
            first, *rest = plain(text).split()
            if rest:
                phrases[first].append((tuple(rest), group["weight"]))
            else:
                weights[first] = group["weight"]
    boosts: dict[str, float] = listed["boosts"]
    negations, contrasts = set(listed["negations"]), set(listed["contrasts"])
    words = {*weights, *phrases, *boosts, *negations, *contrasts}
    return Lexicon(
        language,
        {
            word: Entry(
                weights.get(word, 0.0),
                boosts.get(word, 0.0),
                word in negations,
                word in contrasts,
                tuple(sorted(phrases[word], key=lambda phrase: -len(phrase[0]))),
            )
            for word in words
        },
    )


@cache
def emoji_weights() -> dict[str, float]:
    """Weights of emoji and of smileys typed in ASCII, which need no language."""
    groups = tomllib.loads((FOLDER / "emoji.toml").read_text(encoding="utf-8"))["group"]
    return {sign: group["weight"] for group in groups for sign in group["entries"]}
