"""The series as comma-separated values, and a report as a workbook of sheets."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.rules.counts import EMOTIONS, ENGAGEMENT, INTENTS, SENTIMENTS, Counts
from monitoring.rules.intervals import share
from monitoring.rules.reports.cells import written
from monitoring.rules.reports.document import Cell, Figures, ReportDocument, Table, Value
from monitoring.selectors.charts.wording import EMOTION_NAMES
from monitoring.selectors.story import Story

_COUNTS = ("mentions", "analysed", *SENTIMENTS, *ENGAGEMENT, "reach", *EMOTIONS, *INTENTS)
_SHARES = ("negative_share", "negative_share_low", "negative_share_high")
_NAME_LENGTH = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDEST = 60
# Excel shows bytes that are not UTF-8 unless the file begins with this.
_MARK = "\ufeff"


def write_csv(report: ReportDocument, story: Story) -> bytes:
    """Return the series, a bucket a line, under names that programs read."""
    sheet = StringIO(newline="")
    sheet.write(_MARK)
    lines = csv.writer(sheet)
    lines.writerow(["started_at", "ended_at", *_COUNTS, *_SHARES])
    for at, counts in story.metrics.series:
        start = at.astimezone(story.zone)
        end = (at + story.window.width).astimezone(story.zone)
        lines.writerow([written(value) for value in (start, end, *_numbers(counts))])
    return sheet.getvalue().encode()


def write_xlsx(report: ReportDocument, story: Story) -> bytes:
    """Return a workbook: the numbers, each table of the report, and the series."""
    target = BytesIO()
    terms = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with translation.override(report.language), xlsxwriter.Workbook(target, terms) as book:
        book.set_properties({"title": report.title, "created": report.made_at.replace(tzinfo=None)})
        pages = _Pages(book, is_rtl=report.is_rtl)
        pages.add(_("Report"), ("", "", ""), _front(report))
        for section in report.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    pages.add(block.name, block.columns, block.rows)
        pages.add(_("Series"), _series_columns(), _series(story))
    return target.getvalue()


class _Pages:
    """The sheets of a workbook, each with a name of its own."""

    def __init__(self, book: Any, *, is_rtl: bool) -> None:
        self._book, self._is_rtl = book, is_rtl
        self._names: set[str] = set()
        bold = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        self._head = book.add_format(bold)
        self._formats = {
            "words": book.add_format({"text_wrap": True, "valign": "top"}),
            "number": book.add_format({"num_format": "#,##0.##", "valign": "top"}),
            "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        }

    def add(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Write a sheet; text is written as text, whatever it begins with."""
        sheet = self._book.add_worksheet(self._named(name))
        if self._is_rtl:
            sheet.right_to_left()
        first = 1 if any(columns) else 0
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(place, column, rows))
            if first:
                sheet.write_string(0, place, column, self._head)
        if first:
            sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=first):
            for place, cell in enumerate(row):
                self._write(sheet, line, place, cell)

    def _write(self, sheet: Any, line: int, place: int, cell: Cell) -> None:
        style = self._formats[cell.kind]
        if isinstance(cell.value, datetime):
            sheet.write_datetime(line, place, cell.value.replace(tzinfo=None), style)
        elif isinstance(cell.value, int | float):
            sheet.write_number(line, place, cell.value, style)
        else:
            sheet.write_string(line, place, _plain(cell.text), self._formats["words"])

    def _named(self, name: str) -> str:
        short = name.translate(_NOT_IN_NAMES).strip()[:_NAME_LENGTH] or "1"
        named, number = short, 2
        while named.casefold() in self._names:
            named = f"{short[: _NAME_LENGTH - 3]} {number}"
            number += 1
        self._names.add(named.casefold())
        return named


def _width(place: int, column: str, rows: Sequence[Sequence[Cell]]) -> int:
    longest = max([len(column), *(len(row[place].text) for row in rows[:200])])
    return min(max(longest + 2, 10), _WIDEST)


def _plain(said: str) -> str:
    """Return text without what sheets cannot hold; a cell holds 32,767 characters."""
    kept = "".join(sign for sign in said if sign in "\n\t" or sign.isprintable())
    return kept[:32_767]


def _front(report: ReportDocument) -> list[list[Cell]]:
    rows = [[Cell(report.brand), Cell(""), Cell("")], [Cell(report.title), Cell(""), Cell("")]]
    rows += [[Cell(said), Cell(""), Cell("")] for said in (report.note, *report.notices)]
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                rows += [_figure(one.label, one.text, one.value, one.note) for one in block.items]
    return rows


def _figure(label: str, text: str, value: Value, note: str) -> list[Cell]:
    is_share = isinstance(value, float) and "%" in text
    kind = "share" if is_share else "number" if isinstance(value, int | float) else "words"
    return [Cell(label), Cell(text, value, kind), Cell(note)]  # type: ignore[arg-type]


def _series_columns() -> list[str]:
    names = {
        "mentions": _("Mentions"),
        "analysed": _("Read"),
        "positive": _("Positive"),
        "neutral": _("Neutral"),
        "negative": _("Negative"),
        "likes": _("Likes"),
        "comments": _("Comments"),
        "shares": _("Shares"),
        "reach": _("Reach"),
        "asks": _("Ask a question"),
        "complains": _("Complain"),
        "leaves": _("Threaten to leave"),
        "praises": _("Praise"),
        "harm": _("Report harm"),
        **{name: str(label) for name, label in EMOTION_NAMES.items()},
    }
    share_names = (_("Share of negative mentions"), _("At least"), _("At most"))
    return [_("From"), _("To"), *(names[name] for name in _COUNTS), *share_names]


def _series(story: Story) -> list[list[Cell]]:
    rows = []
    for at, counts in story.metrics.series:
        moments = (at.astimezone(story.zone), (at + story.window.width).astimezone(story.zone))
        numbers = _numbers(counts)
        rows.append(
            [
                *(Cell(f"{one:%Y-%m-%d %H:%M}", one, "moment") for one in moments),
                *(Cell(str(one), one, "number") for one in numbers[: len(_COUNTS)]),
                *(
                    Cell("" if one is None else f"{one:.1%}", one, "share")
                    for one in numbers[len(_COUNTS) :]
                ),
            ]
        )
    return rows


def _numbers(counts: Counts) -> list[int | float | None]:
    found = share(counts.negative, counts.known)
    ends = (found.value, found.low, found.high) if found else (None, None, None)
    shares = [None if one is None else round(one, 4) for one in ends]
    return [*(getattr(counts, name) for name in _COUNTS), *shares]
