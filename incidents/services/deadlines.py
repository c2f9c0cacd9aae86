"""Deadlines: set, lifted, and turned into events when they come."""

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import transaction

from crisisapi.common.actors import SYSTEM
from crisisapi.events.services.log import lock_chain, record_event
from incidents.models.due import Alarm, DueModel
from incidents.rules.deadlines import warn_at

ALARM_FIELDS = ("due_at", "alarm", "alarm_at")


def set_deadline(thing: DueModel, due_at: datetime | None, *, now: datetime) -> None:
    """Make it due at a time (None: at none), with both warnings ahead; the caller saves it.

    The caller saves `ALARM_FIELDS`. The warning lies between now and the due time.
    """
    thing.due_at = due_at
    thing.alarm = Alarm.NONE
    thing.alarm_at = None if due_at is None else warn_at(began_at=now, due_at=due_at)


def lift_deadline(thing: DueModel) -> None:
    """Warn no more: it is done. The alarm given last stays to be seen; the caller saves it."""
    thing.alarm_at = None


def due_alarms(*, now: datetime, limit: int) -> Iterator[DueModel]:
    """Yield what has an alarm to raise, of each kind those that wait longest."""
    for model in apps.get_models():
        if issubclass(model, DueModel):
            rows = model._default_manager.filter(alarm_at__lte=now)
            yield from rows.order_by("alarm_at")[:limit]


@transaction.atomic
def raise_alarm(thing: DueModel, *, now: datetime) -> DueModel | None:
    """Say once that it is due soon, or late; None when another worker has said so.

    The event is `<noun>.due_soon` or `<noun>.late`. An alarm is no edit: the version stays.
    """
    lock_chain(thing.brand_id)  # type: ignore[attr-defined]  # every subclass has a brand
    rows = type(thing)._default_manager.select_for_update(of=("self",), no_key=True)
    locked = rows.filter(pk=thing.pk, alarm_at__lte=now).first()
    if locked is None or locked.due_at is None:
        return None
    is_late = now >= locked.due_at
    locked.alarm = Alarm.LATE if is_late else Alarm.DUE_SOON
    locked.alarm_at = None if is_late else locked.due_at
    locked.save(update_fields=["alarm", "alarm_at"])
    record_event(
        brand_id=locked.brand_id,  # type: ignore[attr-defined]
        incident_id=locked.incident_id,  # type: ignore[attr-defined]
        verb=f"{locked._meta.model_name}.{locked.alarm}",
        instance=locked,
        actor=SYSTEM,
        now=now,
        data={"due_at": locked.due_at, **locked.told_with_alarm()},
    )
    return locked
