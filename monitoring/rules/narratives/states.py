"""How a narrative moves: how fast it is told, and whether it emerges, grows, peaks or fades.

Two neighbouring stretches of time are compared, of an hour, six hours or a day: the shortest in
which enough was said. A change counts when it is larger than chance makes it (the difference of
two Poisson counts against its standard error), and a state is harder to leave than to keep, so
that it does not flicker.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

SCALES = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
# So many mentions in both stretches tell something.
ENOUGH = 12
# Younger and smaller than this nobody knows where it goes.
YOUNG, SMALL = timedelta(hours=2), 20
QUIET = timedelta(days=2)
# A small one is over when nothing was said for as long as it was told, and for so long at least.
QUIET_SMALL = timedelta(hours=1)
_CLEAR = 2.0
_GROWS, _KEEPS_GROWING = 1.5, 1.1
_FADES, _KEEPS_FADING = 0.4, 0.6
_GROWS_AGAIN = 2.0


class State(StrEnum):
    """Where a narrative is in its life."""

    EMERGING = "emerging"
    GROWING = "growing"
    PEAKING = "peaking"
    FADING = "fading"


class Motion(NamedTuple):
    """The state, mentions an hour now, that rate against the stretch before, and at the peak.

    `growth` is null where nothing was said before; rates are of the scale that was compared.
    """

    state: State
    velocity: float
    growth: float | None
    peak: float
    scale: timedelta


class _Rates(NamedTuple):
    """Mentions of the latest stretch and the one before, and the latest rate against the peak."""

    latest: int
    earlier: int
    of_peak: float


Series = Sequence[tuple[datetime, int]]


def motion_of(series: Series, *, now: datetime, before: State | None) -> Motion:
    """Return how a narrative moves, given its counts by five minutes and its state until now."""
    scale = _scale(series, now)
    hours = scale / timedelta(hours=1)
    latest = _said(series, now - scale, now)
    earlier = _said(series, now - 2 * scale, now - scale)
    velocity, peak = latest / hours, _peak(series, scale, now) / hours
    growth = latest / earlier if earlier else None
    rates = _Rates(latest, earlier, velocity / peak if peak else 0.0)
    state = _state(series, rates, now, before)
    return Motion(state, velocity, growth, peak, scale)


def _state(series: Series, rates: _Rates, now: datetime, before: State | None) -> State:
    if not series or _is_over(series, now):
        return State.FADING
    if _is_small(series) or (_is_young(series, now) and before in (None, State.EMERGING)):
        return State.EMERGING
    ratio = (rates.latest + 1) / (rates.earlier + 1)
    clear = abs(rates.latest - rates.earlier) >= _CLEAR * sqrt(rates.latest + rates.earlier)
    grows = _GROWS_AGAIN if before == State.FADING else _GROWS
    if (clear and ratio >= grows) or (before == State.GROWING and ratio >= _KEEPS_GROWING):
        return State.GROWING
    fades = _KEEPS_FADING if before == State.FADING else _FADES
    return State.FADING if rates.of_peak <= fades else State.PEAKING


def _is_over(series: Series, now: datetime) -> bool:
    """Say whether nothing was said for long: for small ones, as long as they were told."""
    began, ended = min(at for at, _count in series), max(at for at, _count in series)
    enough = min(QUIET, max(QUIET_SMALL, ended - began)) if _is_small(series) else QUIET
    return now - ended > enough


def _is_young(series: Series, now: datetime) -> bool:
    return now - min(at for at, _count in series) < YOUNG


def _is_small(series: Series) -> bool:
    return sum(count for _at, count in series) < SMALL


def _scale(series: Series, now: datetime) -> timedelta:
    for scale in SCALES:
        if _said(series, now - 2 * scale, now) >= ENOUGH:
            return scale
    return SCALES[-1]


def _said(series: Series, since: datetime, until: datetime) -> int:
    return sum(count for at, count in series if since <= at < until)


def _peak(series: Series, scale: timedelta, now: datetime) -> int:
    """Return the most that was said in any stretch that ends with a bucket, or now."""
    most = _said(series, now - scale, now)
    told = sorted(series)
    begin, said = 0, 0
    for at, count in told:
        said += count
        while told[begin][0] <= at - scale:
            said -= told[begin][1]
            begin += 1
        most = max(most, said)
    return most
