"""A report as plain objects, as Typst reads it, and its charts as files."""

from typing import Any

from monitoring.rules.charts import Size, StackChart, TimeChart, draw, natural_height
from monitoring.rules.charts.svg import begins_right
from monitoring.rules.reports.document import (
    Block,
    Cell,
    Entries,
    Entry,
    Figures,
    Paragraph,
    Picture,
    ReportDocument,
    Table,
)

CHART_WIDTH = 800
# Three of them fit on a page of A4.
_TIME_HEIGHT = 340


def plain_report(report: ReportDocument) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the report, and the charts it names by their file names."""
    charts: dict[str, str] = {}
    sections = [
        {"title": section.title, "blocks": [_block(one, charts) for one in section.blocks]}
        for section in report.sections
    ]
    said = {
        "title": {"text": report.title, "rtl": report.title_is_rtl},
        "brand": _text(report.brand),
        "note": report.note,
        "language": report.language,
        "rtl": report.is_rtl,
        "notices": list(report.notices),
        "sections": sections,
    }
    return said, charts


def drawn(picture: Picture) -> str:
    """Return a chart in the width of a page."""
    is_long = isinstance(picture.chart, TimeChart | StackChart)
    height = _TIME_HEIGHT if is_long else natural_height(picture.chart, CHART_WIDTH)
    size = Size(CHART_WIDTH, height)
    return draw(picture.chart, size, key=picture.name)


def _block(block: Block, charts: dict[str, str]) -> dict[str, Any]:
    match block:
        case Figures():
            items = [
                {"label": one.label, "text": one.text, "note": one.note} for one in block.items
            ]
            return {"kind": "figures", "items": items}
        case Paragraph():
            lines = [_text(line) for line in block.text.splitlines() if line.strip()]
            return {"kind": "paragraph", "lines": lines, "quiet": block.is_quiet}
        case Picture():
            name = f"{block.name}.svg"
            charts[name] = drawn(block)
            return {"kind": "picture", "file": name, "alt": block.chart.words.summary}
        case Table():
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            return {"kind": "table", "columns": list(block.columns), "rows": rows}
        case Entries():
            return {"kind": "entries", "items": [_entry(one) for one in block.items]}


def _entry(entry: Entry) -> dict[str, Any]:
    lines = [_text(line) for line in entry.text.splitlines() if line.strip()]
    return {"title": _text(entry.title), "lines": lines, "note": entry.note}


def _cell(cell: Cell) -> dict[str, Any]:
    said = _text(cell.text)
    return {**said, "number": cell.kind in ("number", "share")}


def _text(said: str) -> dict[str, Any]:
    """Return text with the side it begins from: people write in either language."""
    return {"text": said, "rtl": begins_right(said)}
