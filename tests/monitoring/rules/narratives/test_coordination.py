"""What looks arranged, and what does not."""

from collections.abc import Callable
from random import Random

import pytest

from monitoring.rules.narratives.coordination import (
    MUCH,
    SOME,
    Post,
    Sign,
    coordination_of,
    evidence_of,
)
from tests.monitoring.rules.narratives.simulating import SLIGHT, broadcast, campaign, storm

Simulated = Callable[[Random], list[Post]]


def _figures(simulated: Simulated, count: int = 6) -> list[float]:
    told = [
        coordination_of(simulated(Random(seed)), usual_slight=SLIGHT, seed=seed)
        for seed in range(count)
    ]
    return [one.figure for one in told if one.figure is not None]


@pytest.mark.parametrize(
    "genuine",
    [
        storm,
        lambda random: storm(random, copied=0.4),
        lambda random: storm(random, posts=800, hours=1, copied=0.3),
        lambda random: storm(random, appeals=3),
        lambda random: storm(random, posts=200, appeals=8),
        broadcast,
    ],
    ids=["storm", "copies", "an hour", "appeals", "mostly appeals", "broadcast"],
)
def test_a_storm_that_grew_by_itself_does_not_look_arranged(genuine: Simulated) -> None:
    assert max(_figures(genuine)) < 0.33
    assert sum(figure >= SOME for figure in _figures(genuine)) <= 1


@pytest.mark.parametrize("slight", [0.5, SLIGHT], ids=["fresh accounts", "accounts like others"])
def test_what_is_posted_on_a_signal_looks_arranged(slight: float) -> None:
    figures = _figures(lambda random: campaign(random, slight=slight))

    assert sum(figure >= MUCH for figure in figures) >= 5


def test_a_small_campaign_in_a_storm_leaves_some_evidence() -> None:
    figures = _figures(lambda random: campaign(random, share=0.3))

    assert min(figures) >= SOME


def test_too_few_posts_tell_nothing() -> None:
    posts = [Post(float(at), at, "the same") for at in range(19)]

    found = coordination_of(posts)

    assert (found.figure, found.reasons, evidence_of(found.figure)) == (None, [], "unknown")


def test_one_account_that_says_it_fifty_times_tells_nothing_of_others() -> None:
    posts = [Post(float(at), "one", "the same") for at in range(50)]

    assert coordination_of(posts).figure is None


def test_reposts_count_for_nothing() -> None:
    posts = [Post(100.0 + at, at, "the same", is_repost=True) for at in range(200)]
    posts += [Post(400.0 * at, at, ("own", at)) for at in range(40)]

    assert coordination_of(posts).figure == 0


def test_the_reasons_say_what_was_seen_beside_what_is_usual() -> None:
    found = coordination_of(campaign(Random(1)), usual_slight=SLIGHT)

    first = found.reasons[0]
    assert first.sign == Sign.SYNCHRONY
    assert first.usual is not None
    assert first.seen > 1.5 * first.usual


def test_slight_accounts_are_no_sign_where_they_are_usual() -> None:
    posts = [Post(400.0 * at, at, ("own", at), is_slight=at % 2 == 0) for at in range(60)]

    rare = coordination_of(posts, usual_slight=0.05)
    usual = coordination_of(posts, usual_slight=0.5)

    assert [reason.sign for reason in rare.reasons] == [Sign.UNKNOWN_ACCOUNTS]
    assert usual.reasons == []


def test_the_same_posts_give_the_same_figure() -> None:
    posts = campaign(Random(3))

    assert coordination_of(posts, seed=5) == coordination_of(posts, seed=5)
