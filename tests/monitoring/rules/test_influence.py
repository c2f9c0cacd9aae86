"""Influence comes of what others did because of somebody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.influence import AUDIENCE_WEIGHT, Post, fading, influence_of

NOW = datetime(2026, 6, 9, 12, tzinfo=UTC)
numbers = st.integers(0, 100_000)
posts = st.builds(
    Post,
    latest_at=st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda age: NOW - age),
    answers=numbers,
    own=numbers,
    comments=numbers,
    shares=numbers,
    copies=numbers,
    reach=st.integers(0, 10**9),
)
several = st.lists(posts, min_size=1, max_size=12)
people = st.integers(0, 5_000)


def test_the_worked_example_of_the_documentation() -> None:
    told = [
        Post(NOW, answers=40, comments=55, shares=120, reach=3_200),
        Post(NOW - timedelta(hours=48), answers=2, own=1, comments=3, reach=3_200),
    ]

    found = influence_of(told, people=38, as_of=NOW)

    assert [round(one, 2) for one in (found.spread, found.breadth, found.audience)] == [
        5.97,
        1.83,
        0.36,
    ]
    assert (round(found.score, 2), round(found.total, 2)) == (8.16, 8.43)
    assert (found.answers, found.shares) == (57, 120)


@given(told=several, people=people, place=st.integers(0, 11))
def test_an_answer_of_somebody_else_never_lowers_it(
    told: list[Post], people: int, place: int
) -> None:
    post = told[place % len(told)]
    answered = replace(post, answers=post.answers + 1, comments=post.comments + 1, latest_at=NOW)
    more = [answered if one is post else one for one in told]

    before = influence_of(told, people=people, as_of=NOW)
    after = influence_of(more, people=people + 1, as_of=NOW)

    assert after.score > before.score
    assert after.total > before.total


@given(told=several, people=people, place=st.integers(0, 11), is_counted=st.booleans())
def test_answering_oneself_gains_nothing(
    told: list[Post],
    people: int,
    place: int,
    is_counted: bool,  # noqa: FBT001
) -> None:
    post = told[place % len(told)]
    answered = replace(post, own=post.own + 1, comments=post.comments + is_counted)
    itself = Post(post.latest_at, reach=post.reach)
    more = [answered if one is post else one for one in told]

    before = influence_of(told, people=people, as_of=NOW)
    after = influence_of([*more, itself], people=people, as_of=NOW)

    assert after.total <= before.total
    assert after.spread <= before.spread + 1e-9


@given(told=several, people=people)
def test_one_more_follower_is_worth_less_than_what_can_be_seen(
    told: list[Post], people: int
) -> None:
    more = [replace(one, reach=one.reach + 1) for one in told]

    before = influence_of(told, people=people, as_of=NOW)
    after = influence_of(more, people=people, as_of=NOW)

    assert 0 <= after.score - before.score <= AUDIENCE_WEIGHT / 1_000


def test_followers_alone_weigh_less_than_a_thread_of_five() -> None:
    star = influence_of([Post(NOW, reach=2_000_000)], people=0, as_of=NOW)
    nobody = influence_of([Post(NOW, answers=5)], people=5, as_of=NOW)

    assert nobody.score > star.score > 0


def test_hundreds_of_small_posts_weigh_less_than_one_that_thousands_share() -> None:
    busy = influence_of([Post(NOW, answers=1)] * 500, people=1, as_of=NOW)
    heard = influence_of([Post(NOW, shares=3_000)], people=0, as_of=NOW)

    assert heard.score > busy.score


@pytest.mark.parametrize(("hours", "left"), [(-5, 1), (0, 1), (48, 0.5), (96, 0.25)])
def test_a_post_fades_by_half_in_two_days(hours: int, left: float) -> None:
    assert fading(NOW - timedelta(hours=hours), NOW) == left


def test_what_is_answered_today_is_as_if_said_today() -> None:
    asleep = Post(NOW - timedelta(days=9), answers=5)
    awake = replace(asleep, latest_at=NOW)

    faded, fresh = (influence_of([one], people=5, as_of=NOW) for one in (asleep, awake))

    assert fresh.score == fresh.total
    assert faded.score < fresh.score / 8
    assert faded.total == fresh.total


@given(told=several, people=people, place=st.integers(0, 11))
def test_a_copy_by_somebody_else_never_lowers_it(told: list[Post], people: int, place: int) -> None:
    post = told[place % len(told)]
    copied = replace(post, copies=post.copies + 1, latest_at=NOW)
    more = [copied if one is post else one for one in told]

    before = influence_of(told, people=people, as_of=NOW)
    after = influence_of(more, people=people + 1, as_of=NOW)

    assert after.score > before.score
    assert after.total > before.total


def test_who_copies_may_be_counted_as_sharing_and_counts_once() -> None:
    assert Post(NOW, shares=7, copies=5).caused == Post(NOW, shares=7).caused
    assert Post(NOW, shares=5, copies=7).caused == 14
