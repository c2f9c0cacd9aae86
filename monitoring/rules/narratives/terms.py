"""Which words a post is compared by: folded to the form that is most used, weighed by rarity."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from math import log
from pathlib import Path
from typing import NamedTuple

from monitoring.rules.narratives.texts import Word, words_of
from monitoring.rules.queries.folding import fold
from monitoring.rules.queries.hebrew import PREFIXED, stems_of

MOST_TERMS = 24
_SHORTEST_STEM = 4
# What was said of late counts for so many posts of the talk before; and what is expected of a
# word that nobody has written yet is taken out of so many posts.
_LATE, _UNSEEN = 50.0, 50.0
# From about so many posts on the talk before tells which words are new.
_TELLING_TALK = 100.0
FUNCTION_WORDS = frozenset(
    fold(word) for word in Path(__file__).with_name("function_words.txt").read_text("utf-8").split()
)


@lru_cache(maxsize=65_536)
def forms_of(form: str) -> tuple[str, ...]:
    """Return a folded word, then what it may be a form of.

    Hebrew words lose their prefixes and the endings of plurals and of the feminine, English ones
    get or lose s, ed and ing.
    """
    forms = [form]
    if form[0] in PREFIXED:
        forms += [stem for stem in stems_of(form) if len(stem) > 1]
    if form.isascii():
        forms += _english(form) if len(form) >= _SHORTEST_STEM else []
    elif "א" <= form[0] <= "ת":
        forms += [shorter for one in forms for shorter in _without_ending(one)]
    return tuple(dict.fromkeys(forms))


def _english(form: str) -> list[str]:
    forms = [form[:-1]] if form.endswith("s") and not form.endswith("ss") else [form + "s"]
    if form.endswith("ed") and len(form) > _SHORTEST_STEM:
        forms += [form[:-2], form[:-1]]
    elif form.endswith("ing") and len(form) > _SHORTEST_STEM + 1:
        forms += [form[:-3], form[:-3] + "e"]
    stem = form.removesuffix("e")
    return [*forms, stem + "ed", stem + "ing"]


def _without_ending(form: str) -> list[str]:
    """Return what a Hebrew word may be without its ending; last letters are folded already."""
    forms = []
    if len(form) > _SHORTEST_STEM and form.endswith("ימ"):
        forms.append(form[:-2])
    elif len(form) > _SHORTEST_STEM and form.endswith("ות"):
        forms += [form[:-2] + ending for ending in ("", "ה", "ת", "ית")]
    if len(form) >= _SHORTEST_STEM and form.endswith(("ה", "ת")):
        forms.append(form[:-1])
    return forms


def content_of(text: str) -> list[Word]:
    """Return the words of a post that are about something, in their order."""
    return [word for word in words_of(text) if not _is_function_word(word.form)]


@lru_cache(maxsize=65_536)
def _is_function_word(form: str) -> bool:
    """Say whether a word only joins others; so does one under a Hebrew prefix."""
    stems = stems_of(form)[:1] if form[0] in PREFIXED else ()
    return form in FUNCTION_WORDS or any(one in FUNCTION_WORDS for one in stems if len(one) > 1)


class Written(NamedTuple):
    """In how many texts something stood, and in how many of those before these weeks."""

    texts: int
    before: int

    @property
    def late(self) -> int:
        """In how many texts of these weeks it stood."""
        return self.texts - self.before

    def more(self) -> "Written":
        """Return what is known after one more text."""
        return Written(self.texts + 1, self.before)


NEVER = Written(0, 0)


class Background:
    """In how many different posts of a brand each word was written; grows as posts come.

    Words are known by their numbers only: `number` gives them. What was written before the weeks
    that the posts are of is told apart: a word that is written by everybody since a storm began,
    and was hardly written before, tells much.
    """

    def __init__(
        self,
        number: Callable[[str], int],
        *,
        posts: Written | None = None,
        written: Mapping[int, Written] | None = None,
    ) -> None:
        """Take how many posts there were, and in how many of them each word stood."""
        self.number = number
        self.posts = posts or Written(0, 0)
        self._written = dict(written or {})
        # Of each week, the words of its posts, and how many posts it had.
        self.added: dict[int, Counter[int]] = defaultdict(Counter)
        self.posts_added: Counter[int] = Counter()

    def add(self, words: Iterable[Word], *, week: int = 0) -> None:
        """Count the distinct words of one more post, said in that week."""
        distinct = {self.number(word.form) for word in words}
        for number in distinct:
            self._written[number] = self._of(number).more()
        self.added[week].update(distinct)
        self.posts = self.posts.more()
        self.posts_added[week] += 1

    def learn(self, written: Mapping[int, Written]) -> None:
        """Take in how often other words were written; those that are known stay as they are."""
        for number, texts in written.items():
            self._written.setdefault(number, texts)

    @property
    def documents(self) -> int:
        """How many posts there were."""
        return self.posts.texts

    def main_form(self, form: str) -> str:
        """Return the form of a word that is written most, itself where none is written more."""
        return max(forms_of(form), key=self.written)

    def written(self, form: str) -> int:
        """Return in how many posts a word stood."""
        return self._of(self.number(form)).texts

    def rarity(self, number: int) -> float:
        """Return how much a word tells: 0 for one that stands everywhere.

        Minus the logarithm of its share of the talk before, which what is said of late counts
        towards as a few posts more. Where nothing was said before this is a smoothed idf.
        """
        return max(0.0, -log(self._expected(number)))

    def surprise(self, number: int, *, count: int, posts: int) -> float:
        """Return how much more a word stands in `count` of `posts` than elsewhere, as log odds.

        Elsewhere are the talk before, and what is said of late outside of those posts: whichever
        has more of it. 0 where it is no surprise.
        """
        of_word = self._of(number)
        late = max(0, of_word.late - count) + 0.5
        outside = late / (max(0, self.posts.late - posts) + _UNSEEN)
        return max(0.0, log(count / (posts + 1) / max(outside, self._expected(number))))

    @property
    def trust(self) -> float:
        """How far the talk before is known, 0 to 1."""
        return self.posts.before / (self.posts.before + _TELLING_TALK)

    def terms(self, words: Iterable[Word]) -> tuple[int, ...]:
        """Return the words that a post is compared by, the most telling first."""
        numbers = {self.number(self.main_form(word.form)) for word in words}
        told = sorted(numbers, key=lambda number: (-self.rarity(number), number))
        return tuple(number for number in told[:MOST_TERMS] if self.rarity(number) > 0)

    def _of(self, number: int) -> Written:
        return self._written.get(number, NEVER)

    def _expected(self, number: int) -> float:
        """Return the share of posts in which a word is expected to stand."""
        of_word = self._of(number)
        late = (of_word.late + 1) / (self.posts.late + _UNSEEN)
        return (of_word.before + _LATE * late) / (self.posts.before + _LATE)
