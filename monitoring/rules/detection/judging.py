"""One answer to every question of early warning: what is seen, what is usual, is it too much."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.detection.detector import (
    FLOOR,
    Detected,
    detect,
    detect_slowly,
    share_below,
)
from monitoring.rules.detection.shares import detect_share
from monitoring.rules.windows import FIVE_MINUTES

# Reach is counted in so many people: what a few thousand see tells nothing.
PEOPLE = 10_000


class Kind(StrEnum):
    """What is watched for; authors and silence have functions of their own."""

    BURST = "burst"
    SLOW_BURN = "slow_burn"
    NEGATIVE_SHARE = "negative_share"
    REACH = "reach"
    AUTHOR = "author"
    SILENCE = "silence"
    THRESHOLD = "threshold"


class Measure(StrEnum):
    """What a threshold is a number of."""

    MENTIONS = "mentions"
    NEGATIVE_SHARE = "negative_share"
    REACH = "reach"


@dataclass(frozen=True)
class Counted:
    """What was counted in each five minutes from `started_at` on; all arrays are equally long.

    `known` are mentions whose sentiment is known. `missing` marks buckets in which nobody
    listened. The last bucket may be still filling.
    """

    started_at: datetime
    mentions: Numbers
    known: Numbers
    negative: Numbers
    reach: Numbers
    missing: Flags

    def place(self, moment: datetime) -> int:
        """Return the bucket a moment falls into; below 0 or past the end where it is outside."""
        return (moment.astimezone(UTC) - self.started_at.astimezone(UTC)) // FIVE_MINUTES

    def moment(self, place: int) -> datetime:
        """Return when a bucket begins."""
        return _begins(self.started_at, place)


@dataclass(frozen=True)
class Unusual:
    """Raise an alert at what usual days exceed about so often a week (0 to 7, both excluded)."""

    kind: Kind
    alarms_a_week: float = 1.0


@dataclass(frozen=True)
class Threshold:
    """Raise an alert at so much within a stretch of `minutes`, whatever is usual.

    A share wants `least_known` mentions whose sentiment is known; a smaller stretch than one
    bucket is one bucket.
    """

    measure: Measure
    at_least: float
    minutes: int = 60
    least_known: int = 1

    @property
    def kind(self) -> Kind:
        """What is watched for."""
        return Kind.THRESHOLD


Rule = Unusual | Threshold


@dataclass(frozen=True)
class Judgement:
    """What is said of one bucket, which begins `at`; None where nobody can tell.

    `observed`, `usual` and `limit` are in one unit, which depends on the kind; `unusual` is the
    share of usual days that stay below, from 0 to 1.
    """

    kind: Kind
    at: datetime
    observed: float | None
    usual: float | None
    limit: float | None
    unusual: float | None
    is_over: bool


@dataclass(frozen=True)
class Judged:
    """What is said of each bucket, in arrays as long as the series, NaN where nobody can tell.

    `observed` against `usual` and `limit` is the chart of an alert with its band.
    """

    kind: Kind
    started_at: datetime
    heard: Flags
    observed: Numbers
    usual: Numbers
    limit: Numbers
    unusual: Numbers
    is_over: Flags

    @property
    def calm(self) -> Numbers:
        """The level at which it is as usual again: well below what raises an alert."""
        return np.fmin(self.usual, self.limit)

    def moment(self, place: int) -> datetime:
        """Return when a bucket begins."""
        return _begins(self.started_at, place)

    def at(self, place: int) -> Judgement:
        """Return what is said of one bucket."""
        return Judgement(
            kind=self.kind,
            at=self.moment(place),
            observed=_told(self.observed[place]),
            usual=_told(self.usual[place]),
            limit=_told(self.limit[place]),
            unusual=_told(self.unusual[place]),
            is_over=bool(self.is_over[place]),
        )

    def first_over(self, since: int = 0) -> Judgement | None:
        """Return the first bucket from `since` on that raises an alert."""
        over = np.flatnonzero(self.is_over[max(0, since) :])
        return self.at(max(0, since) + int(over[0])) if over.size else None


def judge(rule: Rule, counted: Counted) -> Judged:
    """Judge each bucket by those up to it, so that later ones never change what was said.

    Refuses a rate of alarms that is not between 0 and 7.
    """
    if isinstance(rule, Threshold):
        return _against(rule, counted)
    below = share_below(rule.alarms_a_week)
    detected = _DETECTORS[rule.kind](counted)
    return Judged(
        kind=rule.kind,
        started_at=counted.started_at,
        heard=~counted.missing,
        observed=detected.observed,
        usual=detected.usual,
        limit=detected.limit(rule.alarms_a_week),
        unusual=detected.unusual,
        is_over=detected.unusual >= below,
    )


def _burst(counted: Counted) -> Detected:
    return detect(counted.mentions, counted.missing)


def _slow_burn(counted: Counted) -> Detected:
    return detect_slowly(counted.mentions, counted.missing)


def _negative_share(counted: Counted) -> Detected:
    return detect_share(counted.negative, counted.known, counted.missing)


def _reach(counted: Counted) -> Detected:
    return detect(counted.reach, counted.missing, floor=FLOOR * PEOPLE)


_DETECTORS: dict[Kind, Callable[[Counted], Detected]] = {
    Kind.BURST: _burst,
    Kind.SLOW_BURN: _slow_burn,
    Kind.NEGATIVE_SHARE: _negative_share,
    Kind.REACH: _reach,
}


def _against(rule: Threshold, counted: Counted) -> Judged:
    observed, heard = _measured(rule, counted), ~counted.missing
    nothing = np.full(len(observed), np.nan)
    return Judged(
        kind=rule.kind,
        started_at=counted.started_at,
        heard=heard,
        observed=observed,
        usual=nothing,
        limit=np.full(len(observed), float(rule.at_least)),
        unusual=nothing,
        is_over=heard & (observed >= rule.at_least),
    )


def _measured(rule: Threshold, counted: Counted) -> Numbers:
    length = max(1, timedelta(minutes=rule.minutes) // FIVE_MINUTES)
    if rule.measure is Measure.MENTIONS:
        return _last(counted.mentions, length)
    if rule.measure is Measure.REACH:
        return _last(counted.reach, length)
    known = _last(counted.known, length)
    enough = known >= max(1, rule.least_known)
    return np.where(enough, _last(counted.negative, length) / np.where(enough, known, 1), np.nan)


def _last(counts: Numbers, length: int) -> Numbers:
    """Return the sum of each bucket and those before it, `length` in all."""
    total = np.concatenate([np.zeros(length), np.cumsum(np.maximum(counts, 0), dtype=float)])
    sums: Numbers = total[length:] - total[:-length]
    return sums


def _begins(started_at: datetime, place: int) -> datetime:
    """Return when a bucket begins, in UTC: clocks that are put forward or back say nothing."""
    return started_at.astimezone(UTC) + place * FIVE_MINUTES


def _told(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
