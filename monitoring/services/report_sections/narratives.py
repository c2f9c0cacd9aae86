"""What is said again and again, and whether it looks arranged."""

from typing import Any

from django.utils.translation import gettext as _

from monitoring.models import CoordinationSign, Narrative, NarrativeState
from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.selectors.charts.wording import number_text
from monitoring.selectors.narratives import with_totals
from monitoring.selectors.story import Story

NARRATIVES_SHOWN = 10


def narratives_section(story: Story) -> Section | None:
    """Return the ten that most mentions tell; without those that people dismissed."""
    standing = Narrative.objects.standing().filter(incident=story.incident, dismissed_at=None)
    told: Any = with_totals(standing)
    most = told.order_by("-total", "id")
    rows = [_row(one, one.total) for one in most[:NARRATIVES_SHOWN]]
    title = _("What is said again and again")
    columns = (
        _("Narrative"),
        _("State"),
        _("Mentions"),
        _("Accounts"),
        _("Coordination"),
        _("What speaks for it"),
    )
    return Section("narratives", title, [Table(title, columns, rows)]) if rows else None


def _row(one: Narrative, total: int) -> list[Cell]:
    coordination = "–" if one.coordination is None else f"{one.coordination:.0%}"
    return [
        Cell(one.name or one.title or "–"),
        Cell(str(NarrativeState(one.state).label)),
        Cell(number_text(total), total, "number"),
        Cell(number_text(one.authors), one.authors, "number"),
        Cell(coordination, one.coordination, "share"),
        Cell(" ".join(_signs(one))),
    ]


def _signs(one: Narrative) -> list[str]:
    return [
        str(CoordinationSign(sign["sign"]).label)
        for sign in one.signs
        if sign.get("sign") in CoordinationSign.values
    ]
