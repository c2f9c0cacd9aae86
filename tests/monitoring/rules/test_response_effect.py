"""Response effects: what is said of simulated crises, and when nothing is."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from benchmarks.effect import simulate
from benchmarks.storms import Scene, make_scene
from monitoring.rules.effect.measuring import METHOD, Effect, measure_effect
from monitoring.rules.effect.verdicts import Direction, Reason, Verdict

STORM = Scene("storm", since=8)
HELPED = replace(STORM, effect=-0.6, share_effect=-0.2)
HURT = replace(STORM, effect=0.9, share_effect=0.15)


def _measured(scene: Scene, seed: int = 1) -> Effect:
    return measure_effect(*make_scene(scene, seed))


def _width(effect: Effect) -> float:
    assert effect.volume is not None
    assert effect.volume.relative is not None
    return effect.volume.relative.high - effect.volume.relative.low


@pytest.mark.parametrize("scene", [STORM, replace(STORM, effect=-0.4)], ids=["none", "-40 %"])
def test_the_interval_holds_the_truth_about_nine_times_of_ten(scene: Scene) -> None:
    tally = simulate(scene, cases=20, seed=10_000)

    assert tally.told == 20
    assert tally.held >= 15
    assert tally.share_held >= 14


def test_a_storm_that_dies_down_by_itself_is_no_success() -> None:
    said = [_measured(STORM, seed).verdict for seed in range(8)]

    assert said.count(Verdict.HELPED) <= 1


def test_less_talk_than_would_have_come_is_help() -> None:
    effect = _measured(HELPED)

    assert effect.verdict == Verdict.HELPED
    assert Reason.VOLUME_FELL in effect.reasons
    assert effect.volume is not None
    assert effect.volume.relative is not None
    assert effect.volume.relative.high < 0
    assert effect.volume.expected.low > effect.volume.observed


def test_more_talk_than_would_have_come_is_harm() -> None:
    effect = _measured(HURT)

    assert effect.verdict == Verdict.HURT


def test_the_same_inputs_are_answered_alike_to_the_last_digit() -> None:
    assert _measured(STORM) == _measured(STORM)


def test_an_hour_is_the_least_that_says_something() -> None:
    observed, response = make_scene(STORM, 1)
    early = replace(response, now=response.published_at + timedelta(minutes=50))

    effect = measure_effect(observed, early)

    assert effect.verdict == Verdict.TOO_EARLY
    assert effect.reasons == (Reason.NOT_ENOUGH_TIME,)


def test_without_three_days_before_nobody_can_tell() -> None:
    effect = _measured(replace(STORM, days=2, since=5))

    assert effect.reasons == (Reason.LITTLE_HISTORY,)


def test_a_storm_that_still_rises_hides_what_would_have_come() -> None:
    effect = _measured(replace(STORM, since=-1, rise=4, storm=10))

    assert effect.verdict == Verdict.CANNOT_TELL
    assert effect.reasons == (Reason.STILL_RISING,)


def test_silence_of_the_sources_is_not_calm() -> None:
    observed, response = make_scene(STORM, 1)
    missing = observed.missing.copy()
    missing[-30:] = True

    effect = measure_effect(replace(observed, missing=missing), response)

    assert effect.reasons == (Reason.GAP,)


def test_another_publication_ends_what_is_measured() -> None:
    observed, response = make_scene(STORM, 1)
    other = response.published_at + timedelta(hours=3)

    effect = measure_effect(observed, replace(response, others=(other,)))

    assert effect.until == other
    assert Reason.CUT_SHORT in effect.reasons


@pytest.mark.parametrize("minutes", [-40, 30])
def test_another_publication_within_the_hour_cannot_be_told_apart(minutes: int) -> None:
    observed, response = make_scene(STORM, 1)
    other = response.published_at + timedelta(minutes=minutes)

    effect = measure_effect(observed, replace(response, others=(other,)))

    assert effect.reasons == (Reason.ANOTHER_PUBLICATION,)


def test_a_handful_of_mentions_is_too_few() -> None:
    effect = _measured(replace(STORM, base=0.3, storm=1, gamma=0))

    assert effect.verdict == Verdict.CANNOT_TELL
    assert Reason.FEW_MENTIONS in effect.reasons


def test_likes_are_counted_a_day_later() -> None:
    observed, response = make_scene(replace(STORM, likes=3), 1)
    later = replace(response, now=response.until + timedelta(hours=24))

    fresh, ripe = measure_effect(observed, response), measure_effect(observed, later)

    assert fresh.engagement is None
    assert Reason.ENGAGEMENT_UNRIPE in fresh.reasons
    assert ripe.engagement is not None
    assert ripe.engagement.relative is not None
    assert ripe.engagement.relative.low <= 0 <= ripe.engagement.relative.high


def test_what_has_not_been_read_says_nothing_of_the_share() -> None:
    observed, response = make_scene(STORM, 1)

    effect = measure_effect(observed, replace(response, analysed=0.5))

    assert effect.negative_share is None
    assert Reason.NOT_ANALYSED in effect.reasons


def test_a_control_query_narrows_the_interval() -> None:
    observed, response = make_scene(replace(STORM, control=0.4), 3)

    alone = measure_effect(replace(observed, controls=()), response)
    helped = measure_effect(observed, response)

    assert _width(helped) < _width(alone)


def test_fewer_negative_mentions_help_though_the_talk_goes_on() -> None:
    effect = _measured(replace(STORM, share_effect=-0.25))

    assert effect.negative_share is not None
    assert effect.negative_share.direction == Direction.FELL
    assert effect.verdict == Verdict.HELPED


def test_nothing_odd_comes_of_counts_that_are_all_alike() -> None:
    observed, response = make_scene(Scene("calm", storm=0), 1)
    alike = np.full(len(observed.mentions), 7.0)

    effect = measure_effect(replace(observed, mentions=alike, known=alike), response)

    assert effect.method == METHOD
    assert effect.verdict == Verdict.NO_CLEAR_EFFECT
