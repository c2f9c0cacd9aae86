"""What is known of the talk around a publication: counts in buckets of equal length."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from monitoring.rules.arrays import Flags, Numbers

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
_WEEK_BEGINS = datetime(2024, 1, 1)  # noqa: DTZ001 - compared with clocks on the wall


@dataclass(frozen=True)
class Observed:
    """Counts of each five minutes from `started_at` on; all arrays are equally long.

    `known` are mentions whose sentiment is known, `missing` marks buckets nobody listened in,
    and `controls` are mentions of queries that the publication cannot have moved. Its clock is that
    of the time zone of `started_at`.
    """

    started_at: datetime
    mentions: Numbers
    negative: Numbers
    known: Numbers
    engagement: Numbers
    missing: Flags
    controls: tuple[Numbers, ...] = field(default=())

    def index(self, moment: datetime) -> int:
        """Return the bucket a moment falls into; below 0 or past the end where it is outside."""
        return (moment - self.started_at) // STEP

    def hours(self, bucket: int) -> float:
        """Return how many hours after the start of a Monday a bucket starts, by the clock."""
        moment = (self.started_at.astimezone(UTC) + bucket * STEP).astimezone(
            self.started_at.tzinfo
        )
        return (moment.replace(tzinfo=None) - _WEEK_BEGINS) / HOUR


@dataclass(frozen=True)
class Bins:
    """Buckets put together around a publication, which falls between two bins.

    `hours` is the middle of each bin in hours from the publication's bucket, `clock` the same in
    hours of the week. A bin with a missing bucket is missing.
    """

    values: Numbers
    missing: Flags
    hours: Numbers
    clock: Numbers
    width: float
    before: int

    @property
    def after(self) -> int:
        """Number of bins after the publication."""
        return len(self.values) - self.before


def put_together(
    observed: Observed, values: Numbers, *, at: int, end: int, steps: int, first: int = 0
) -> Bins:
    """Return sums of `steps` buckets each: whole bins from `first` to `at` and from there to `end`.

    What does not fill a bin is left out: at the far end of the past, and before `end`.
    """
    before, after = (at - first) // steps, (end - at) // steps
    span = slice(at - before * steps, at + after * steps)
    shape = (before + after, steps)
    width = steps * STEP / HOUR
    hours = (np.arange(-before, after) + 0.5) * width
    return Bins(
        values=values[span].reshape(shape).sum(axis=1),
        missing=np.any(observed.missing[span].reshape(shape), axis=1),
        hours=hours,
        clock=hours + observed.hours(at),
        width=width,
        before=before,
    )
