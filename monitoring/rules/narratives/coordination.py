"""Whether a narrative looks arranged: evidence, not a verdict, as a figure with its reasons.

What is looked at follows the literature: the same text within seconds by different accounts, the
same links and the same rows of hashtags (Pacheco, Hui, Torres-Lugo, Truong, Flammini and Menczer
2021, "Uncovering Coordinated Networks on Social Media"), and synchrony as what goes beyond the
similarity that a busy crowd has anyway (Nizzoli, Tardelli, Avvenuti, Cresci and Tesconi 2021,
"Coordinated Behavior on Social Media in 2019 UK General Election"). Passing on by the platform's
own means is what genuine storms are made of and counts for nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int64]

POSTS_NEEDED = 20
ACCOUNTS_NEEDED = 10
# Different accounts that say the same so soon after each other did not read each other first.
SECONDS = 60
JITTER = 600
SHUFFLES = 99
FEW_FOLLOWERS = 20
MANY_POSTS = 5
KNOWN_NEEDED = 20
_SHARED_BY = 3
_TAGS_IN_A_ROW = 3
_Z = 1.96
MUCH, SOME = 0.5, 0.3


class Sign(StrEnum):
    """What is looked at."""

    SYNCHRONY = "synchrony"
    SAME_TEXT = "same_text"
    SAME_TAGS = "same_tags"
    SAME_LINK = "same_link"
    UNKNOWN_ACCOUNTS = "unknown_accounts"
    BUSY_ACCOUNTS = "busy_accounts"


# How far each sign alone may raise the figure.
WEIGHTS = {
    Sign.SYNCHRONY: 0.65,
    Sign.SAME_TEXT: 0.28,
    Sign.SAME_TAGS: 0.3,
    Sign.SAME_LINK: 0.1,
    Sign.UNKNOWN_ACCOUNTS: 0.3,
    Sign.BUSY_ACCOUNTS: 0.25,
}


class Post(NamedTuple):
    """A post of a narrative as far as it is known; `at` in seconds, `wording` as any mark of it.

    `is_slight` says whether the account has next to no followers or a name that nobody chose;
    None where nothing is known. `tags` stand for the whole row of hashtags.
    """

    at: float
    account: Hashable | None
    wording: Hashable | None
    is_repost: bool = False
    link: Hashable | None = None
    tags: Hashable | None = None
    tag_count: int = 0
    is_slight: bool | None = None


class Reason(NamedTuple):
    """A sign: how strong it is (0 to 1), what was seen, and what would be usual."""

    sign: Sign
    strength: float
    seen: float
    usual: float | None


class Coordination(NamedTuple):
    """The figure, 0 to 1, and its reasons, the weightiest first; None where too little is known."""

    figure: float | None
    reasons: list[Reason]
    posts: int
    accounts: int


def coordination_of(
    posts: Sequence[Post], *, usual_slight: float | None = None, seed: int = 0
) -> Coordination:
    """Weigh the signs of a narrative; `usual_slight` is the share of slight accounts elsewhere."""
    told = [post for post in posts if not post.is_repost and post.account is not None]
    accounts = len({post.account for post in told})
    if len(told) < POSTS_NEEDED or accounts < ACCOUNTS_NEEDED:
        return Coordination(None, [], len(told), accounts)
    reasons = [
        _synchrony(told, [post for post in posts if post.is_repost], seed),
        _same_text(told),
        _shared(Sign.SAME_TAGS, [p for p in told if p.tag_count >= _TAGS_IN_A_ROW], "tags", told),
        _shared(Sign.SAME_LINK, [p for p in told if p.link is not None], "link", told),
        _slight(told, usual_slight),
        _busy(told),
    ]
    found = [reason for reason in reasons if reason is not None and reason.strength > 0]
    found.sort(key=lambda one: -one.strength * WEIGHTS[one.sign])
    rest = 1.0
    for reason in found:
        rest *= 1 - WEIGHTS[reason.sign] * reason.strength
    return Coordination(round(1 - rest, 3), found, len(told), accounts)


def _synchrony(posts: Sequence[Post], others: Sequence[Post], seed: int) -> Reason | None:
    """How many say what another account said within a minute, beyond what the bustle makes.

    What is usual is the larger of two: the same posts moved by up to ten minutes at random
    (interval jitter, Amarasingham, Harrison, Hatsopoulos and Geman 2012), and their texts at
    times at which the rest of the narrative was told, where there is enough of a rest.
    """
    copied = _by_several((post.wording, post.account) for post in posts)
    copies = [post for post in posts if post.wording in copied]
    times = np.array([post.at for post in copies])
    said = _numbered(post.wording for post in copies), _numbered(post.account for post in copies)
    seen = _together(times, *said)
    if seen == 0:
        return None
    random = np.random.default_rng(seed)
    bustle = np.array([post.at for post in (*posts, *others) if post.wording not in copied])
    baselines = [_chance(lambda: times + random.uniform(-JITTER, JITTER, len(times)), said)]
    if len(bustle) >= POSTS_NEEDED:
        baselines.append(_chance(lambda: _drawn(bustle, len(times), random), said))
    if any(seen <= max(chance) for chance in baselines):
        return None
    usual = max(sum(chance) / SHUFFLES for chance in baselines)
    strength = _ramp((seen - usual) / len(posts), 0.05, 0.35)
    return Reason(
        Sign.SYNCHRONY, strength, round(seen / len(posts), 3), round(usual / len(posts), 3)
    )


def _chance(draw: Callable[[], Times], said: tuple[Marks, Marks]) -> list[int]:
    return [_together(draw(), *said) for _round in range(SHUFFLES)]


def _drawn(bustle: Times, count: int, random: np.random.Generator) -> Times:
    return random.choice(bustle, count) + random.uniform(-SECONDS, SECONDS, count)


def _numbered(things: Iterable[Hashable | None]) -> Marks:
    numbers: dict[Hashable | None, int] = {}
    return np.array([numbers.setdefault(thing, len(numbers)) for thing in things])


def _together(times: Times, wordings: Marks, accounts: Marks) -> int:
    """Return how many posts say what another account said within the minute before or after."""
    order = np.lexsort((times, wordings))
    said, by, at = wordings[order], accounts[order], times[order]
    near = (said[1:] == said[:-1]) & (by[1:] != by[:-1]) & (at[1:] - at[:-1] <= SECONDS)
    found = np.zeros(len(order), bool)
    found[1:] |= near
    found[:-1] |= near
    return int(found.sum())


def _same_text(posts: Sequence[Post]) -> Reason | None:
    shared = _by_several((post.wording, post.account) for post in posts)
    share = sum(post.wording in shared for post in posts) / len(posts)
    return Reason(Sign.SAME_TEXT, _ramp(share, 0.3, 0.8), round(share, 3), None)


def _shared(
    sign: Sign, posts: Sequence[Post], name: str, everyone: Sequence[Post]
) -> Reason | None:
    """How many post the one link, or the one row of hashtags, that most accounts post."""
    shared = _by_several((getattr(post, name), post.account) for post in posts)
    if not shared:
        return None
    share = max(Counter(getattr(p, name) for p in posts if getattr(p, name) in shared).values())
    seen = share / len(everyone)
    return Reason(sign, _ramp(seen, 0.2, 0.6), round(seen, 3), None)


def _slight(posts: Sequence[Post], usual: float | None) -> Reason | None:
    """How many accounts have next to no followers or a made-up name, beside the usual share."""
    known = {post.account: post.is_slight for post in posts if post.is_slight is not None}
    if usual is None or len(known) < KNOWN_NEEDED:
        return None
    share = sum(known.values()) / len(known)
    error = sqrt(max(usual * (1 - usual), 0.01) / len(known))
    if share - usual < _Z * error:
        return None
    return Reason(
        Sign.UNKNOWN_ACCOUNTS, _ramp(share - usual, 0.1, 0.5), round(share, 3), round(usual, 3)
    )


def _busy(posts: Sequence[Post]) -> Reason | None:
    """How much of the narrative comes from accounts that tell it again and again."""
    by_account = Counter(post.account for post in posts)
    share = sum(count for count in by_account.values() if count >= MANY_POSTS) / len(posts)
    return Reason(Sign.BUSY_ACCOUNTS, _ramp(share, 0.3, 0.8), round(share, 3), None)


def _by_several(pairs: Iterable[tuple[Hashable | None, Hashable | None]]) -> set[Hashable]:
    accounts: dict[Hashable, set[Hashable | None]] = defaultdict(set)
    for thing, account in pairs:
        if thing is not None:
            accounts[thing].add(account)
    return {thing for thing, by in accounts.items() if len(by) >= _SHARED_BY}


def _ramp(value: float, low: float, high: float) -> float:
    """Return 0 up to `low`, 1 from `high` on, straight in between."""
    return round(min(1.0, max(0.0, (value - low) / (high - low))), 3)


def evidence_of(figure: float | None) -> str:
    """Return the figure in a word: unknown, little, some, much."""
    if figure is None:
        return "unknown"
    return "much" if figure >= MUCH else "some" if figure >= SOME else "little"
