"""Queries: added, changed, put to rest; never deleted, since numbers rest on them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from incidents.services.standing import require_standing
from monitoring.models import Query, QueryKind
from monitoring.selectors.query_words import review_expression
from monitoring.services.rereadings import ask_backfill, drop_backfills


@transaction.atomic
def add_query(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> Query:
    """Save a search of a brand, and have earlier mentions matched with it.

    Refuses an expression that cannot be read, a name that is taken, and an incident of another
    brand, of another kind of query, that was merged, or that has an active query already.
    """
    lock_chain(brand.pk)
    query = Query(brand=brand, created_at=now, updated_at=now, **fields)
    _check(query)
    query.save(force_insert=True)
    _record(query, "query.added", actor, now, **_told(query))
    if query.is_active:
        ask_backfill(query=query, actor=actor, now=now)
    return query


@transaction.atomic
def change_query(
    *, query: Query, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Query:
    """Change a search, or whether mentions are matched with it; refuses as `add_query`.

    Earlier mentions are matched anew with another expression, or once it is active again. What a
    query at rest found stays.
    """
    locked = lock_for_change(query, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _check(locked)
    save_change(locked, *changed, now=now)
    _record(locked, "query.changed", actor, now, fields=sorted(changed), **_told(locked))
    if not locked.is_active:
        drop_backfills(query=locked, now=now)
    elif {"expression", "is_active"} & changed.keys():
        ask_backfill(query=locked, actor=actor, now=now)
    return locked


def move_queries(*, from_incident: UUID, into: UUID | str, now: datetime) -> None:
    """Let the queries of a merged incident go on where it goes on.

    An incident has one active query: where the other has one already, the one that comes rests.
    Runs with the chain locked, in the transaction that merges.
    """
    moved = Query.objects.filter(incident_id=from_incident).order_by("pk")
    has_one = Query.objects.active().filter(incident_id=into).exists()
    for query in moved.select_for_update(no_key=True):
        rests = query.is_active and has_one
        query.incident_id = UUID(str(into))
        query.is_active = query.is_active and not rests
        save_change(query, "incident", "is_active", now=now)
        if rests:
            drop_backfills(query=query, now=now)
            _record(query, "query.changed", SYSTEM, now, fields=["is_active"], **_told(query))


def _told(query: Query) -> dict[str, object]:
    """Return what an event says of a query."""
    return {
        "name": query.name,
        "kind": query.kind,
        "expression": query.expression,
        "is_active": query.is_active,
    }


def _check(query: Query) -> None:
    errors = {
        "expression": _wrong_with_expression(query.expression),
        "name": _wrong_with_name(query),
        "incident": _wrong_with_incident(query),
    }
    found = {field: sentences for field, sentences in errors.items() if sentences}
    if found:
        raise InvalidInput(errors=found)


def _wrong_with_expression(expression: str) -> list[object]:
    place = _("Character %(place)s: %(sentence)s")
    errors = review_expression(expression).errors
    return [place % {"place": one.start + 1, "sentence": one.sentence} for one in errors]


def _wrong_with_name(query: Query) -> list[object]:
    same = Query.objects.filter(brand_id=query.brand_id, name=query.name)
    if not same.exclude(pk=query.pk).exists():
        return []
    return [_("The brand has a query of this name.")]


def _wrong_with_incident(query: Query) -> list[object]:
    if query.kind != QueryKind.INCIDENT:
        said = _("Only a query of the kind incident belongs to one.")
        return [said] if query.incident_id else []
    if query.incident_id is None:
        return [_("Name the incident that its mentions belong to.")]
    incident = Incident.objects.select_related("merged_into").get(pk=query.incident_id)
    if incident.brand_id != query.brand_id:
        return [_("The incident belongs to another brand.")]
    require_standing(incident)
    others = Query.objects.active().filter(incident_id=incident.pk).exclude(pk=query.pk)
    if query.is_active and others.exists():
        return [_("The incident has an active query. Change that one, or put it to rest first.")]
    return []


def _record(query: Query, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=query.brand_id,
        incident_id=query.incident_id,
        verb=verb,
        instance=query,
        actor=actor,
        now=now,
        data=data,
    )
