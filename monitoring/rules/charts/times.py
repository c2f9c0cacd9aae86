"""Lines over time, with what happened beside them."""

from collections.abc import Sequence
from itertools import groupby

from monitoring.rules.charts.axes import Plane, draw_axes, draw_markers, plane_of
from monitoring.rules.charts.frame import Room, Sample, framed, nothing, whole
from monitoring.rules.charts.palette import PAPER
from monitoring.rules.charts.spec import Line, Size, TimeChart
from monitoring.rules.charts.svg import element, fitted, path, text, width_of


def draw_lines(chart: TimeChart, size: Size, key: str) -> str:
    """Return lines, their bands, and their names at their ends."""
    frame = framed(chart.words, size, [Sample(line.label, _sample(line)) for line in chart.lines])
    highest = max((value for line in chart.lines for value in _heights(line)), default=0.0)
    if highest <= 0:
        return whole(chart.words, size, key, frame.before, nothing(chart.words, frame.room))
    room = frame.room
    names = min(max(width_of(line.label) for line in chart.lines) + 12, size.width * 0.22)
    wide = size.width >= 560
    inner = Room(room.left, room.top, room.right - (names if wide else 12), room.bottom)
    plane, ticks = plane_of(
        inner, chart.start, chart.end, highest, chart.unit, has_markers=bool(chart.markers)
    )
    drawn = "".join(_line(line, plane) for line in chart.lines)
    return whole(
        chart.words,
        size,
        key,
        frame.before,
        draw_axes(plane, ticks, chart.unit, chart.words, chart.zone),
        drawn,
        draw_markers(plane, chart.markers),
        _names(chart.lines, plane, names) if wide else "",
    )


def _heights(line: Line) -> list[float]:
    tops = [high for bounds in line.band if bounds for high in [bounds[1]]]
    return [value for _at, value in line.values if value is not None] + tops


def _line(line: Line, plane: Plane) -> str:
    parts = [_band(line, plane)]
    for run in _runs(line, plane):
        if line.is_filled:
            floor = plane.room.bottom
            shape = [(run[0][0], floor), *run, (run[-1][0], floor)]
            parts.append(element("path", d=path(shape) + "Z", fill=line.colour, fill_opacity=0.16))
        if len(run) == 1:
            parts.append(element("circle", cx=run[0][0], cy=run[0][1], r=2.5, fill=line.colour))
            continue
        parts.append(_stroke(path(run), line))
    return "".join(parts)


def _stroke(commands: str, line: Line) -> str:
    return element(
        "path",
        d=commands,
        fill="none",
        stroke=line.colour,
        stroke_width=2,
        stroke_linejoin="round",
        stroke_dasharray=line.dash or None,
    )


def _band(line: Line, plane: Plane) -> str:
    """Draw what lies between the bounds, broken where nothing is known."""
    pairs = zip(line.values, line.band, strict=False)
    parts = []
    for is_known, run in groupby(pairs, key=lambda pair: pair[1] is not None):
        bounds = [(plane.x(at), bound) for (at, _value), bound in run if bound is not None]
        if is_known and len(bounds) > 1:
            upper = [(x, plane.y(high)) for x, (_low, high) in bounds]
            lower = [(x, plane.y(low)) for x, (low, _high) in reversed(bounds)]
            shape = path([*upper, *lower]) + "Z"
            parts.append(element("path", d=shape, fill=line.colour, fill_opacity=0.2))
    return "".join(parts)


def _runs(line: Line, plane: Plane) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in line.values:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((plane.x(at), plane.y(value)))
    return [run for run in runs if run]


def _names(lines: Sequence[Line], plane: Plane, room: float) -> str:
    """Write each name where its line ends, apart from each other."""
    ends = []
    for line in lines:
        known = [value for _at, value in line.values if value is not None]
        if known:
            ends.append((plane.y(known[-1]), line))
    parts, free = [], plane.room.top - 20
    ends.sort(key=lambda end: end[0])
    for y, line in ends:
        free = max(y, free + 17)
        said = fitted(line.label, room - 6)
        parts.append(text(said, plane.room.right + 6, free + 4, fill=line.colour, weight=700))
    return "".join(parts)


def _sample(line: Line) -> str:
    ground = element("rect", width=22, height=12, fill=PAPER)
    if line.is_filled:
        ground = element("rect", width=22, height=12, fill=line.colour, fill_opacity=0.16)
    return ground + _stroke("M0 6H22", line)
