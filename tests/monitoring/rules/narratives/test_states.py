"""Narratives emerge, grow, peak and fade, and do not flicker."""

from datetime import UTC, datetime, timedelta

import pytest

from monitoring.rules.narratives.states import State, motion_of

START = datetime(2026, 3, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _told(*by_hour: int) -> list[tuple[datetime, int]]:
    """Return so many mentions in each hour from the start on, at its half."""
    return [(START + at * HOUR + HOUR / 2, count) for at, count in enumerate(by_hour)]


def _state(*by_hour: int, before: State | None = None) -> State:
    return motion_of(_told(*by_hour), now=START + len(by_hour) * HOUR, before=before).state


def test_what_has_just_begun_emerges() -> None:
    assert _state(4) == State.EMERGING


def test_what_is_told_more_than_before_grows() -> None:
    assert _state(5, 10, 40) == State.GROWING


def test_what_stays_high_peaks() -> None:
    assert _state(10, 60, 58, before=State.PEAKING) == State.PEAKING


def test_what_is_told_much_less_than_once_fades() -> None:
    assert _state(10, 60, 80, 20, 10) == State.FADING


def test_silence_for_two_days_is_the_end() -> None:
    motion = motion_of(_told(50, 80), now=START + timedelta(days=3), before=State.GROWING)

    assert (motion.state, motion.velocity) == (State.FADING, 0)


def test_a_small_one_is_over_after_an_hour_of_silence() -> None:
    said = [(START + timedelta(minutes=at), 1) for at in range(7)]

    motions = [
        motion_of(said, now=START + timedelta(minutes=at), before=State.EMERGING) for at in (60, 67)
    ]

    assert [motion.state for motion in motions] == [State.EMERGING, State.FADING]


def test_a_small_one_that_was_told_slowly_is_given_as_long_as_it_was_told() -> None:
    said = [(START + at * HOUR, 1) for at in range(6)]

    states = [motion_of(said, now=START + at * HOUR, before=None).state for at in (9, 11)]

    assert states == [State.EMERGING, State.FADING]


def test_a_small_one_that_is_told_again_emerges_again() -> None:
    said = [(START + at * HOUR, 2) for at in (0, 4)]

    motion = motion_of(said, now=START + 4.5 * HOUR, before=State.FADING)

    assert motion.state == State.EMERGING


def test_a_rise_that_chance_makes_is_none() -> None:
    assert _state(9, 10, 8, 6, 10, before=State.PEAKING) == State.PEAKING


@pytest.mark.parametrize(
    ("before", "state"), [(State.FADING, State.FADING), (State.PEAKING, State.PEAKING)]
)
def test_a_state_is_harder_to_leave_than_to_keep(before: State, state: State) -> None:
    assert _state(10, 100, 60, 50, before=before) == state


def test_what_had_faded_grows_only_when_it_doubles() -> None:
    assert _state(100, 40, 20, 32, before=State.FADING) == State.FADING
    assert _state(100, 40, 20, 60, before=State.FADING) == State.GROWING


def test_slow_talk_is_compared_by_longer_stretches() -> None:
    motion = motion_of(
        [(START + timedelta(hours=4 * at), 1) for at in range(12)],
        now=START + timedelta(hours=48),
        before=State.PEAKING,
    )

    assert motion.scale == timedelta(days=1)
    assert motion.velocity == pytest.approx(6 / 24)
    assert motion.growth == 1
