"""The incident of an alert: the one it belongs to, one that stands, or one that it opens."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from crisisapi.common.actors import SYSTEM
from incidents.models import Incident, Playbook, PlaybookRun
from incidents.services.incidents import open_incident
from incidents.services.playbook_runs import start_run
from incidents.services.playbooks import published_version
from monitoring.models import Alert, AlertRule
from monitoring.services.alert_words import said_of


def incident_of(alert: Alert, *, now: datetime) -> Incident | None:
    """Return the incident of an alert that is about to be saved, None where it has none.

    That of its query, that of the alert it joins, the one that its rule opened last while that
    one is active; or, where the rule says so, one that is opened in triage.
    """
    rule = alert.rule
    if rule.query is not None and rule.query.incident is not None:
        return rule.query.incident
    if alert.first is not None and alert.first.incident is not None:
        return alert.first.incident
    if not rule.opens_incident:
        return None
    return _standing_one(rule) or _opened(alert, now)


def _standing_one(rule: AlertRule) -> Incident | None:
    """Return what an alert of the rule opened before, while it is active."""
    alerts = Alert.objects.filter(rule=rule, incident__in=Incident.objects.active())
    last = alerts.select_related("incident").order_by("-created_at").first()
    return last.incident if last else None


def _opened(alert: Alert, now: datetime) -> Incident:
    rule = alert.rule
    with translation.override(rule.brand.main_language):
        title, summary = _title(alert), _summary(alert)
    incident = open_incident(
        brand=rule.brand,
        title=title[:200],
        summary=summary,
        kind=rule.incident_kind,
        severity=rule.incident_severity,
        started_at=min(alert.started_at, now),
        actor=SYSTEM,
        now=now,
    )
    if rule.playbook is not None and _may_run(incident, rule.playbook):
        start_run(incident=incident, playbook=rule.playbook, actor=SYSTEM, now=now)
    return incident


def _may_run(incident: Incident, playbook: Playbook) -> bool:
    """Whether a playbook can be used, and has not begun by itself."""
    if not playbook.is_active or published_version(playbook) is None:
        return False
    return not PlaybookRun.objects.standing().filter(incident=incident, playbook=playbook).exists()


def _title(alert: Alert) -> str:
    return _("Alert: %(rule)s") % {"rule": alert.rule.name}


def _summary(alert: Alert) -> str:
    """Say what was noticed and what it is about; words that two people used, never names."""
    said = [said_of(alert)]
    if alert.terms:
        said.append(_("Words: %s.") % ", ".join(alert.terms[:8]))
    return " ".join(said)
