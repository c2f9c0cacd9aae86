"""Recovery: where the talk stands after a crisis, and when it will be back."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from benchmarks.storms import Scene, make_scene
from monitoring.rules.effect.recovery import (
    STAYS,
    Recovery,
    RecoveryState,
    measure_recovery,
)

# The storm began so many hours before the end of what is observed.
STORM = Scene("storm", since=30, fall=15, horizon=1, storm=5, days=14, lingers=2)
CALM_AGAIN = replace(STORM, since=120, fall=8)


def _measured(scene: Scene, seed: int = 1) -> Recovery:
    observed, response = make_scene(scene, seed)
    now = response.published_at
    return measure_recovery(
        observed, storm_since=now - timedelta(hours=scene.since + scene.rise), now=now
    )


def test_a_storm_is_told_by_its_distance_from_the_usual_talk() -> None:
    recovery = _measured(replace(STORM, since=15))

    assert recovery.state == RecoveryState.STORM
    assert recovery.volume is not None
    assert not recovery.volume.is_inside
    assert recovery.volume.distance == pytest.approx(5 * np.exp(-12 / 15), rel=0.5)


def test_the_forecast_holds_the_time_at_which_the_talk_is_back() -> None:
    recovery = _measured(STORM)

    assert recovery.expected is not None
    assert recovery.band is not None
    truth = 15 * np.log(5 / recovery.band) - STORM.since
    assert recovery.expected.low <= truth <= recovery.expected.high


def test_talk_that_stayed_usual_for_a_day_has_recovered() -> None:
    recovery = _measured(CALM_AGAIN)

    assert recovery.state == RecoveryState.RECOVERED
    assert recovery.settled_at is not None
    assert recovery.recovered_at == recovery.settled_at + STAYS
    assert recovery.expected is None


def test_an_end_is_not_foretold_of_a_storm_that_still_rises() -> None:
    recovery = _measured(replace(STORM, since=-1, rise=6, storm=12))

    assert recovery.state == RecoveryState.STORM
    assert recovery.expected is None


def test_an_end_is_not_foretold_of_a_storm_that_does_not_fall() -> None:
    recovery = _measured(replace(STORM, fall=5_000, since=20, wander=0.05))

    assert recovery.state == RecoveryState.STORM
    assert recovery.expected is None


def test_without_three_days_before_nobody_can_tell() -> None:
    assert _measured(replace(STORM, days=3)).state == RecoveryState.CANNOT_TELL


def test_silence_of_the_sources_is_no_recovery() -> None:
    observed, response = make_scene(STORM, 1)
    missing = observed.missing.copy()
    missing[-24 * 12 :] = True

    recovery = measure_recovery(
        replace(observed, missing=missing),
        storm_since=response.published_at - timedelta(hours=31),
        now=response.published_at,
    )

    assert recovery.state == RecoveryState.STORM


def test_storms_are_seldom_called_over_too_soon() -> None:
    # Three times the usual talk is left: nobody may call that recovered.
    left = replace(STORM, since=8, fall=15)

    said = [_measured(left, seed).state for seed in range(8)]

    assert said.count(RecoveryState.RECOVERED) == 0


def test_the_negative_share_has_a_distance_of_its_own() -> None:
    recovery = _measured(replace(STORM, since=10))

    assert recovery.negative_share is not None
    assert recovery.negative_share.distance > 0.1
    assert not recovery.negative_share.is_inside
