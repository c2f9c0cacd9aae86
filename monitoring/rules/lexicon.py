"""The word lists behind the sentiment analyser, and how a word in a text finds its entry."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from monitoring.rules.remembered import Remembered

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
# What stands at the end of a word that has an ending.
HEBREW_LASTS = frozenset(suffix[-1] for suffix in HEBREW_SUFFIXES)
ENGLISH_LASTS = frozenset(ending[-1] for ending, _replacement in ENGLISH_ENDINGS)


class Entry(NamedTuple):
    """What one word of a text means to the analyser."""

    weight: float = 0.0
    boost: float = 0.0
    negates: bool = False
    contrasts: bool = False
    # Phrases that begin with this word, by the next one: all words that must follow, the longest
    # first, and the weight.
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], float]]] = {}


NOTHING = Entry()


@dataclass(frozen=True)
class Lexicon:
    """One language's entries by word, and the forms under which a word may be listed."""

    language: str
    entries: dict[str, Entry]

    def find(self, word: str) -> Entry:
        """The entry of the most literal form that is listed."""
        for form in forms_of(self.language, word):
            if form in self.entries:
                return self.entries[form]
        return NOTHING


def plain(text: str) -> str:
    """Lower case, one spelling of compatibility characters, no niqqud, no direction marks."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text)
    return MARKS.sub("", text).replace("’", "'").replace("׳", "'").replace("״", '"').lower()


@cache
def found_entries(language: str) -> Remembered[Entry]:
    """The entries of words as they stand in a text, after `plain`."""
    return Remembered(partial(_find_entry, language))


def _find_entry(language: str, word: str) -> Entry:
    if len(word) > LONGEST_TOKEN:
        return NOTHING
    lexicon = load_lexicon(language)
    entry = lexicon.find(word)
    if entry is NOTHING and STRETCHED.search(word):
        entry = lexicon.find(STRETCHED.sub(r"\1\1", word))
        if entry is NOTHING:
            entry = lexicon.find(STRETCHED.sub(r"\1", word))
    return entry


@lru_cache(maxsize=16_384)  # several lists ask for the same new words one after the other
def forms_of(language: str, word: str) -> tuple[str, ...]:
    """The forms under which a word may be listed, each once, the most literal one first."""
    forms = hebrew_forms(word) if language == "he" else english_forms(word)
    return tuple(dict.fromkeys(forms))


def hebrew_forms(word: str) -> list[str]:
    """The word, without its ending, without one or two glued prefixes, without both."""
    starts = [word]
    if word[0] in HEBREW_PREFIXES and len(word) > 2:
        starts.append(word[1:])
        if word[1] in HEBREW_PREFIXES and len(word) > 3:
            starts.append(word[2:])
    if word[-1] not in HEBREW_LASTS:
        return starts
    forms = list(starts)
    for start in starts:
        for suffix in HEBREW_SUFFIXES:
            if start.endswith(suffix) and len(start) - len(suffix) >= 3:
                stem = start.removesuffix(suffix)
                last = stem[-1].translate(HEBREW_FINALS)
                forms += (stem, stem[:-1] + last, stem + "ה")
    return forms


def english_forms(word: str) -> list[str]:
    """The word, then without the ending of a plural, a verb form or an adverb."""
    forms = [word]
    if word[-1] not in ENGLISH_LASTS:
        return forms
    forms.append(word.removesuffix("'s"))
    for ending, replacement in ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending)
            forms.append(stem + replacement)
            if stem[-1] == stem[-2]:
                forms.append(stem[:-1])
    return forms


@cache
def load_lexicon(language: str) -> Lexicon:
    """Read one language's file, once a process."""
    listed = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    weights: dict[str, float] = {}
    phrases: defaultdict[str, dict[str, list[tuple[tuple[str, ...], float]]]] = defaultdict(dict)
    for group in listed["group"]:
        for text in group["entries"]:
            first, *rest = plain(text).split()
            if rest:
                phrases[first].setdefault(rest[0], []).append((tuple(rest), group["weight"]))
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
                {
                    following: sorted(told, key=lambda phrase: -len(phrase[0]))
                    for following, told in phrases[word].items()
                },
            )
            for word in words
        },
    )


@cache
def lists_digest() -> str:
    """Six digits of the SHA-256 of all word lists, which change whenever one of them does."""
    digest = sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:6]


@cache
def emoji_weights() -> dict[str, float]:
    """Weights of emoji and of smileys typed in ASCII, which need no language."""
    groups = tomllib.loads((FOLDER / "emoji.toml").read_text(encoding="utf-8"))["group"]
    return {sign: group["weight"] for group in groups for sign in group["entries"]}
