"""Charts for tests: what is told, and what was drawn of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from monitoring.rules.charts import Chart, Line, Size, TimeChart, Words, draw

START = datetime(2026, 8, 12, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
ISRAEL = ZoneInfo("Asia/Jerusalem")
SVG = "{http://www.w3.org/2000/svg}"


def words(*, is_rtl: bool = False, **said: Any) -> Words:
    """Return the words of a chart."""
    told: dict[str, Any] = {"title": "Mentions", "summary": "Ten.", "note": "", "nothing": "None"}
    return Words(**{**told, **said}, is_rtl=is_rtl, day=lambda day: f"{day.day}.{day.month}")


def line_chart(values: list[float | None], **said: Any) -> TimeChart:
    """Return a line of hourly values."""
    told = [(START + place * HOUR, value) for place, value in enumerate(values)]
    end = START + len(values) * HOUR
    line = Line("all", "#0072b2", told, band=said.pop("band", ()))
    return TimeChart(said.pop("words", words()), START, end, ISRAEL, [line], **said)


def drawn(chart: Chart, size: Size | None = None) -> ElementTree.Element:
    """Return the chart as a tree; whatever is not XML fails here."""
    return ElementTree.fromstring(draw(chart, size or Size()))  # noqa: S314 - our own drawing


def texts(tree: ElementTree.Element) -> list[str]:
    """Return what is written, in the order in which it is drawn."""
    return [node.text or "" for node in tree.iter(f"{SVG}text")]


def element_of(tree: ElementTree.Element, said: str) -> ElementTree.Element:
    """Return the element of a text."""
    return next(node for node in tree.iter(f"{SVG}text") if said in (node.text or ""))
