"""Where the numbers should be, and where they are."""

from django.utils.translation import gettext as _

from incidents.models import Goal, GoalState
from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.selectors.charts.wording import moment_text
from monitoring.selectors.story import Story

_SHARES = frozenset({"share", "ratio"})


def goals_section(story: Story) -> Section | None:
    """Return goals that count, with what was measured last."""
    goals = Goal.objects.filter(incident=story.incident, withdrawn_at=None).order_by("created_at")
    rows = [
        (
            Cell(goal.title),
            _value(goal, goal.baseline),
            _value(goal, goal.current),
            _value(goal, goal.target),
            Cell(moment_text(goal.deadline, story), goal.deadline.astimezone(story.zone), "moment"),
            Cell(str(GoalState(goal.state).label)),
        )
        for goal in goals
    ]
    columns = (_("Goal"), _("Baseline"), _("Now"), _("Target"), _("By"), _("State"))
    title = _("Goals")
    return Section("goals", title, [Table(title, columns, rows)]) if rows else None


def _value(goal: Goal, value: float | None) -> Cell:
    if value is None:
        return Cell("–")
    if goal.measured.unit in _SHARES:
        return Cell(f"{value:.0%}", round(value, 4), "share")
    return Cell(f"{value:,.4g}", value, "number")
