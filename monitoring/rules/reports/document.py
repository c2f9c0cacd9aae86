"""What a report says, block by block, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitoring.rules.charts import Chart
from monitoring.rules.charts.svg import begins_right, has_right

Value = str | int | float | datetime | None
Kind = Literal["words", "number", "share", "moment"]


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and the value behind it for sheets that calculate."""

    text: str
    value: Value = None
    kind: Kind = "words"


@dataclass(frozen=True)
class Figure:
    """A number with its name, and how sure it is."""

    label: str
    text: str
    note: str = ""
    value: Value = None


@dataclass(frozen=True)
class Figures:
    """Numbers beside each other."""

    items: Sequence[Figure]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that people wrote, or one of ours."""

    text: str
    is_quiet: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart, by its name."""

    name: str
    chart: Chart


@dataclass(frozen=True)
class Table:
    """Rows under named columns; sheets call it by its name."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Entry:
    """Something with a heading and a text: a fact, a lesson, an update."""

    title: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entries:
    """A list of them."""

    items: Sequence[Entry]


Block = Figures | Paragraph | Picture | Table | Entries


@dataclass(frozen=True)
class Section:
    """A part of a report under its own heading."""

    key: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class ReportDocument:
    """A report in one language; `notices` stand above all else."""

    title: str
    brand: str
    note: str
    language: str
    is_rtl: bool
    made_at: datetime
    notices: Sequence[str]
    sections: Sequence[Section]

    @property
    def title_is_rtl(self) -> bool:
        """Whether the title runs from the right: a reference before it does not turn it."""
        return has_right(self.title) if self.is_rtl else begins_right(self.title)
