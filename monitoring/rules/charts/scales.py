"""Axes: round numbers, and moments of the local day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

from monitoring.rules.charts.spec import Unit, Words

_STEPS = [
    *(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 7, 14, 30, 90, 365)),
]
_DAY = timedelta(days=1)
_MIDNIGHT_OF = date(2000, 1, 2)


@dataclass(frozen=True)
class Scale:
    """From values to places: `low` is drawn at `first`, `high` at `last`."""

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> float:
        """Return the place of a value; a value outside is drawn at the nearer end."""
        inside = min(max(value, self.low), self.high)
        part = (inside - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.first + part * (self.last - self.first)


def round_values(low: float, high: float, wanted: int = 5, *, whole: bool = False) -> list[float]:
    """Return round numbers from at most `low` to at least `high`, about so many."""
    length = max(high - low, 1e-9)
    raw = length / max(wanted - 1, 1)
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    step = max(1.0, float(ceil(step))) if whole else step
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def value_text(value: float, unit: Unit) -> str:
    """Return a number as it stands at an axis."""
    if unit == "share":
        return f"{value:.0%}" if abs(value * 100 - round(value * 100)) < 1e-6 else f"{value:.1%}"
    for limit, letter in ((1_000_000, "M"), (10_000, "K")):
        if abs(value) >= limit:
            return f"{value / (1_000_000 if letter == 'M' else 1_000):,.4g}{letter}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3g}"


def time_ticks(
    start: datetime, end: datetime, zone: ZoneInfo, most: int
) -> list[tuple[datetime, bool]]:
    """Return moments of the local day between two others, and whether each begins a day."""
    length = end - start
    step = next((one for one in _STEPS if length / one <= max(most, 1)), _STEPS[-1])
    first = start.astimezone(zone)
    moment = _floor(first, step)
    found: list[tuple[datetime, bool]] = []
    while moment <= end.astimezone(zone):
        if moment >= first:
            found.append((moment, (moment.hour, moment.minute) == (0, 0)))
        moment = _after(moment, step)
    return found


def tick_text(moment: datetime, words: Words, *, begins_day: bool) -> str:
    """Return what stands at a moment of the axis: the day where one begins, else the hour."""
    return words.day(moment.date()) if begins_day else f"{moment:%H:%M}"


def grouped(
    starts: Sequence[datetime], end: datetime, zone: ZoneInfo, most: int
) -> tuple[timedelta, list[tuple[datetime, list[int]]]]:
    """Return at most about so many stretches of local time, each with the places of its buckets."""
    if not starts:
        return _DAY, []
    length = end - starts[0]
    step = next((one for one in _STEPS if length / one <= most), _STEPS[-1])
    if len(starts) > 1:
        step = max(step, starts[1] - starts[0])
    groups: dict[datetime, list[int]] = {}
    for place, start in enumerate(starts):
        groups.setdefault(_floor(start.astimezone(zone), step), []).append(place)
    return step, list(groups.items())


def _floor(moment: datetime, step: timedelta) -> datetime:
    """Return the beginning of the stretch of local time that a moment is in."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= _DAY:
        days = (midnight.date() - _MIDNIGHT_OF).days % step.days
        return midnight - timedelta(days=days)
    since = timedelta(hours=moment.hour, minutes=moment.minute)
    return midnight + since // step * step


def _after(moment: datetime, step: timedelta) -> datetime:
    """Return the next beginning: the clock of the wall counts, also where it jumps."""
    return moment + step
