"""What a chart shows, before it is drawn: numbers, moments and words in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Unit = Literal["count", "share"]
Pattern = Literal["plain", "hatched", "dotted"]

LEAST_WIDTH, MOST_WIDTH = 320, 2_400
LEAST_HEIGHT, MOST_HEIGHT = 200, 1_600


@dataclass(frozen=True)
class Size:
    """Width and height in pixels of CSS."""

    width: int = 960
    height: int = 480


@dataclass(frozen=True)
class Words:
    """What is said in and beside a chart.

    `title` says what is shown, `summary` what is to be seen in it, for those who do not see it too;
    `note` stands below. `day` names a day on the axis of time.
    """

    title: str
    summary: str
    note: str
    nothing: str
    is_rtl: bool
    day: Callable[[date], str]


@dataclass(frozen=True)
class Marker:
    """Something that happened at a moment; what was published has another sign than what was done.

    Its sign has a number; what stands below says what that was.
    """

    at: datetime
    label: str
    is_publication: bool = False


@dataclass(frozen=True)
class Line:
    """Values over time, null where nothing is known; the band is low and high for each of them."""

    label: str
    colour: str
    values: Sequence[tuple[datetime, float | None]]
    dash: str = ""
    is_filled: bool = False
    band: Sequence[tuple[float, float] | None] = ()


@dataclass(frozen=True)
class TimeChart:
    """Lines over time."""

    words: Words
    start: datetime
    end: datetime
    zone: ZoneInfo
    lines: Sequence[Line]
    unit: Unit = "count"
    markers: Sequence[Marker] = ()


@dataclass(frozen=True)
class Layer:
    """One part of each stack."""

    label: str
    colour: str
    values: Sequence[int]
    pattern: Pattern = "plain"


@dataclass(frozen=True)
class StackChart:
    """Stacks over time; `starts` and `width` are those of the buckets."""

    words: Words
    start: datetime
    end: datetime
    zone: ZoneInfo
    starts: Sequence[datetime]
    width: timedelta
    layers: Sequence[Layer]
    markers: Sequence[Marker] = ()


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, what is written at its end, and how sure it is."""

    label: str
    value: float
    text: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class BarChart:
    """Bars beside each other, from the side where reading begins."""

    words: Words
    bars: Sequence[Bar]
    unit: Unit = "count"
    colour: str = "#0072b2"


@dataclass(frozen=True)
class IntervalRow:
    """An estimate with its interval; without one only what is said of it."""

    label: str
    text: str
    interval: tuple[float, float, float] | None = None
    is_clear: bool = False


@dataclass(frozen=True)
class IntervalChart:
    """Estimates under each other around a line of no change; values are shares of 1."""

    words: Words
    rows: Sequence[IntervalRow]
    sides: tuple[str, str] = ("", "")


Chart = TimeChart | StackChart | BarChart | IntervalChart
