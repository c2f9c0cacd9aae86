"""What unusual talk comes of: the words, places, people and posts that it has more of than before.

Words are weighed as those of a narrative are (`narratives/titles.py`: log-odds with the brand's
own talk as prior), and only those of two accounts are told. A place or a person is told by its
share of what came on top of before.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import sqrt
from typing import Any, NamedTuple, TypeVar

from monitoring.rules.narratives.terms import Background, content_of, forms_of
from monitoring.rules.narratives.texts import Word, read_post
from monitoring.rules.narratives.titles import Voice, telling_terms

Name = TypeVar("Name")

# So many posts are read, now and before, the first of those given.
MOST_READ = 400
EXAMPLES = 5
PLATFORMS, AUTHORS = 5, 5
# So sure that a word is said more (one of twenty is not) it has to be.
LEAST_Z = 1.64
# Who brings less than this part of the growth does not drive it.
LEAST_PART = 0.05
# A text that is sent a thousand times says what it says three times.
_SAME_TEXT = 3
# Two posts with so many words in common (Jaccard) show the same thing.
_ALIKE = 0.5


class Said(NamedTuple):
    """A post, and how much it counts for what is judged: 1, its reach, or 0 where it does not."""

    id: str
    text: str
    platform: str
    author: int | None
    reach: int = 0
    weight: float = 1.0


@dataclass(frozen=True)
class Talk:
    """Posts of a stretch of so many hours: all `total` of them, or a sample."""

    posts: Sequence[Said]
    hours: float
    total: int = 0

    @property
    def a_post_an_hour(self) -> float:
        """How many posts an hour each of those given stands for."""
        if not self.posts or self.hours <= 0:
            return 0.0
        return max(1.0, self.total / len(self.posts)) / self.hours


@dataclass(frozen=True)
class Cause:
    """What a finding comes of, as far as can be told; numbers of authors, ids of mentions.

    A platform has its `part` of the growth, from 0 to 1.
    """

    terms: list[str] = field(default_factory=list)
    platforms: list[dict[str, Any]] = field(default_factory=list)
    author_keys: list[int] = field(default_factory=list)
    example_ids: list[str] = field(default_factory=list)


def cause_of(now: Talk, before: Talk) -> Cause:
    """Return what the talk of now has more of than that of before; reads a bounded number of texts.

    Posts that count nothing are left out.
    """
    posts = [post for post in now.posts if post.weight > 0]
    old = [post for post in before.posts if post.weight > 0]
    ratio = before.a_post_an_hour / now.a_post_an_hour if posts else 0.0
    terms = _terms(posts[:MOST_READ], old[:MOST_READ])
    platforms = _growth(_weights(posts, _platform_of), _weights(old, _platform_of), ratio)
    authors = _growth(_weights(posts, _author_of), _weights(old, _author_of), ratio)
    return Cause(
        terms=terms,
        platforms=[
            {"platform": name, "part": round(part, 3)}
            for name, part in list(platforms.items())[:PLATFORMS]
        ],
        author_keys=[author for author in authors if author is not None][:AUTHORS],
        example_ids=_examples(posts[:MOST_READ], terms),
    )


def _platform_of(post: Said) -> str:
    return post.platform


def _author_of(post: Said) -> int | None:
    return post.author


def _weights(posts: Iterable[Said], name_of: Callable[[Said], Name]) -> dict[Name, float]:
    weights: dict[Name, float] = defaultdict(float)
    for post in posts:
        weights[name_of(post)] += post.weight
    return weights


def _growth(
    now: Mapping[Name, float], before: Mapping[Name, float], ratio: float
) -> dict[Name, float]:
    """Return the part of each in all that grew, the most first; who brings little is left out."""
    grown = {name: max(0.0, count - before.get(name, 0) * ratio) for name, count in now.items()}
    total = sum(grown.values())
    parts = {
        name: count / total for name, count in grown.items() if count >= LEAST_PART * total > 0
    }
    return dict(sorted(parts.items(), key=lambda part: (-part[1], str(part[0]))))


def _terms(now: Sequence[Said], before: Sequence[Said]) -> list[str]:
    voices, old = list(_voices(now)), list(_voices(before))
    vocabulary = _Vocabulary([content_of(voice.text) for voice in chain(voices, old)])
    return [term.word for term in telling_terms(voices, vocabulary) if term.z >= LEAST_Z]


class _Vocabulary(Background):
    """The words of a bounded number of posts, each under the shortest form that is written."""

    def __init__(self, posts: Sequence[Sequence[Word]]) -> None:
        numbers: dict[str, int] = {}
        super().__init__(lambda form: numbers.setdefault(form, len(numbers)))
        self._forms = {word.form for post in posts for word in post}
        for post in posts:
            self.add([Word(self.main_form(word.form), word.surface) for word in post])

    def main_form(self, form: str) -> str:
        """Return a word without its prefixes, where it is written so somewhere."""
        return min((one for one in forms_of(form) if one in self._forms), key=len)


def _voices(posts: Sequence[Said]) -> Iterator[Voice]:
    """Yield each text as often as it is heard, few times at most."""
    heard: Counter[str] = Counter()
    for post in posts:
        plain = read_post(post.text).plain
        heard[plain] += 1
        if heard[plain] <= _SAME_TEXT:
            yield Voice(post.text, post.author)


def _examples(posts: Sequence[Said], terms: Iterable[str]) -> list[str]:
    """Return posts that show what it is about: by turns one that many see, and a typical one."""
    words = {post.id: frozenset(word.form for word in content_of(post.text)) for post in posts}
    told = {word.form for term in terms for word in content_of(term)}
    by_reach = sorted(posts, key=lambda post: (-post.reach, post.id))
    by_words = sorted(posts, key=lambda post: (-_typical(words[post.id], told), post.id))
    chosen: list[str] = []
    for post in chain.from_iterable(zip(by_reach, by_words, strict=True)):
        if len(chosen) == EXAMPLES:
            break
        if not any(_is_alike(words[post.id], words[one]) for one in chosen):
            chosen.append(post.id)
    return chosen


def _typical(words: frozenset[str], told: set[str]) -> float:
    return len(words & told) / sqrt(len(words)) if words else 0.0


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two posts show the same; those without words all do."""
    return len(one & other) >= _ALIKE * len(one | other)
