"""Bars beside each other; in Hebrew they grow from the right, where reading begins."""

from monitoring.rules.charts.frame import Room, framed, nothing, whole
from monitoring.rules.charts.palette import INK, LIGHT
from monitoring.rules.charts.scales import Scale
from monitoring.rules.charts.spec import Bar, BarChart, Size
from monitoring.rules.charts.svg import element, fitted, text, width_of


def draw_bars(chart: BarChart, size: Size, key: str) -> str:
    """Return as many bars as there is room for, the first ones first."""
    frame = framed(chart.words, size)
    room = frame.room
    bars = list(chart.bars)[: max(1, int(room.height / 20))]
    longest = max((max(bar.value, *(bar.interval or (0,))) for bar in bars), default=0.0)
    if longest <= 0:
        return whole(chart.words, size, key, frame.before, nothing(chart.words, room))
    names = min(max(width_of(bar.label) for bar in bars) + 10, room.width * 0.35)
    texts = min(max(width_of(bar.text) for bar in bars) + 12, room.width * 0.4)
    step = min(room.height / len(bars), 46.0)
    lengths = Scale(0, longest, 0, max(room.width - names - texts, 40))
    drawn = (
        _bar(bar, chart, room, (room.top + place * step, step), names, lengths)
        for place, bar in enumerate(bars)
    )
    return whole(chart.words, size, key, frame.before, *drawn)


def _bar(
    bar: Bar,
    chart: BarChart,
    room: Room,
    rows: tuple[float, float],
    names: float,
    lengths: Scale,
) -> str:
    top, step = rows
    rtl = chart.words.is_rtl
    thick = step * 0.62
    middle = top + step / 2
    base = room.right - names if rtl else room.left + names
    side = -1 if rtl else 1
    long = lengths.at(bar.value)
    shape = element(
        "rect",
        x=base - long if rtl else base,
        y=middle - thick / 2,
        width=max(long, 1.0),
        height=thick,
        fill=chart.colour,
    )
    end = max(long, lengths.at(bar.interval[1]) if bar.interval else 0)
    start = "end" if rtl else "start"
    label = fitted(bar.label, names - 10)
    return "".join(
        [
            shape,
            _whisker(bar, base, side, middle, lengths),
            text(label, base - side * 8, middle + 4, anchor="start" if rtl else "end"),
            text(bar.text, base + side * (end + 8), middle + 4, is_rtl=rtl, anchor=start),
        ]
    )


def _whisker(bar: Bar, base: float, side: int, middle: float, lengths: Scale) -> str:
    """Draw the interval: light over the bar, dark beyond it."""
    if bar.interval is None:
        return ""
    low, high = (base + side * lengths.at(bound) for bound in bar.interval)
    line = f"M{low:.1f} {middle:.1f}H{high:.1f}M{low:.1f} {middle - 5:.1f}v10"
    line += f"M{high:.1f} {middle - 5:.1f}v10"
    under = element("path", d=line, stroke=LIGHT, stroke_width=4)
    return under + element("path", d=line, stroke=INK, stroke_width=1.5)
