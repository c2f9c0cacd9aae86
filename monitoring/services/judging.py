"""One alert rule put to what was counted: what it finds, and when that is over."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from monitoring.models import Alert, AlertRule, Measure, Unit, Watched
from monitoring.rules.detection.authors import loud_authors
from monitoring.rules.detection.episodes import episode
from monitoring.rules.detection.judging import (
    Counted,
    Judgement,
    Kind,
    Rule,
    Threshold,
    Unusual,
    judge,
)
from monitoring.rules.detection.judging import Measure as Counts
from monitoring.rules.detection.silences import judge_silence
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.services.alerts import Finding
from monitoring.services.loud import bring_together, is_anybody_heard

_UNITS = {
    Watched.BURST: Unit.MENTIONS_AN_HOUR,
    Watched.SLOW_BURN: Unit.MENTIONS_AN_HOUR,
    Watched.NEGATIVE_SHARE: Unit.SHARE,
    Watched.REACH: Unit.REACH_AN_HOUR,
    Watched.AUTHOR: Unit.REACH_OF_AUTHOR,
    Watched.SILENCE: Unit.HOURS,
}
_MEASURED = {
    Measure.MENTIONS: Unit.MENTIONS,
    Measure.NEGATIVE_SHARE: Unit.SHARE,
    Measure.REACH: Unit.REACH,
}
# Judged otherwise than by series of counts.
OTHERWISE = (Watched.AUTHOR, Watched.SILENCE)


@dataclass(frozen=True)
class Ending:
    """When the talk was back to normal, and how far it went before, in the unit of the alert."""

    ended_at: datetime
    highest: float | None = None
    most_unusual: float | None = None


def find(
    rule: AlertRule, counted: Counted, *, since: datetime | None, now: datetime
) -> Finding | None:
    """Return what a rule finds first from a moment on, None for nothing unusual.

    Without a moment only what is so now counts.
    """
    if rule.watched == Watched.SILENCE:
        found = judge_silence(counted, now=now, zone=ZoneInfo(rule.brand.time_zone))
    elif rule.watched == Watched.AUTHOR:
        return _loudest(rule, since, now)
    else:
        found = judge(terms_of(rule), counted).first_over(counted.place(since or now))
    return None if found is None else _finding(rule, found)


def end_of(alert: Alert, counted: Counted, *, now: datetime) -> Ending | None:
    """Return how the talk of an alert was back to normal, None while it is not.

    One that began before what is counted ends at once.
    """
    began = counted.place(alert.started_at)
    if began < 0:
        return Ending(now)
    if alert.watched == Watched.SILENCE:
        heard_at = _heard_again(counted, began)
        return None if heard_at is None else Ending(heard_at)
    if alert.watched == Watched.AUTHOR:
        return Ending(now) if _loudest(alert.rule, None, now) is None else None
    judged = judge(terms_of(alert.rule), counted)
    storm = episode(judged, began=began, level=_calm_of(alert))
    if storm.ended is None:
        return None
    highest = _finding(alert.rule, judged.at(storm.highest)).observed
    unusual = judged.unusual[began : storm.ended + 1]
    most = float(np.nanmax(unusual)) if np.isfinite(unusual).any() else None
    return Ending(judged.moment(storm.ended), highest, most)


def _calm_of(alert: Alert) -> float | None:
    """Return the level at which its talk is as usual again, as it was when it began.

    What is read of the days before grows shorter while an alert lasts, and would tell less and less
    of it.
    """
    told = [one for one in (alert.usual, alert.limit) if one is not None]
    return min(told) / unit_of(alert.rule).scale if told else None


def terms_of(rule: AlertRule) -> Rule:
    """Return an alert rule as it is put to numbers."""
    if rule.watched == Watched.THRESHOLD:
        return Threshold(
            measure=Counts(rule.measure),
            at_least=rule.at_least or 0.0,
            minutes=rule.window_minutes or 5,
            least_known=rule.least_mentions or 1,
        )
    return Unusual(Kind(rule.watched), rule.alarms_a_week)


def unit_of(rule: AlertRule) -> Unit:
    """Return what the numbers of a rule's alerts count."""
    if rule.watched == Watched.THRESHOLD:
        return _MEASURED[Measure(rule.measure)]
    return _UNITS[Watched(rule.watched)]


def _loudest(rule: AlertRule, since: datetime | None, now: datetime) -> Finding | None:
    talk: dict[str, Any] = {"brand_id": rule.brand_id, "query": rule.query, "now": now}
    if since is not None and not is_anybody_heard(since=since, **talk):
        return None
    at = bucket_start(now, FIVE_MINUTES)
    loud = loud_authors(bring_together(**talk), at=at, alarms_a_week=rule.alarms_a_week)
    return replace(_finding(rule, loud[0].judgement), author=loud[0].author) if loud else None


def _heard_again(counted: Counted, since: int) -> datetime | None:
    spoken = np.flatnonzero(counted.mentions[since:] > 0)
    return counted.moment(since + int(spoken[0])) if spoken.size else None


def _finding(rule: AlertRule, judgement: Judgement) -> Finding:
    unit = unit_of(rule)
    told = (judgement.observed, judgement.usual, judgement.limit)
    observed, usual, limit = (None if one is None else round(one * unit.scale, 4) for one in told)
    return Finding(judgement.at, unit, observed or 0.0, usual, limit, judgement.unusual)
