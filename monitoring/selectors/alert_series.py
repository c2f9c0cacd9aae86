"""The course of an alert: what came around it, beside what is usual and what raises one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from monitoring.models import Alert, Unit
from monitoring.rules.arrays import Numbers
from monitoring.rules.detection.judging import Measure, Rule, Threshold, judge
from monitoring.selectors.watched import read_counted

BEFORE = timedelta(days=1)
AFTER = timedelta(hours=3)
# What goes on is shown no longer than this.
LONGEST = timedelta(days=2)
# Of silence and of single authors the mentions of an hour are shown, without what is usual.
_MENTIONS = Threshold(Measure.MENTIONS, at_least=1, minutes=60)


@dataclass(frozen=True)
class Point:
    """One bucket of five minutes; null where nobody can tell."""

    started_at: datetime
    observed: float | None
    usual: float | None
    limit: float | None


@dataclass(frozen=True)
class AlertSeries:
    """An alert with the buckets around it, in its unit."""

    alert: Alert
    unit: Unit
    since: datetime
    until: datetime
    points: list[Point]

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the brand."""
        return ZoneInfo(self.alert.brand.time_zone)


def read_alert_series(alert: Alert, terms: Rule | None, *, now: datetime) -> AlertSeries:
    """Return a day before an alert to some hours after it, judged by the terms of its rule as now.

    What came late is counted, so that a number may differ from that of the alert. Without terms
    (silence, single authors) the mentions of each hour are told.
    """
    end = min(now, _end(alert))
    counted = read_counted(brand_id=alert.brand_id, query=alert.query, now=end)
    judged = judge(terms or _MENTIONS, counted)
    unit = Unit(alert.unit) if terms else Unit.MENTIONS_AN_HOUR
    scale = unit.scale if terms else 1.0
    first = max(0, counted.place(alert.started_at - BEFORE))
    limit = judged.limit if terms else np.full(len(judged.limit), np.nan)
    columns = (judged.observed, judged.usual, limit)
    told = zip(*(_told(column[first:] * scale) for column in columns), strict=True)
    points = [Point(judged.moment(first + place), *row) for place, row in enumerate(told)]
    since, until = judged.moment(first), judged.moment(len(judged.observed))
    return AlertSeries(alert, unit, since, until, points)


def _end(alert: Alert) -> datetime:
    """Return the end of what is shown of it, once it is over or long."""
    longest = alert.started_at + LONGEST
    return longest if alert.ended_at is None else min(longest, alert.ended_at + AFTER)


def _told(column: Numbers) -> list[float | None]:
    return [round(one, 4) if np.isfinite(one) else None for one in column.tolist()]
