"""Merging: two incidents turn out to be one, and everything of the one goes on in the other."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Assignment, Incident, IncidentRelation, Status
from incidents.models.assignment import SINGLE_ROLES
from incidents.rules.lifecycle import MOVES
from incidents.services.assignments import end_assignment, follow_assignments
from incidents.services.incidents import WrongStatus

# Tables of this floor that stay with the merged incident: what they say is true of it alone.
# A clock measured how fast this one was answered; running ones end with it.
STAYS = frozenset({"incidents.Clock"})


@transaction.atomic
def merge_incident(
    *,
    incident: Incident,
    into: Incident,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Incident:
    """Merge it into another one for good: all that belongs to it goes on there.

    Refuses a missing reason, an incident that is over, and another one that is itself, over, of
    another brand or mode, or open to more people. The floors above move what is theirs when they
    hear `incident.merged`.
    """
    require_reason(reason)
    merged = lock_for_change(incident, expected_version=expected_version)
    if merged.status not in MOVES["merge"]:
        raise WrongStatus(
            _("This is possible only from: %(from)s. The incident is: %(status)s.")
            % {"from": named(Status, MOVES["merge"]), "status": Status(merged.status).label}
        )
    if into.pk == merged.pk:
        _refuse(_("Name another incident than this one."))
    target = lock_version(Incident.objects.all(), into.pk, expected_version=None)
    _check_target(merged, target)
    _end_double_roles(merged, target, actor, now)
    _part_relations(merged, target, now)
    moved = _move_rows(merged, target)
    before = merged.status
    _go_on_there(merged, target, reason, now)
    follow_assignments(target, now)
    _record(merged, target, actor, now, before, {"reason": reason, "moved": moved})
    return merged


def followers() -> Iterator[tuple[type[models.Model], models.ForeignKey[Any, Any]]]:
    """Yield each table of this floor that belongs to incidents, with the key that says to which.

    The tables of many-to-many relations are among them.
    """
    for model in apps.get_app_config("incidents").get_models(include_auto_created=True):
        if model._meta.label in STAYS:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Incident:
                yield model, field


def _check_target(merged: Incident, target: Incident) -> None:
    if target.brand_id != merged.brand_id:
        _refuse(_("Name an incident of the same brand."))
    if target.is_over:
        _refuse(_("%s is over: reopen it first, or name one that is not.") % target.reference)
    if target.mode != merged.mode:
        _refuse(_("Name an incident of the same mode: %s.") % merged.get_mode_display())
    if merged.is_restricted and not target.is_restricted:
        _refuse(
            _("This incident is restricted and %s is not: restrict that one first.")
            % target.reference
        )


def _refuse(sentence: object) -> None:
    raise InvalidInput(errors={"into": [sentence]})


def _end_double_roles(merged: Incident, target: Incident, actor: Actor, now: datetime) -> None:
    """End what one person holds at a time and somebody holds there, and what they hold there."""
    theirs = Assignment.objects.current().filter(incident=target)
    single = Q(role__in=theirs.filter(role__in=SINGLE_ROLES).values("role"))
    same = Exists(theirs.filter(role=OuterRef("role"), person=OuterRef("person")))
    for double in Assignment.objects.current().filter(single | Q(same), incident=merged):
        end_assignment(assignment=double, actor=actor, now=now, expected_version=None)
    merged.refresh_from_db()


def _part_relations(merged: Incident, target: Incident, now: datetime) -> None:
    """End relations that would be double there, or of the incident to itself."""
    mine = IncidentRelation.objects.current().filter(Q(first=merged) | Q(second=merged))
    there = {target.pk}
    for relation in IncidentRelation.objects.current().filter(Q(first=target) | Q(second=target)):
        there.add(relation.other_than(target.pk).pk)
    for relation in mine:
        other = relation.other_than(merged.pk)
        if other.pk in there:
            relation.ended_at = now
            save_change(relation, "ended_at", now=now)
        else:
            relation.first, relation.second = sorted((target, other), key=lambda end: end.pk)
            save_change(relation, "first", "second", now=now)


def _move_rows(merged: Incident, target: Incident) -> dict[str, int]:
    """Move every row, but for those whose place is taken there; return how many of each kind."""
    moved: dict[str, int] = {}
    for model, field in followers():
        if model is IncidentRelation:
            continue
        rows = model._base_manager.filter(**{field.name: merged.pk})
        count = rows.exclude(_place_taken(model, field, target)).update(**{field.name: target.pk})
        if count:
            moved[str(model._meta.model_name)] = count
    return moved


def _place_taken(
    model: type[models.Model], field: models.ForeignKey[Any, Any], target: Incident
) -> Q:
    """Return what keeps a row back: a row of the target that a constraint lets stand alone."""
    keys = [(list(names), Q()) for names in model._meta.unique_together]
    keys += [
        (list(one.fields), one.condition or Q())
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint)
    ]
    if field.unique:
        keys.append(([field.name], Q()))
    taken = [
        Q(
            Exists(
                model._base_manager.filter(
                    condition,
                    **{field.name: target.pk},
                    **{name: OuterRef(name) for name in names if name != field.name},
                )
            )
        )
        & condition
        for names, condition in keys
        if field.name in names
    ]
    return reduce(or_, taken, Q(pk__in=[]))


def _go_on_there(merged: Incident, target: Incident, reason: str, now: datetime) -> None:
    merged.status = Status.MERGED
    merged.status_reason = reason
    merged.merged_into = target
    merged.visibility = target.visibility
    merged.ended_at = now
    save_change(merged, "status", "status_reason", "merged_into", "visibility", "ended_at", now=now)
    if merged.started_at < target.started_at:
        target.started_at = merged.started_at
    save_change(target, "started_at", now=now)


def _record(
    merged: Incident,
    target: Incident,
    actor: Actor,
    now: datetime,
    before: str,
    data: dict[str, Any],
) -> None:
    gone = {"from": before, "to": merged.status, "into": target.pk, "waits_on": None}
    told: list[tuple[Incident, str, dict[str, Any]]] = [
        (merged, "incident.merged", {**gone, "reference": target.reference}),
        (target, "incident.merged_in", {"merged": merged.pk, "reference": merged.reference}),
    ]
    for incident, verb, other in told:
        record_event(
            brand_id=incident.brand_id,
            incident_id=incident.pk,
            verb=verb,
            instance=incident,
            actor=actor,
            now=now,
            data={**other, **data},
        )
