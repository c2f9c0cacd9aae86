"""What was promised, and what has become of it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Task, TaskKind
from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.selectors.charts.wording import moment_text
from monitoring.selectors.story import Story

STATES = {
    "open": gettext_lazy("open"),
    "late": gettext_lazy("late"),
    "kept": gettext_lazy("kept"),
    "kept_late": gettext_lazy("kept late"),
    "broken": gettext_lazy("broken"),
    "withdrawn": gettext_lazy("withdrawn"),
}


def commitments_section(story: Story) -> Section | None:
    """Return every promise made in public, the next one due first."""
    made = Task.objects.filter(incident=story.incident, kind=TaskKind.COMMITMENT)
    rows = [
        (
            Cell(task.promise),
            Cell(moment_text(task.due_at, story), task.due_at.astimezone(story.zone), "moment"),
            Cell(str(STATES[task.public_state])),
        )
        for task in made.order_by("due_at", "id")
        if task.due_at and task.public_state
    ]
    title = _("What we promised")
    columns = (_("Promise"), _("By"), _("State"))
    return Section("commitments", title, [Table(title, columns, rows)]) if rows else None
