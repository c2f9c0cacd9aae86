"""Silence, told from day curves as brands have them."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitoring.rules.silence import Silence, rounded, silence_of

JERUSALEM = ZoneInfo("Asia/Jerusalem")
START = datetime(2026, 1, 4, tzinfo=UTC)  # a Sunday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Rate = Callable[[datetime], float]


def shop(moment: datetime) -> float:
    """Mentions an hour of a brand talked of by day: 40 at noon and in the evening, 0.2 at 4."""
    hour = moment.hour + moment.minute / 60
    peaks = math.exp(-(((hour - 12) / 3) ** 2)) + math.exp(-(((hour - 20) / 2.5) ** 2))
    return 0.2 + 40 * peaks


def office(moment: datetime) -> float:
    """As many by day, and next to nobody on Fridays and Saturdays."""
    return 0.1 if moment.weekday() in (4, 5) else shop(moment)


def club(moment: datetime) -> float:
    """Talked of by night."""
    return 25.0 if moment.hour >= 22 or moment.hour < 4 else 0.05


def village(_moment: datetime) -> float:
    """Five mentions a day, at any time."""
    return 5 / 24


def said(rate: Rate, *, days: int, seed: int = 1, zone: ZoneInfo = JERUSALEM) -> list[datetime]:
    """Return when mentions came, minute by minute as chance has it."""
    chance = random.Random(seed)
    moments = (START + step * MINUTE for step in range(days * 1440))
    return [at for at in moments if chance.random() < rate(at.astimezone(zone)) / 60]


def watch(
    heard: list[datetime], *, since: datetime, until: datetime, every: timedelta = 10 * MINUTE
) -> list[tuple[datetime, Silence]]:
    """Sweep as the worker does; return each silence with the moment it was told of."""
    counts: dict[datetime, int] = {}
    told: list[tuple[datetime, Silence]] = []
    place, last, now = 0, START, since
    while now < until:
        while place < len(heard) and heard[place] <= now:
            last = heard[place]
            hour = last.replace(minute=0, second=0, microsecond=0)
            counts[hour] = counts.get(hour, 0) + 1
            place += 1
        found = silence_of(counts, heard_at=last, known_since=START, now=now, zone=JERUSALEM)
        if found and (not told or told[-1][1].since != found.since):
            told.append((now, found))
        now += every
    return told


@pytest.mark.parametrize("rate", [shop, office, club, village])
def test_three_weeks_in_which_nothing_is_wrong_raise_no_alarm(rate: Rate) -> None:
    heard = said(rate, days=29)

    assert watch(heard, since=START + 8 * DAY, until=START + 29 * DAY) == []


@pytest.mark.parametrize(
    ("rate", "stops", "within"),
    [
        (shop, timedelta(days=9, hours=9), timedelta(minutes=45)),  # 11:00 there
        (shop, timedelta(days=9, hours=22), timedelta(hours=10)),  # midnight: by the next morning
        (office, timedelta(days=8, hours=9), timedelta(minutes=45)),
        (office, timedelta(days=11, hours=22), timedelta(days=2, hours=9)),  # before the weekend
        (club, timedelta(days=9, hours=21), timedelta(hours=1)),
        (village, timedelta(days=20), timedelta(days=4)),
    ],
)
def test_an_outage_is_told_of_once_as_soon_as_it_cannot_be_chance(
    rate: Rate, stops: timedelta, within: timedelta
) -> None:
    heard = [at for at in said(rate, days=21) if at < START + stops]

    told = watch(heard, since=START + 8 * DAY, until=heard[-1] + within)

    assert [silence.since for _at, silence in told] == [heard[-1]]


def test_a_storm_last_week_is_not_the_measure_of_this_one() -> None:
    counts = dict.fromkeys(hours(START, 7), 4)
    counts |= dict.fromkeys(hours(START + 5 * DAY, 1), 900)

    found = ask(counts, START + 7 * DAY, after=6 * HOUR)

    assert found is not None
    assert (found.usual, found.expected) == (4.0, 24.0)


def test_an_outage_last_week_is_not_the_measure_either() -> None:
    counts = dict.fromkeys(hours(START, 8), 40)
    for hour in hours(START + 5 * DAY, 1):
        del counts[hour]

    assert ask(counts, START + 8 * DAY, after=HOUR)


@pytest.mark.parametrize(("days", "found"), [(2, 0), (3, 1)])
def test_three_days_have_to_be_known(days: int, found: int) -> None:
    counts = dict.fromkeys(hours(START, days), 40)

    assert bool(ask(counts, START + days * DAY, after=6 * HOUR)) == found


@pytest.mark.parametrize(("mentions", "found"), [(1, 0), (2, 1)])
def test_ten_mentions_have_to_be_missed(mentions: int, found: int) -> None:
    counts = dict.fromkeys(hours(START, 7), mentions)

    assert bool(ask(counts, START + 7 * DAY, after=6 * HOUR)) == found


def test_the_more_there_are_the_more_have_to_be_missed() -> None:
    counts = dict.fromkeys(hours(START, 7), 52)

    assert ask(counts, START + 7 * DAY, after=15 * MINUTE) is None  # 13 of 7 + ln 1248 = 14.1
    assert ask(counts, START + 7 * DAY, after=20 * MINUTE)


def test_nothing_shorter_than_the_patience_is_a_silence() -> None:
    counts = dict.fromkeys(hours(START, 7), 6000)
    heard_at = START + 7 * DAY

    assert ask(counts, heard_at, after=14 * MINUTE) is None
    assert ask(counts, heard_at, after=59 * MINUTE, patience=HOUR) is None
    assert ask(counts, heard_at, after=HOUR, patience=HOUR)


def test_hours_count_by_the_part_that_is_compared() -> None:
    counts = dict.fromkeys(hours(START, 8), 60)
    heard_at = START + 7 * DAY + 30 * MINUTE

    found = ask(counts, heard_at, after=HOUR)

    assert found is not None
    assert found.expected == 60.0


def test_clock_times_are_those_of_the_brand_when_the_clocks_change() -> None:
    # On Friday 2026-03-27 at 02:00 clocks in Israel go on to 03:00.
    first = datetime(2026, 3, 19, tzinfo=UTC)
    nine = {hour for hour in hours(first, 9) if hour.astimezone(JERUSALEM).hour == 9}
    counts = dict.fromkeys(nine, 100)
    heard_at = datetime(2026, 3, 27, 9, 59, tzinfo=JERUSALEM).astimezone(UTC)

    quiet = silence_of(
        counts, heard_at=heard_at, known_since=first, now=heard_at + 22 * HOUR, zone=JERUSALEM
    )
    after_nine = silence_of(
        counts, heard_at=heard_at, known_since=first, now=heard_at + 24 * HOUR, zone=JERUSALEM
    )

    assert quiet is None
    assert after_nine is not None


@pytest.mark.parametrize(
    ("number", "told"), [(0.25, "0.2"), (3.0, "3"), (6.04, "6"), (9.96, "10"), (39.7, "40")]
)
def test_numbers_are_said_as_people_say_them(number: float, told: str) -> None:
    assert rounded(number) == told


def hours(start: datetime, days: int) -> list[datetime]:
    return [start + hour * HOUR for hour in range(days * 24)]


def ask(
    counts: dict[datetime, int],
    heard_at: datetime,
    *,
    after: timedelta,
    patience: timedelta = 15 * MINUTE,
) -> Silence | None:
    return silence_of(
        counts,
        heard_at=heard_at,
        known_since=START,
        now=heard_at + after,
        zone=ZoneInfo("UTC"),
        patience=patience,
    )
