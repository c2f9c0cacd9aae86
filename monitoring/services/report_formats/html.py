"""A report as one page: its pictures, its style and its typeface are all inside."""

from base64 import b64encode
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from monitoring.rules.reports.document import (
    Block,
    Entries,
    Figures,
    Paragraph,
    Picture,
    ReportDocument,
    Table,
)
from monitoring.rules.reports.plain import drawn
from monitoring.selectors.story import Story

_FONTS = Path(__file__).resolve().parent.parent.parent / "fonts"
_WEIGHTS = {"Regular": 400, "Bold": 700}
_NAMES = {
    Figures: "figures",
    Paragraph: "paragraph",
    Picture: "picture",
    Table: "table",
    Entries: "entries",
}


def write_html(report: ReportDocument, story: Story) -> bytes:
    """Return the page, in UTF-8."""
    sections = [
        (section, [(_NAMES[type(block)], _shown(block)) for block in section.blocks])
        for section in report.sections
    ]
    with translation.override(report.language):
        page = render_to_string(
            "reports/report.html",
            {
                "report": report,
                "sections": sections,
                "fonts": _fonts(),
                "direction": "rtl" if report.is_rtl else "ltr",
            },
        )
    return page.encode()


def _shown(block: Block) -> object:
    # Drawn by us, and all text in it escaped.
    return mark_safe(drawn(block)) if isinstance(block, Picture) else block  # noqa: S308


@cache
def _fonts() -> list[tuple[int, str]]:
    return [
        (weight, b64encode((_FONTS / f"Heebo-{name}.woff2").read_bytes()).decode())
        for name, weight in _WEIGHTS.items()
    ]
