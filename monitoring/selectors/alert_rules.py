"""What people made of the alerts of a rule."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from incidents.models import Incident, Status
from incidents.models.incident import Mode, Visibility
from monitoring.models import Alert, AlertRule, Verdict

# What is suggested follows from the latest verdicts.
MARKS = 200
# An alert so long before or after an incident was opened is about it, as in backtests.
AROUND = timedelta(days=1)


def with_verdicts(rules: QuerySet[AlertRule]) -> QuerySet[AlertRule]:
    """Return rules with how many of their alerts were judged, and how many found true.

    `marks` are the latest judged alerts that are over: how unusual each became, and its verdict.
    `missed` is how many incidents people opened with no alert of it.
    """
    over = Alert.objects.filter(rule=OuterRef("pk"), most_unusual__isnull=False)
    latest = over.exclude(verdict="").order_by("-started_at")
    marks = latest.values(mark=JSONObject(peak="most_unusual", verdict="verdict"))
    return rules.annotate(
        judged=_count(~Q(verdict="")),
        true_alarms=_count(Q(verdict=Verdict.TRUE_ALARM)),
        marks=ArraySubquery(marks[:MARKS]),
        # What incidents are about no query tells: one of its own comes after them.
        missed=Case(When(query=None, then=_counted(_missed(), by="brand")), default=Value(0)),
    )


def _count(condition: Q) -> Coalesce:
    return _counted(Alert.objects.filter(condition, rule=OuterRef("pk")), by="rule")


def _missed() -> QuerySet[Incident]:
    """Incidents of the brand of a rule that no alert belongs to, and none of the rule's is about.

    Only those that every member sees, since every member reads what follows from them.
    """
    own = Alert.objects.filter(
        rule=OuterRef(OuterRef("pk")),
        started_at__gte=OuterRef("started_at") - AROUND,
        started_at__lte=OuterRef("opened_at") + AROUND,
    )
    real = Incident.objects.filter(
        brand=OuterRef("brand"),
        mode=Mode.LIVE,
        visibility=Visibility.TEAM,
        merged_into=None,
        alerts=None,
        started_at__gte=OuterRef("created_at"),
    )
    return real.exclude(status=Status.DECLINED).exclude(Exists(own))


def _counted(found: QuerySet[Any], *, by: str) -> Coalesce:
    """Return how many there are, none being no null; `by` is what all of them share."""
    counted = found.order_by().values(by).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
