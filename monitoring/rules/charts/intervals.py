"""Estimates with their intervals around a line of no change; less is left in every language."""

from monitoring.rules.charts.frame import MARGIN, Room, framed, nothing, whole
from monitoring.rules.charts.palette import BLUE, INK, QUIET, RULE
from monitoring.rules.charts.scales import Scale, round_values
from monitoring.rules.charts.spec import IntervalChart, IntervalRow, Size
from monitoring.rules.charts.svg import element, fitted, text, width_of

_TICK = 12
# An interval that reaches further is cut off there, with an arrow.
_FURTHEST = 3.0


def draw_intervals(chart: IntervalChart, size: Size, key: str) -> str:
    """Return one row for each estimate; those whose interval leaves out no change are filled."""
    frame = framed(chart.words, size)
    room = frame.room
    rows = list(chart.rows)[: max(1, int((room.height - 50) / 24))]
    known = [row.interval for row in rows if row.interval]
    if not rows:
        return whole(chart.words, size, key, frame.before, nothing(chart.words, room))
    low = max(min((one[0] for one in known), default=-0.5), -1.0)
    high = min(max((one[2] for one in known), default=0.5), _FURTHEST)
    ticks = round_values(min(low, -0.1), max(high, 0.1), 5)
    names, inner = _places(chart, room)
    scale = Scale(ticks[0], ticks[-1], inner.left, inner.right)
    step = min((inner.bottom - inner.top) / len(rows), 52.0)
    drawn = [
        _row(row, chart, inner, inner.top + (place + 0.5) * step, names, scale)
        for place, row in enumerate(rows)
    ]
    bottom = inner.top + step * len(rows)
    axis = _axis(chart, ticks, scale, Room(inner.left, inner.top, inner.right, bottom))
    return whole(chart.words, size, key, frame.before, axis, *drawn)


def _places(chart: IntervalChart, room: Room) -> tuple[float, Room]:
    widest = max(max(width_of(row.label), width_of(row.text, _TICK)) for row in chart.rows)
    names = min(widest + 16, room.width * 0.42)
    if chart.words.is_rtl:
        return names, Room(room.left + MARGIN, room.top, room.right - names - 12, room.bottom - 46)
    return names, Room(room.left + names + 12, room.top, room.right - MARGIN, room.bottom - 46)


def _row(
    row: IntervalRow, chart: IntervalChart, room: Room, y: float, names: float, scale: Scale
) -> str:
    rtl = chart.words.is_rtl
    x = room.right + 12 + names if rtl else room.left - 12 - names
    anchor = "end" if rtl else "start"
    said = text(fitted(row.label, names - 8), x, y - 2, anchor=anchor, weight=700)
    said += text(
        fitted(row.text, names - 8, _TICK),
        x,
        y + 14,
        is_rtl=rtl,
        size=_TICK,
        anchor=anchor,
        fill=QUIET,
    )
    if row.interval is None:
        return said
    low, middle, high = (scale.at(value) for value in row.interval)
    line = element("path", d=f"M{low:.1f} {y:.1f}H{high:.1f}", stroke=BLUE, stroke_width=3)
    fill = BLUE if row.is_clear else "#ffffff"
    dot = element("circle", cx=middle, cy=y, r=6.0, fill=fill, stroke=BLUE, stroke_width=2.5)
    return (
        said
        + line
        + _end(row.interval[0], low, y, scale, -1)
        + _end(row.interval[2], high, y, scale, 1)
        + dot
    )


def _end(value: float, x: float, y: float, scale: Scale, side: int) -> str:
    """Draw the end of an interval: a bar, or an arrow where it goes on."""
    if scale.low <= value <= scale.high:
        return element("path", d=f"M{x:.1f} {y - 6:.1f}v12", stroke=BLUE, stroke_width=2)
    shape = f"M{x + side * 6:.1f} {y:.1f}l{-side * 9} -6v12Z"
    return element("path", d=shape, fill=BLUE)


def _axis(chart: IntervalChart, ticks: list[float], scale: Scale, room: Room) -> str:
    parts = []
    for tick in ticks:
        x, is_zero = scale.at(tick), abs(tick) < 1e-9
        stroke = {"stroke": INK, "stroke_width": 1.5} if is_zero else {"stroke": RULE}
        parts.append(element("path", d=f"M{x:.1f} {room.top:.1f}V{room.bottom:.1f}", **stroke))
        said = "0" if is_zero else f"{tick:+.0%}".replace("-", "−")
        parts.append(text(said, x, room.bottom + 16, size=_TICK, anchor="middle", fill=QUIET))
    zero, y = scale.at(0), room.bottom + 36
    for side, said in zip((-1, 1), chart.sides, strict=True):
        arrow = f"M{zero + side * 8:.1f} {y - 4:.1f}h{side * 16}l{-side * 5} -4m{side * 5} 4"
        arrow += f"l{-side * 5} 4"
        parts.append(element("path", d=arrow, fill="none", stroke=QUIET, stroke_width=1.2))
        anchor = "end" if side < 0 else "start"
        at, rtl = zero + side * 30, chart.words.is_rtl
        parts.append(text(said, at, y, is_rtl=rtl, size=_TICK, anchor=anchor, fill=QUIET))
    return "".join(parts)
