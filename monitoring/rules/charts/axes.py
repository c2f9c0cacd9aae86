"""Axes of charts over time: values from below, time from left to right in every language.

Hebrew charts, too, let time run from left to right, as numbers do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitoring.rules.charts.frame import Room
from monitoring.rules.charts.palette import INK, PAPER, QUIET, RULE
from monitoring.rules.charts.scales import Scale, round_values, tick_text, time_ticks, value_text
from monitoring.rules.charts.spec import Marker, Unit, Words
from monitoring.rules.charts.svg import element, text, width_of

_TICK = 12
MARKER_ROOM = 22.0
# How far signs are apart.
_SIGN = 19.0


@dataclass(frozen=True)
class Plane:
    """A room with its two scales."""

    room: Room
    times: Scale
    values: Scale

    def x(self, moment: datetime) -> float:
        """Return where a moment is."""
        return self.times.at(moment.timestamp())

    def y(self, value: float) -> float:
        """Return where a value is."""
        return self.values.at(value)


def plane_of(
    room: Room, start: datetime, end: datetime, high: float, unit: Unit, *, has_markers: bool
) -> tuple[Plane, list[float]]:
    """Return the plane of a chart over time, and the values named at its side."""
    top = room.top + (MARKER_ROOM if has_markers else 0)
    wanted = max(3, min(6, int((room.bottom - top) / 50)))
    ticks = round_values(0, high, wanted, whole=unit == "count")
    if unit == "share":
        ticks = [tick for tick in ticks if tick <= 1] or [0, 1]
    left = room.left + max(width_of(value_text(tick, unit), _TICK) for tick in ticks) + 8
    inner = Room(left, top, room.right, room.bottom - 24)
    times = Scale(start.timestamp(), end.timestamp(), inner.left, inner.right)
    values = Scale(0, ticks[-1], inner.bottom, inner.top)
    return Plane(inner, times, values), ticks


def draw_axes(
    plane: Plane, ticks: Sequence[float], unit: Unit, words: Words, zone: ZoneInfo
) -> str:
    """Draw lines at round values, and moments of the local day below."""
    room, parts = plane.room, []
    for tick in ticks:
        y = plane.y(tick)
        colour = QUIET if tick == 0 else RULE
        parts.append(element("path", d=f"M{room.left:.1f} {y:.1f}H{room.right:.1f}", stroke=colour))
        said = value_text(tick, unit)
        parts.append(text(said, room.left - 6, y + 4, size=_TICK, anchor="end", fill=QUIET))
    start, end = (datetime.fromtimestamp(at, zone) for at in (plane.times.low, plane.times.high))
    moments = time_ticks(start, end, zone, int(room.width / 80))
    return "".join([*parts, *_moments(plane, moments, words)])


def draw_markers(plane: Plane, markers: Sequence[Marker]) -> str:
    """Draw a line and a numbered sign for each: a square for what was published, else a circle."""
    parts, room = [], plane.room
    places = [plane.x(marker.at) for marker in markers]
    signs = _apart(places, room.right)
    for number, (marker, x, shown) in enumerate(zip(markers, places, signs, strict=True), start=1):
        y = room.top - 12
        dash = None if marker.is_publication else "3 3"
        parts.append(
            element(
                "path",
                d=f"M{x:.1f} {room.top - 4:.1f}V{room.bottom:.1f}",
                stroke=INK,
                stroke_width=1.2,
                stroke_dasharray=dash,
            )
        )
        parts.append(_sign(shown, y, number, is_publication=marker.is_publication))
    return "".join(parts)


def _apart(places: Sequence[float], right: float) -> list[float]:
    """Return where signs are drawn so that none hides another one or leaves the picture."""
    apart: list[float] = []
    for place in places:
        apart.append(max(place, apart[-1] + _SIGN) if apart else place)
    for number in reversed(range(len(apart))):
        apart[number] = min(apart[number], right)
        right = apart[number] - _SIGN
    return apart


def _sign(x: float, y: float, number: int, *, is_publication: bool) -> str:
    if is_publication:
        box = element("rect", x=x - 9, y=y - 9, width=18.0, height=18.0, rx=2, fill=INK)
    else:
        box = element("circle", cx=x, cy=y, r=9.0, fill=PAPER, stroke=INK, stroke_width=1.2)
    fill = PAPER if is_publication else INK
    return box + text(str(number), x, y + 4, size=11, anchor="middle", fill=fill, weight=700)


def _moments(plane: Plane, moments: Sequence[tuple[datetime, bool]], words: Words) -> list[str]:
    parts, free = [], plane.room.left - 30
    for moment, begins_day in moments:
        x, said = plane.x(moment), tick_text(moment, words, begins_day=begins_day)
        half = width_of(said, _TICK) / 2
        bottom = plane.room.bottom
        parts.append(element("path", d=f"M{x:.1f} {bottom:.1f}v5", stroke=QUIET))
        if x - half < free or x + half > plane.room.right + 12:
            continue
        free = x + half + 8
        weight = 700 if begins_day else 400
        parts.append(
            text(said, x, bottom + 18, size=_TICK, anchor="middle", fill=QUIET, weight=weight)
        )
    return parts
