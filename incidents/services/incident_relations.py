"""Relating incidents: the same both ways, with a note."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import record_event
from incidents.models import Incident, IncidentRelation
from incidents.services.standing import lock_standing


class NotRelated(DomainError):
    """There is no relation to take back."""

    code = "not_related"
    detail = _("These incidents are not related.")


@transaction.atomic
def relate_incidents(
    *, incident: Incident, other: Incident, actor: Actor, now: datetime, note: str = ""
) -> IncidentRelation:
    """Relate two incidents, or change the note of their relation.

    Refuses one incident twice, two brands, and an incident that was merged into another.
    """
    one = lock_standing(incident)
    _check_other(one, other)
    other = lock_standing(other)
    relation = _current(one, other)
    if relation is None:
        first, second = sorted((one, other), key=lambda end: end.pk)
        relation = IncidentRelation.objects.create(
            brand_id=one.brand_id,
            first=first,
            second=second,
            note=note,
            created_at=now,
            updated_at=now,
        )
        _record(relation, "incident.related", actor, now)
    elif relation.note != note:
        relation.note = note
        save_change(relation, "note", now=now)
        _record(relation, "incident.relation_changed", actor, now)
    return relation


@transaction.atomic
def unrelate_incidents(
    *, incident: Incident, other: Incident, actor: Actor, now: datetime
) -> IncidentRelation:
    """Take the relation back; refuses where there is none (`NotRelated`)."""
    one = lock_standing(incident)
    _check_other(one, other)
    relation = _current(one, other)
    if relation is None:
        raise NotRelated
    relation.ended_at = now
    save_change(relation, "ended_at", now=now)
    _record(relation, "incident.unrelated", actor, now)
    return relation


def _check_other(one: Incident, other: Incident) -> None:
    if other.pk == one.pk:
        raise InvalidInput(errors={"incident": [_("Name another incident than this one.")]})
    if other.brand_id != one.brand_id:
        raise InvalidInput(errors={"incident": [_("Name an incident of the same brand.")]})


def _current(one: Incident, other: Incident) -> IncidentRelation | None:
    first, second = sorted((one.pk, other.pk))
    return (
        IncidentRelation.objects.current()
        .select_for_update(of=("self",), no_key=True)
        .filter(first_id=first, second_id=second)
        .first()
    )


def _record(relation: IncidentRelation, verb: str, actor: Actor, now: datetime) -> None:
    """Tell of it in both timelines; neither names the other, which may be for fewer eyes."""
    for end in (relation.first, relation.second):
        record_event(
            brand_id=relation.brand_id,
            incident_id=end.pk,
            verb=verb,
            instance=relation,
            actor=actor,
            now=now,
            data={},
        )
