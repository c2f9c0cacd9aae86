"""Stacks over time: parts of a whole, told apart by colour and by pattern."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitoring.rules.charts.axes import Plane, draw_axes, draw_markers, plane_of
from monitoring.rules.charts.frame import Sample, framed, nothing, whole
from monitoring.rules.charts.palette import PAPER, QUIET
from monitoring.rules.charts.scales import grouped
from monitoring.rules.charts.spec import Layer, Size, StackChart
from monitoring.rules.charts.svg import element

_LEAST_BAR = 9


def draw_stacks(chart: StackChart, size: Size, key: str) -> str:
    """Return stacks, each of as many buckets as leaves it wide enough to be seen."""
    samples = [Sample(layer.label, _sample(layer, key)) for layer in chart.layers]
    frame = framed(chart.words, size, samples)
    most = int(frame.room.width / _LEAST_BAR)
    step, groups = grouped(chart.starts, chart.end, chart.zone, min(most, 72))
    stacks = [
        (at, [sum(layer.values[place] for place in places) for layer in chart.layers])
        for at, places in groups
    ]
    highest = max((sum(parts) for _at, parts in stacks), default=0)
    if not highest:
        return whole(chart.words, size, key, frame.before, nothing(chart.words, frame.room))
    start = min(chart.start, stacks[0][0])
    plane, ticks = plane_of(
        frame.room, start, chart.end, highest, "count", has_markers=bool(chart.markers)
    )
    return whole(
        chart.words,
        size,
        key,
        _patterns(chart.layers, key),
        frame.before,
        draw_axes(plane, ticks, "count", chart.words, chart.zone),
        "".join(_stack(at, step, parts, chart, plane, key) for at, parts in stacks),
        draw_markers(plane, chart.markers),
    )


def _stack(
    at: datetime,
    step: timedelta,
    parts: Sequence[int],
    chart: StackChart,
    plane: Plane,
    key: str,
) -> str:
    left = plane.x(at)
    wide = max(1.0, plane.x(min(at + step, chart.end)) - left)
    gap = min(2.0, wide * 0.2)
    drawn, below = [], 0
    for layer, count in zip(chart.layers, parts, strict=True):
        if not count:
            continue
        top, bottom = plane.y(below + count), plane.y(below)
        below += count
        shape = {"x": left + gap / 2, "y": top, "width": wide - gap, "height": bottom - top}
        drawn.append(_painted(layer, key, shape))
    return "".join(drawn)


def _painted(layer: Layer, key: str, shape: dict[str, float]) -> str:
    stroke = {"stroke": QUIET, "stroke_width": 0.5} if layer.pattern == "plain" else {}
    ground = element("rect", fill=layer.colour, **stroke, **shape)
    if layer.pattern == "plain":
        return ground
    return ground + element("rect", fill=f"url(#{key}-{layer.pattern})", **shape)


def _sample(layer: Layer, key: str) -> str:
    return _painted(layer, key, {"x": 0.0, "y": 0.0, "width": 22.0, "height": 12.0})


def _patterns(layers: Sequence[Layer], key: str) -> str:
    """Define what is laid over colours, so that they differ in grey, too."""
    drawings = {
        "hatched": element(
            "path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", stroke=PAPER, stroke_width=1.6
        ),
        "dotted": element("circle", cx=2, cy=2, r=1.1, fill=PAPER),
    }
    sizes = {"hatched": 8, "dotted": 5}
    used = sorted({layer.pattern for layer in layers if layer.pattern != "plain"})
    return element(
        "defs",
        "".join(
            element(
                "pattern",
                drawings[name],
                id=f"{key}-{name}",
                width=sizes[name],
                height=sizes[name],
                patternUnits="userSpaceOnUse",
            )
            for name in used
        ),
    )
