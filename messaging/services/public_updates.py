"""What went up on the public page: taken down, or corrected by a later update."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from messaging.models import PublicUpdate
from messaging.services.public_pages import touch_page


class UpdateWithdrawn(DomainError):
    """It was taken down."""

    code = "update_withdrawn"
    detail = _("This update was taken down.")


@transaction.atomic
def withdraw_update(
    *,
    public_update: PublicUpdate,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicUpdate:
    """Take it down, and say why; that something was there, and when it went, stays to be seen."""
    require_reason(reason)
    locked = lock_for_change(public_update, expected_version=expected_version)
    if locked.is_withdrawn:
        raise UpdateWithdrawn
    locked.withdrawn_at, locked.withdrawn_reason = now, reason
    save_change(locked, "withdrawn_at", "withdrawn_reason", now=now)
    _record(locked, "publicupdate.withdrawn", actor, now, reason=reason)
    return locked


@transaction.atomic
def correct_update(
    *,
    public_update: PublicUpdate,
    by: PublicUpdate,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> PublicUpdate:
    """Say which later update says it right; both stay to be read, the old one marked.

    Refuses an update of another incident, one that went up before it, and one taken down.
    """
    locked = lock_for_change(public_update, expected_version=expected_version)
    other = lock_version(PublicUpdate.objects.all(), by.pk, expected_version=None)
    _check_correction(locked, other)
    if locked.corrected_by_id == other.pk:
        return locked
    locked.corrected_by = other
    save_change(locked, "corrected_by", now=now)
    _record(locked, "publicupdate.corrected", actor, now, by=other.pk)
    return locked


def move_updates(*, from_incident: UUID, into: UUID | str) -> int:
    """Let what went up go on in the incident that another was merged into; return how many."""
    return PublicUpdate.objects.filter(incident_id=from_incident).update(incident_id=into)


def _check_correction(update: PublicUpdate, other: PublicUpdate) -> None:
    if update.is_withdrawn or other.is_withdrawn:
        raise UpdateWithdrawn
    sentence = None
    if other.incident_id != update.incident_id:
        sentence = _("Name an update of the same incident.")
    elif (other.published_at, other.pk) <= (update.published_at, update.pk):
        sentence = _("Name an update that went up later.")
    if sentence is not None:
        raise InvalidInput(errors={"by": [sentence]})


def _record(update: PublicUpdate, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    touch_page(brand_id=update.brand_id, now=now)
    record_event(
        brand_id=update.brand_id,
        incident_id=update.incident_id,
        verb=verb,
        instance=update,
        actor=actor,
        now=now,
        data={"message": update.message_id, **data},
    )
