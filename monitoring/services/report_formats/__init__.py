"""What a report can be written as: one registry, from the name of a format to its writer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitoring.rules.reports.document import ReportDocument
from monitoring.selectors.story import Story
from monitoring.services.report_formats.html import write_html
from monitoring.services.report_formats.pdf import write_pdf
from monitoring.services.report_formats.sheets import write_csv, write_xlsx

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """A media type, and who writes it: of what the report says, and of the series behind it."""

    media_type: str
    write: Callable[[ReportDocument, Story], bytes]


FORMATS: Mapping[str, Format] = {
    "html": Format("text/html", write_html),
    "pdf": Format("application/pdf", write_pdf),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": Format("text/csv", write_csv),
}
