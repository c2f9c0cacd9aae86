"""Charts as SVG: no scripts, readable in print, on either side of the page."""

from monitoring.rules.charts.bars import draw_bars
from monitoring.rules.charts.frame import around_height
from monitoring.rules.charts.intervals import draw_intervals
from monitoring.rules.charts.spec import (
    LEAST_HEIGHT,
    MOST_HEIGHT,
    Bar,
    BarChart,
    Chart,
    IntervalChart,
    IntervalRow,
    Layer,
    Line,
    Marker,
    Size,
    StackChart,
    TimeChart,
    Words,
)
from monitoring.rules.charts.stacks import draw_stacks
from monitoring.rules.charts.times import draw_lines

__all__ = [
    "Bar",
    "BarChart",
    "Chart",
    "IntervalChart",
    "IntervalRow",
    "Layer",
    "Line",
    "Marker",
    "Size",
    "StackChart",
    "TimeChart",
    "Words",
    "draw",
    "natural_height",
]


def draw(chart: Chart, size: Size, *, key: str = "chart") -> str:
    """Return the chart as SVG; `key` keeps its ids apart from those of others on a page."""
    match chart:
        case TimeChart():
            return draw_lines(chart, size, key)
        case StackChart():
            return draw_stacks(chart, size, key)
        case BarChart():
            return draw_bars(chart, size, key)
        case IntervalChart():
            return draw_intervals(chart, size, key)


def natural_height(chart: Chart, width: int) -> int:
    """Return the height in which a chart of this width is neither cramped nor empty."""
    if isinstance(chart, TimeChart | StackChart):
        return max(LEAST_HEIGHT, min(width // 2, 560))
    rows = chart.bars if isinstance(chart, BarChart) else chart.rows
    axis = 0 if isinstance(chart, BarChart) else 52
    least = LEAST_HEIGHT if not rows else 0
    height = around_height(chart.words, width) + axis + 40 * len(rows)
    return max(least, min(height, MOST_HEIGHT))
