"""An uploaded series of counts, put on the grid of five minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.arrays import Flags, Numbers
from monitoring.rules.detection.judging import Counted
from monitoring.rules.windows import FIVE_MINUTES

# Ten years: whoever sends more has mistaken a time.
_LONGEST = 10 * 366 * 288
_NOT_AFTER = _("row %(row)s: %(shown)s is not five minutes after the row before")
_TOO_LATE = _("row %(row)s: %(shown)s is more than ten years after the first")
_NO_TIME = _("row %(row)s: “%(shown)s” is no time as in RFC 3339")
_NO_NUMBER = _("row %(row)s: “%(shown)s” is no number")


class BadSeries(ValueError):
    """The series cannot be judged; the text says why, and in which row."""


@dataclass(frozen=True)
class Series:
    """Counts of each five minutes from the first on, and which of them nobody has told.

    `places` are those of the rows the series was made of, in their order. One without rows begins
    at no time.
    """

    counts: Numbers
    missing: Flags
    places: list[int]
    started_at: datetime | None = None

    def counted(self) -> Counted:
        """Return it as counts of mentions of which nothing else is known; refuses no rows."""
        if self.started_at is None:
            raise BadSeries(_("the series has no rows"))
        nothing = np.zeros(len(self.counts))
        return Counted(self.started_at, self.counts, nothing, nothing, nothing, self.missing)


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
            raise BadSeries(_NOT_AFTER % {"row": number, "shown": time[:40]})
        if place >= _LONGEST:
            raise BadSeries(_TOO_LATE % {"row": number, "shown": time[:40]})
        places.append(place)
        told.append(_count(count, number))
    return _filled(places, told, start)


def _filled(places: list[int], told: list[float], start: datetime | None) -> Series:
    length = places[-1] + 1 if places else 0
    counts, missing = np.zeros(length), np.ones(length, dtype=bool)
    counts[places], missing[places] = told, False
    return Series(counts, missing, places, start)


def _moment(text: str, number: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadSeries(_NO_TIME % {"row": number, "shown": text[:40]}) from error


def _count(text: str, number: int) -> float:
    try:
        count = float(text)
    except ValueError:
        count = np.nan
    if not np.isfinite(count):
        raise BadSeries(_NO_NUMBER % {"row": number, "shown": text[:40]})
    return count
