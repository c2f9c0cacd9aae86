"""Reach: one post can do it, where such posts are not usual."""

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.judging import Kind, Unusual, judge
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import counted, usual

RULE = Unusual(Kind.REACH)
AT = 16 * DAY + 150


def _reach(seed: int, *, spread: float = 1.5) -> Numbers:
    """Return sums of audiences, most of hundreds and some of a hundred thousand."""
    random = np.random.default_rng(seed)
    mentions = usual(seed, days=20, level=2).astype(int)
    places = np.repeat(np.arange(len(mentions)), mentions)
    audiences = np.exp(np.log(500) + spread * random.normal(size=len(places)))
    return np.bincount(places, audiences, minlength=len(mentions))


def test_one_post_that_millions_see_is_found_at_once() -> None:
    for seed in range(5):
        reach = _reach(seed)
        reach[AT] += 5e6

        assert judge(RULE, counted(np.ones(len(reach)), reach=reach)).is_over[AT]


def test_a_post_that_a_few_thousand_see_is_nothing_however_quiet_it_was() -> None:
    reach = np.zeros(20 * DAY)
    reach[AT] = 5_000

    assert not judge(RULE, counted(reach, reach=reach)).is_over.any()


def test_where_such_posts_come_every_day_one_more_is_nothing() -> None:
    reach = _reach(7)
    for day in range(20):
        reach[day * DAY + 31 * day % DAY] += 2e6
    judged = judge(RULE, counted(np.ones(len(reach)), reach=reach))

    assert not judged.is_over[8 * DAY :].any()
