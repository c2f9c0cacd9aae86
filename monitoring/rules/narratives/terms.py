"""Which words a post is compared by: folded to the form that is most used, weighed by rarity."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import log
from pathlib import Path

from monitoring.rules.narratives.texts import Word, words_of
from monitoring.rules.queries.folding import fold
from monitoring.rules.queries.hebrew import PREFIXED, stems_of

MOST_TERMS = 24
_SHORTEST_PLURAL = 4
FUNCTION_WORDS = frozenset(
    fold(word) for word in Path(__file__).with_name("function_words.txt").read_text("utf-8").split()
)


@lru_cache(maxsize=65_536)
def forms_of(form: str) -> tuple[str, ...]:
    """Return a folded word, then what it may be a form of.

    Hebrew words lose their prefixes, English ones get or lose the s of the plural.
    """
    forms = [form]
    if form[0] in PREFIXED:
        forms += [stem for stem in stems_of(form) if len(stem) > 1]
    elif form.isascii() and len(form) >= _SHORTEST_PLURAL:
        forms += [form[:-1]] if form.endswith("s") and not form.endswith("ss") else [form + "s"]
    return tuple(forms)


def content_of(text: str) -> list[Word]:
    """Return the words of a post that are about something, in their order."""
    return [word for word in words_of(text) if not _is_function_word(word.form)]


@lru_cache(maxsize=65_536)
def _is_function_word(form: str) -> bool:
    """Say whether a word only joins others; so does one under a Hebrew prefix."""
    return form in FUNCTION_WORDS or any(one in FUNCTION_WORDS for one in forms_of(form)[1:2])


class Background:
    """In how many different posts of a brand each word was written; grows as posts come.

    Words are known by their numbers only: `number` gives them.
    """

    def __init__(
        self, number: Callable[[str], int], *, documents: int, written: Mapping[int, int]
    ) -> None:
        """Take how many posts there were, and in how many of them each word stood."""
        self.number = number
        self.documents = documents
        self._written = Counter(written)
        self.added: Counter[int] = Counter()
        self.posts_added = 0

    def add(self, words: Iterable[Word]) -> None:
        """Count the distinct words of one more post."""
        distinct = {self.number(word.form) for word in words}
        self._written.update(distinct)
        self.added.update(distinct)
        self.documents += 1
        self.posts_added += 1

    def learn(self, written: Mapping[int, int]) -> None:
        """Take in how often other words were written; those that are known stay as they are."""
        for number, texts in written.items():
            self._written.setdefault(number, texts)

    def main_form(self, form: str) -> str:
        """Return the form of a word that is written most, itself where none is written more."""
        return max(forms_of(form), key=self.written)

    def written(self, form: str) -> int:
        """Return in how many posts a word stood."""
        return self._written[self.number(form)]

    def rarity(self, number: int) -> float:
        """Return how much a word tells: 0 for one that stands everywhere (smoothed idf)."""
        return max(0.0, log((self.documents + 50) / (self._written[number] + 1)))

    def terms(self, words: Iterable[Word]) -> tuple[int, ...]:
        """Return the words that a post is compared by, the most telling first."""
        numbers = {self.number(self.main_form(word.form)) for word in words}
        told = sorted(numbers, key=lambda number: (-self.rarity(number), number))
        return tuple(number for number in told[:MOST_TERMS] if self.rarity(number) > 0)
