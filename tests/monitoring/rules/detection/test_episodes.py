"""When a storm is over: told once, an hour after the talk was as usual, and not by turns."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.episodes import LONGEST, STAYS, episode, episodes
from monitoring.rules.detection.judging import Kind, Measure, Threshold, Unusual, judge
from monitoring.rules.detection.usual import DAY
from tests.monitoring.rules.detection.streams import counted, cut, usual

BURST = Unusual(Kind.BURST)
# Bucket by bucket, so that an example can be read.
TEN = Threshold(Measure.MENTIONS, 10, minutes=5)


def _storm(seed: int = 1, *, length: int = 60, height: float = 100) -> tuple[Numbers, int]:
    counts, at = usual(seed), 16 * DAY + 100
    counts[at : at + length] += height
    return counts, at


def _around(found: list, at: int) -> list:
    return [one for one in found if at <= one.began < at + DAY]


def test_a_storm_ends_when_the_talk_is_back_for_an_hour() -> None:
    counts, at = _storm()
    judged = judge(BURST, counted(counts))

    [storm] = _around(episodes(judged), at)

    assert storm.ended is not None
    assert at + 60 <= storm.ended < at + 60 + 36
    assert storm.known == storm.ended + STAYS - 1
    assert storm.highest < storm.ended
    assert judged.observed[storm.highest] == judged.observed[at : at + DAY].max()


def test_a_storm_that_goes_on_has_no_end() -> None:
    counts, at = _storm()

    [storm] = _around(episodes(judge(BURST, counted(counts[: at + 50]))), at)

    assert (storm.ended, storm.known) == (None, None)


def test_a_storm_of_three_days_is_one_storm() -> None:
    counts, at = _storm(length=3 * DAY)

    found = episodes(judge(BURST, counted(counts)))

    assert [one.began for one in found if at <= one.began < at + 3 * DAY] == [
        _around(found, at)[0].began
    ]


def test_talk_well_above_the_usual_is_no_calm_though_it_raises_no_alert() -> None:
    counts, at = _storm(length=0)
    counts[at : at + 12] += 150
    judged = judge(BURST, counted(counts))
    between = np.sqrt(judged.usual[at] * judged.limit[at])
    counts[at + 12 : at + 60] = between

    judged = judge(BURST, counted(counts))
    [storm] = _around(episodes(judged), at)

    assert not judged.is_over[at + 50 : at + 60].any()
    assert (storm.ended or 0) >= at + 60


def test_a_storm_that_lasts_does_not_end_by_becoming_usual() -> None:
    counts = usual(5, days=6)
    counts[2 * DAY :] *= np.linspace(16, 6, 4 * DAY)

    judged = judge(BURST, counted(counts))
    found = episodes(judged)

    assert judged.observed[-1] < judged.usual[-1]
    assert [one.ended for one in found if one.began >= 2 * DAY] == [None]


def test_what_lasts_for_weeks_becomes_usual() -> None:
    counts, at = _storm(length=14 * DAY)
    counts = np.concatenate([counts[: at + DAY], np.tile(counts[at : at + DAY], 9)])

    [storm] = _around(episodes(judge(BURST, counted(counts))), at)

    assert storm.ended is not None
    assert storm.ended == storm.began + LONGEST


def test_a_lull_shorter_than_an_hour_ends_no_storm() -> None:
    counts = np.array([20.0] + [0.0] * 11 + [20.0] + [0.0] * 20)

    [storm] = episodes(judge(TEN, counted(counts)))

    assert (storm.ended, storm.known) == (13, 24)


def test_buckets_that_nobody_heard_are_no_calm() -> None:
    counts = np.array([20.0] + [0.0] * 30)
    missing = np.zeros(31, dtype=bool)
    missing[3:13] = True

    [storm] = episodes(judge(TEN, counted(counts, missing=missing)))

    assert (storm.ended, storm.known) == (1, 22)


def test_after_a_storm_none_begins_for_a_day() -> None:
    counts = np.zeros(2 * DAY)
    counts[[0, 100, 200, DAY + 3]] = 20

    found = episodes(judge(TEN, counted(counts)))

    assert [one.began for one in found] == [0, DAY + 3]


def test_whoever_knows_the_level_of_the_beginning_may_say_it() -> None:
    counts, at = _storm()
    judged = judge(BURST, counted(counts))
    began = _around(episodes(judged), at)[0].began

    told = episode(judged, began=began, level=float(judged.calm[began]))

    assert told == episode(judged, began=began)
    assert episode(judged, began=began, level=-1.0).ended is None


def test_a_storm_that_began_before_the_series_is_followed_from_its_start() -> None:
    judged = judge(TEN, counted(np.array([20.0] + [0.0] * 12)))

    assert episode(judged, began=-40).ended == 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=120), st.integers(0, 120))
@settings(max_examples=60)
def test_what_was_said_of_storms_is_never_taken_back(told: list[int], length: int) -> None:
    series = counted(np.array(told, dtype=float))
    length = min(length, len(told))

    whole = episodes(judge(TEN, series), pause=20)
    begun = episodes(judge(TEN, cut(series, length)), pause=20)

    for early, late in zip(begun, whole, strict=False):
        assert early.began == late.began
        assert early.ended is None or early == late
    assert len(begun) <= len(whole)
