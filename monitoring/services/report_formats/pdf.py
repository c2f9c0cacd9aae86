"""A report as a paper to print, with tags for screen readers."""

from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from monitoring.rules.reports.document import ReportDocument
from monitoring.rules.reports.plain import plain_report
from monitoring.selectors.story import Story
from monitoring.services.typesetting import paper_of

TEMPLATE = Path(__file__).resolve().parent / "report.typ"


def write_pdf(report: ReportDocument, story: Story) -> bytes:
    """Return the PDF."""
    said, charts = plain_report(report)
    with translation.override(report.language):
        said["pages"] = _("Page")
    template = TEMPLATE.read_text(encoding="utf-8")
    return paper_of(template, said, charts, made_at=report.made_at)
