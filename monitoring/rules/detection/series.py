"""An uploaded series of counts, put on the grid of five minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.windows import FIVE_MINUTES

# Ten years: whoever sends more has mistaken a time.
_LONGEST = 10 * 366 * 288


class BadSeries(ValueError):
    """The series cannot be judged; the text says why, and in which row."""


@dataclass(frozen=True)
class Series:
    """Counts of each five minutes from the first on, and which of them nobody has told.

    `places` are those of the rows the series was made of, in their order.
    """

    counts: Numbers
    missing: Flags
    places: list[int]


def series_of(rows: Iterable[tuple[str, str]]) -> Series:
    """Put rows of a time and a count on the grid that the first of them begins.

    Times are RFC 3339, or without an offset, which is then taken as UTC. Raises `BadSeries` for
    what is no time or number, goes back in time, or falls into five minutes that were told.
    """
    places: list[int] = []
    told: list[float] = []
    start: datetime | None = None
    for number, (time, count) in enumerate(rows, start=1):
        moment = _moment(time, number)
        start = start or moment
        place = (moment - start) // FIVE_MINUTES
        if place <= (places[-1] if places else -1):
            raise BadSeries(f"row {number}: {time} is not five minutes after the row before")
        if place >= _LONGEST:
            raise BadSeries(f"row {number}: {time} is more than ten years after the first")
        places.append(place)
        told.append(_count(count, number))
    return _filled(places, told)


def _filled(places: list[int], told: list[float]) -> Series:
    length = places[-1] + 1 if places else 0
    counts, missing = np.zeros(length), np.ones(length, dtype=bool)
    counts[places], missing[places] = told, False
    return Series(counts, missing, places)


def _moment(text: str, number: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadSeries(f"row {number}: {text[:40]!r} is no time as in RFC 3339") from error


def _count(text: str, number: int) -> float:
    try:
        count = float(text)
    except ValueError:
        count = np.nan
    if not np.isfinite(count):
        raise BadSeries(f"row {number}: {text[:40]!r} is no number")
    return count
