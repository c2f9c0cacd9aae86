"""Alerts: raised once, joined to a storm, acknowledged, settled and judged by people."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Circle, Role
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.services.deadlines import ALARM_FIELDS, lift_deadline, set_deadline
from monitoring.models import Alert, AlertRule, AlertStatus, QueryKind, Unit, Verdict
from monitoring.rules.detection.cause import Cause
from monitoring.services.alert_incidents import incident_of
from monitoring.services.alert_words import details_of

_EVER = datetime(1900, 1, 1, tzinfo=UTC)
# Talk about somebody else is no part of our own storm.
_OTHERS = (QueryKind.COMPETITOR, QueryKind.CONTROL)


class AlertSettled(DomainError):
    """It was resolved or dismissed."""

    code = "alert_settled"
    detail = _("This alert was settled already. Its verdict can still be changed.")


@dataclass(frozen=True)
class Finding:
    """What a rule found, from which five minutes on, and whose it is where it is one account's."""

    started_at: datetime
    unit: Unit
    observed: float
    usual: float | None = None
    limit: float | None = None
    unusual: float | None = None
    author: int | None = None

    def told_at(self, now: datetime) -> datetime:
        """Return what its rule must be free at: a silence began long before it is one."""
        return now if self.unit == Unit.HOURS else self.started_at


def free_from(rule: AlertRule) -> datetime | None:
    """Return from when on a rule may raise an alert, None while one of it goes on.

    Not before its last one has ended, nor while it cools down.
    """
    last = Alert.objects.filter(rule=rule).order_by("-started_at").first()
    if last is None:
        return _EVER
    if last.ended_at is None:
        return None
    return max(last.ended_at, last.started_at + timedelta(minutes=rule.cool_down_minutes))


@transaction.atomic
def raise_alert(*, rule: AlertRule, finding: Finding, cause: Cause, now: datetime) -> Alert | None:
    """Raise an alert; None when the rule rests, cools down, or another worker was first.

    It joins what stands of the same storm, whose first alert people are told of; by its rule it
    opens an incident.
    """
    lock_chain(rule.brand_id)
    current = AlertRule.objects.active().select_related("query", "brand").filter(pk=rule.pk).first()
    free = None if current is None else free_from(current)
    if current is None or free is None or finding.told_at(now) < free:
        return None
    first = _first_of_storm(current, now)
    alert = Alert(
        brand_id=current.brand_id,
        rule=current,
        query=current.query,
        first=first,
        watched=current.watched,
        started_at=finding.started_at,
        unit=finding.unit,
        observed=finding.observed,
        usual=finding.usual,
        limit=finding.limit,
        unusual=finding.unusual,
        terms=cause.terms,
        platforms=cause.platforms,
        author_keys=cause.author_keys,
        example_ids=cause.example_ids,
        created_at=now,
        updated_at=now,
    )
    alert.incident = incident_of(alert, now=now)
    if first is None and current.answer_minutes is not None:
        set_deadline(alert, now + timedelta(minutes=current.answer_minutes), now=now)
    alert.save(force_insert=True)
    _record(alert, "alert.raised", SYSTEM, now, **_waits(current, first))
    return alert


@transaction.atomic
def acknowledge_alert(
    *, alert: Alert, actor: Actor, now: datetime, expected_version: int | None = None
) -> Alert:
    """Somebody takes an alert on, with those that joined it; refuses one that is settled."""
    locked = _lock_standing(alert, expected_version)
    for one in [locked, *_joined(locked)]:
        if one.status == AlertStatus.OPEN:
            one.status = AlertStatus.ACKNOWLEDGED
            one.acknowledged_at, one.acknowledged_by_id = now, actor.person_id
            lift_deadline(one)
            save_change(one, "status", "acknowledged_at", "acknowledged_by", *ALARM_FIELDS, now=now)
            _record(one, "alert.acknowledged", actor, now, waits_on=None)
    return locked


@transaction.atomic
def resolve_alert(
    *,
    alert: Alert,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    reason: str = "",
    verdict: str = Verdict.TRUE_ALARM,
) -> Alert:
    """Nothing is left to do about an alert and those that joined it; refuses one settled."""
    locked = _lock_standing(alert, expected_version)
    return _settle(locked, AlertStatus.RESOLVED, actor, now, reason=reason, verdict=verdict)


@transaction.atomic
def dismiss_alert(
    *,
    alert: Alert,
    actor: Actor,
    now: datetime,
    reason: str,
    expected_version: int | None = None,
    verdict: str = Verdict.FALSE_ALARM,
) -> Alert:
    """There is nothing to do about an alert, and why; refuses no reason, and one settled."""
    require_reason(reason)
    locked = _lock_standing(alert, expected_version)
    return _settle(locked, AlertStatus.DISMISSED, actor, now, reason=reason, verdict=verdict)


@transaction.atomic
def give_verdict(
    *,
    alert: Alert,
    verdict: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Alert:
    """Say whether there was something to see, or say otherwise; the same again changes nothing."""
    locked = lock_for_change(alert, expected_version=expected_version)
    if locked.verdict == verdict:
        return locked
    before = locked.verdict
    locked.verdict, locked.verdict_by_id = verdict, actor.person_id
    save_change(locked, "verdict", "verdict_by", now=now)
    _record(locked, "alert.judged", actor, now, verdict=verdict, before=before)
    return locked


@transaction.atomic
def end_alert(
    *,
    alert: Alert,
    ended_at: datetime,
    now: datetime,
    highest: float | None = None,
    most_unusual: float | None = None,
) -> Alert | None:
    """The talk is back to normal, and how far it went; None when another worker has said so."""
    lock_chain(alert.brand_id)
    rows = Alert.objects.select_for_update(of=("self",), no_key=True).going_on()
    locked = rows.select_related("rule").filter(pk=alert.pk).first()
    if locked is None:
        return None
    locked.ended_at, locked.highest, locked.most_unusual = ended_at, highest, most_unusual
    save_change(locked, "ended_at", "highest", "most_unusual", now=now)
    _record(locked, "alert.subsided", SYSTEM, now, ended_at=ended_at, highest=highest)
    return locked


def move_alerts(*, from_incident: UUID, into: UUID | str) -> None:
    """Let the alerts of a merged incident go on where it goes on."""
    Alert.objects.filter(incident_id=from_incident).update(incident_id=into)


def _first_of_storm(rule: AlertRule, now: datetime) -> Alert | None:
    """Return the alert that one of a rule joins: of the same talk, raised lately, and standing."""
    if not rule.grouping_minutes:
        return None
    since = now - timedelta(minutes=rule.grouping_minutes)
    rows = Alert.objects.standing().filter(brand_id=rule.brand_id, first=None)
    rows = rows.filter(created_at__gte=since).exclude(rule=rule)
    query = rule.query
    if query is not None and query.kind in _OTHERS:
        rows = rows.filter(query=query)
    else:
        rows = rows.exclude(query__kind__in=_OTHERS)
    if query is not None and query.incident_id is not None:
        rows = rows.filter(incident_id=query.incident_id)
    else:
        rows = rows.exclude(incident_id__in=Circle.objects.values("subject_id"))
    return rows.order_by("created_at", "id").first()


def _lock_standing(alert: Alert, expected_version: int | None) -> Alert:
    locked = lock_for_change(alert, expected_version=expected_version)
    if not locked.is_standing:
        raise AlertSettled
    return locked


def _joined(alert: Alert) -> list[Alert]:
    rows = alert.others.standing().select_related("rule").order_by("created_at", "id")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _settle(
    alert: Alert, status: AlertStatus, actor: Actor, now: datetime, *, reason: str, verdict: str
) -> Alert:
    for one in [alert, *_joined(alert)]:
        one.status = status
        one.settled_at, one.settled_by_id, one.reason = now, actor.person_id, reason
        told = {"reason": reason, "waits_on": None}
        fields = ["status", "settled_at", "settled_by", "reason", *ALARM_FIELDS]
        if not one.verdict:
            one.verdict, one.verdict_by_id = verdict, actor.person_id
            fields += ["verdict", "verdict_by"]
            told["verdict"] = verdict
        lift_deadline(one)
        save_change(one, *fields, now=now)
        _record(one, f"alert.{status}", actor, now, **told)
    return alert


def _waits(rule: AlertRule, first: Alert | None) -> dict[str, object]:
    """Return whom an alert waits on; one that joined another waits on nobody."""
    if first is not None:
        return {}
    role = None if rule.department else Role.MANAGER
    return {"waits_on": {"person": None, "department": rule.department or None, "role": role}}


def _record(alert: Alert, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    told = {
        "name": alert.rule.name,
        "watched": alert.watched,
        "unit": alert.unit,
        "observed": alert.observed,
        "usual": alert.usual,
        "started_at": alert.started_at,
        "first": alert.first_id,
        "said": details_of(alert),
    }
    record_event(
        brand_id=alert.brand_id,
        incident_id=alert.incident_id,
        verb=verb,
        instance=alert,
        actor=actor,
        now=now,
        data={**told, **data},
    )
