"""From touched five minutes to alerts: each rule of what changed is judged, and what is over ends.

Work is rows: what was touched stays until its rules were judged in the same transaction.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from monitoring.models import Alert, AlertRule, Query, Watched
from monitoring.rules.detection.judging import Counted
from monitoring.selectors.alert_causes import find_cause
from monitoring.selectors.watched import read_counted
from monitoring.services.alerts import end_alert, free_from, raise_alert
from monitoring.services.judging import end_of, find
from monitoring.services.loud import forget_days

# What was said longer ago than this and is heard now, an import for instance, is no news.
LATEST = timedelta(hours=12)

# All that was touched of the query that waits longest; rows that another worker has are left.
_TAKE = """
WITH oldest AS (
    SELECT brand_id, query_id FROM monitoring_touch ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
    SELECT t.id FROM monitoring_touch t JOIN oldest o
        ON t.brand_id = o.brand_id AND t.query_id IS NOT DISTINCT FROM o.query_id
    FOR UPDATE OF t SKIP LOCKED
), removed AS (
    DELETE FROM monitoring_touch WHERE id IN (SELECT id FROM taken)
    RETURNING brand_id, query_id, started_at
)
SELECT brand_id, query_id, min(started_at),
    array_agg(DISTINCT (started_at AT TIME ZONE 'UTC')::date)
FROM removed GROUP BY brand_id, query_id
"""


@transaction.atomic
def watch_next(*, now: datetime) -> list[Alert] | None:
    """Judge what was touched of the query that waits longest; return its alerts, None for nothing.

    A worker that dies in the middle leaves what was touched, and no alert.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        row = cursor.fetchone()
    if row is None:
        return None
    brand_id, query_id, since, days = row
    forget_days(brand_id=brand_id, query_id=query_id, days=days)
    query = Query.objects.get(pk=query_id) if query_id else None
    counted = read_counted(brand_id=brand_id, query=query, now=now)
    return _judge(brand_id, query_id, counted, since=since, now=now)


def sweep_rules(*, now: datetime) -> int:
    """Look at what no mention would tell, and at what is over; return how much is new.

    Silence, talk back to normal, and accounts who bring much bit by bit.
    """
    going_on = Exists(Alert.objects.going_on().filter(rule=OuterRef("pk")))
    rules = AlertRule.objects.filter(going_on) | AlertRule.objects.active().filter(
        watched__in=[Watched.SILENCE, Watched.AUTHOR]
    )
    watched = sorted(set(rules.values_list("brand_id", "query_id")), key=str)
    return sum(_sweep(brand_id, query_id, now) for brand_id, query_id in watched)


@transaction.atomic
def _sweep(brand_id: UUID, query_id: UUID | None, now: datetime) -> int:
    query = Query.objects.get(pk=query_id) if query_id else None
    counted = read_counted(brand_id=brand_id, query=query, now=now)
    alerts = Alert.objects.going_on().filter(brand_id=brand_id, query=query)
    ended = 0
    for alert in alerts.select_related("rule").order_by("started_at", "id"):
        ending = end_of(alert, counted, now=now)
        ended += ending is not None and bool(end_alert(alert=alert, now=now, **vars(ending)))
    return ended + len(_judge(brand_id, query_id, counted, since=None, now=now))


def _judge(
    brand_id: UUID,
    query_id: UUID | None,
    counted: Counted,
    *,
    since: datetime | None,
    now: datetime,
) -> list[Alert]:
    """Judge the rules of a query from a moment on, or what is so now."""
    rules = AlertRule.objects.active().select_related("brand", "query")
    of_query = {"query_id": query_id} if query_id else {"query": None}
    watching = rules.filter(brand_id=brand_id, **of_query).order_by("pk")
    raised = [_raise(rule, counted, since, now) for rule in watching]
    return [alert for alert in raised if alert is not None]


def _raise(
    rule: AlertRule, counted: Counted, since: datetime | None, now: datetime
) -> Alert | None:
    free = free_from(rule)
    if free is None:
        return None
    since = None if since is None else max(since, free, now - LATEST)
    finding = find(rule, counted, since=since, now=now)
    if finding is None or finding.told_at(now) < free:
        return None
    cause = find_cause(rule, started_at=finding.started_at, author=finding.author, now=now)
    return raise_alert(rule=rule, finding=finding, cause=cause, now=now)
