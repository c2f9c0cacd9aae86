"""What happened when, from the opening on."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Fact, FactStatus, Status, Task, TaskKind
from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.selectors.charts.wording import moment_text
from monitoring.selectors.story import MOMENTS_LIMIT, Story

_Moment = tuple[datetime, str, str]


def timeline_section(story: Story) -> Section:
    """Return the turns of the incident, its first and its last ones where there are many."""
    title = _("Timeline")
    moments = sorted([*_turns(story), *_facts(story), *_promises(story), *_spoken(story)])
    if len(moments) > MOMENTS_LIMIT:
        half = MOMENTS_LIMIT // 2
        moments = [*moments[:half], *moments[-half:]]
    rows = [
        (
            Cell(moment_text(at, story), at.astimezone(story.zone), "moment"),
            Cell(what),
            Cell(said),
        )
        for at, what, said in moments
    ]
    return Section("timeline", title, [Table(title, (_("When"), _("What"), _("Details")), rows)])


def _turns(story: Story) -> list[_Moment]:
    incident = story.incident
    moments = [
        (incident.started_at, _("the talk began"), ""),
        (incident.opened_at, _("incident opened"), ""),
    ]
    if incident.acknowledged_at:
        moments.append((incident.acknowledged_at, _("taken on"), ""))
    moments += [(at, _("new status"), str(Status(to).label)) for at, to in story.turns]
    return moments


def _facts(story: Story) -> list[_Moment]:
    verbs = {FactStatus.CONFIRMED: _("fact confirmed"), FactStatus.FALSE: _("fact refuted")}
    decided = Fact.objects.filter(incident=story.incident, decided_at__isnull=False)
    return [
        (fact.decided_at or fact.created_at, verbs[FactStatus(fact.status)], fact.statement)
        for fact in decided.order_by("decided_at")[:MOMENTS_LIMIT]
        if fact.status in verbs
    ]


def _promises(story: Story) -> list[_Moment]:
    made = Task.objects.filter(incident=story.incident, kind=TaskKind.COMMITMENT)
    return [
        (task.promised_at, _("promised"), task.promise)
        for task in made.order_by("promised_at")[:MOMENTS_LIMIT]
        if task.promised_at
    ]


def _spoken(story: Story) -> list[_Moment]:
    return [(one.at, _("published"), one.title) for one in story.spoken]
