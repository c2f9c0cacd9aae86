"""How much authors move an incident: from what their posts caused (docs/authors.md).

One post is worth the logarithm of what it caused (ten times as much is not ten times as
important), and fades with the time since it last caused anything. The posts of an author are
added up from the weightiest on, the k-th by one k-th, so that neither one lucky post nor hundreds
of small ones make an opinion leader: both are needed, as with the h-index (J. E. Hirsch (2005), An
index to quantify an individual's scientific research output).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p

HALF_LIFE = timedelta(hours=48)
# A share takes a post to new people; an answer stays below it.
SHARE_WEIGHT = 2
BREADTH_WEIGHT = 0.5
AUDIENCE_WEIGHT = 0.25
# People that an audience is counted in: a follower more or less moves nobody.
AUDIENCE_UNIT = 1_000


@dataclass(frozen=True)
class Post:
    """A post and what is known of what it caused.

    `answers` were heard from other accounts, `own` from the author; `comments` is the counter of
    the platform, which counts both, and also those that nobody here has heard. `copies` are other
    accounts that said nearly the same after it. `latest_at` is when it was said, or last answered
    or copied by somebody else.
    """

    latest_at: datetime
    answers: int = 0
    own: int = 0
    comments: int = 0
    shares: int = 0
    copies: int = 0
    reach: int = 0

    @property
    def answered(self) -> int:
        """How often others answered, as far as anybody knows."""
        return max(self.answers, self.comments - self.own, 0)

    @property
    def passed_on(self) -> int:
        """How often it was passed on: by the platform's counter, or by others' words.

        The larger of both, since who copies a post may be counted as sharing it.
        """
        return max(self.shares, self.copies, 0)

    @property
    def caused(self) -> int:
        """What it caused, in answers."""
        return self.answered + SHARE_WEIGHT * self.passed_on


@dataclass(frozen=True)
class Influence:
    """How much one author moves an incident; see the module."""

    spread: float
    breadth: float
    audience: float
    total: float
    posts: int
    answers: int
    shares: int
    copies: int
    people: int
    reach: int
    latest_at: datetime

    @property
    def score(self) -> float:
        """How much they move it now."""
        return self.spread + self.breadth + self.audience


def influence_of(posts: Sequence[Post], *, people: int, as_of: datetime) -> Influence:
    """Return the influence of an author with one post or more, as of a moment.

    `people` is how many other accounts answered or copied any of the posts.
    """
    latest_at = max(post.latest_at for post in posts)
    reach = max(post.reach for post in posts)
    breadth = BREADTH_WEIGHT * log1p(people)
    audience = AUDIENCE_WEIGHT * log1p(max(reach, 0) / AUDIENCE_UNIT)
    faded = fading(latest_at, as_of)
    worth = [log1p(post.caused) for post in posts]
    worth_now = [
        each * fading(post.latest_at, as_of) for each, post in zip(worth, posts, strict=True)
    ]
    return Influence(
        spread=_added_up(worth_now),
        breadth=breadth * faded,
        audience=audience * faded,
        total=_added_up(worth) + breadth + audience,
        posts=len(posts),
        answers=sum(post.answered for post in posts),
        shares=sum(max(post.shares, 0) for post in posts),
        copies=sum(post.copies for post in posts),
        people=people,
        reach=reach,
        latest_at=latest_at,
    )


def _added_up(worth: Sequence[float]) -> float:
    return sum(each / place for place, each in enumerate(sorted(worth, reverse=True), start=1))


def fading(latest_at: datetime, as_of: datetime) -> float:
    """Return what is left of a weight: a half of it after each `HALF_LIFE`."""
    age = max(as_of - latest_at, timedelta())
    left: float = 0.5 ** (age / HALF_LIFE)
    return left
