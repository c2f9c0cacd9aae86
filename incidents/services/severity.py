"""The severity that follows from the signals: computed, told, never applied."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import lock_version
from crisisapi.events.services.log import lock_chain, record_event
from incidents.models import Incident
from incidents.rules.severity import compute_severity
from incidents.selectors.policies import severity_rules

COMPUTED_FIELDS = ("computed_severity", "severity_reasons")


@transaction.atomic
def record_signals(
    *, incident: Incident, signals: Mapping[str, float | None], now: datetime
) -> Incident:
    """Store what was measured of the talk, and compute the severity anew.

    Units as in rules/severity.py; None is not known. Only another severity is an event, and no
    measurement touches the version people edit against.
    """
    lock_chain(incident.brand_id)
    locked = lock_version(Incident.objects.all(), incident.pk, expected_version=None)
    if locked.is_over:
        return locked
    locked.signals = dict(signals)
    locked.signals_at = now
    locked.save(update_fields=["signals", "signals_at"])
    return gauge_severity(locked, actor=SYSTEM, now=now)


def gauge_severity(incident: Incident, *, actor: Actor, now: datetime) -> Incident:
    """Compute the severity of a locked incident from what is known, and tell when it changes."""
    before = incident.computed_severity
    known = {
        **incident.signals,
        "harm": incident.harm,
        "legal": incident.legal_exposure,
    }
    computed, reasons = compute_severity(severity_rules(incident.brand_id), known)
    incident.computed_severity = computed
    incident.severity_reasons = [reason.as_json() for reason in reasons]
    incident.save(update_fields=COMPUTED_FIELDS)
    if computed != before:
        record_event(
            brand_id=incident.brand_id,
            incident_id=incident.pk,
            verb="incident.severity_computed",
            instance=incident,
            actor=actor,
            now=now,
            data={
                "from": before,
                "to": computed,
                "severity": incident.severity,
                "reasons": incident.severity_reasons,
            },
        )
    return incident
