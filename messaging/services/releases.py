"""What was held back: each is released or dropped by a recorded decision of a person."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, require_reason
from messaging.models import Publication, PublicationStatus
from messaging.services.holding import covering_hold
from messaging.services.moments import check_moment
from messaging.services.publications import close_publication, require_publishable
from messaging.services.settling import settle_message
from messaging.services.steps import lock_publication, record_step


class NotHeld(DomainError):
    """There is nothing to decide."""

    code = "not_held"
    detail = _("This publication is not held back.")


class HoldStands(DomainError):
    """A hold still covers it."""

    code = "hold_stands"
    detail = _("A hold still stands over this channel. Lift it first, or drop the publication.")


@transaction.atomic
def release_publication(
    *,
    publication: Publication,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    publish_at: datetime | None = None,
    reason: str = "",
) -> Publication:
    """It may go out after all: at a new time, at the one it had if that is ahead, or at once.

    Refuses while a hold covers it (`HoldStands`), and a message whose approval or facts do not
    stand any more (`NotApproved`, `WordingChanged`, `FactNotConfirmed`).
    """
    check_moment(publish_at, now)
    locked = _lock_held(publication, expected_version)
    require_publishable(locked.message)
    if covering_hold(locked) is not None:
        raise HoldStands
    ahead = locked.not_before if locked.not_before and locked.not_before > now else None
    locked.status = PublicationStatus.PENDING
    locked.not_before = publish_at or ahead
    locked.last_error = ""
    save_change(locked, "status", "not_before", "last_error", now=now)
    data = {"hold": locked.held_for_id, "not_before": locked.not_before, "reason": reason}
    told = {"message": locked.message_id, "cause": locked.held_because, "waits_on": None}
    record_step(locked, "publication.released", actor, now, **data, **told)
    settle_message(locked.message, actor=actor, now=now)
    return locked


@transaction.atomic
def drop_publication(
    *,
    publication: Publication,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Publication:
    """It will not go out, and this is why; possible while a hold stands too."""
    require_reason(reason)
    locked = _lock_held(publication, expected_version)
    close_publication(locked, PublicationStatus.CANCELLED, reason=reason, actor=actor, now=now)
    settle_message(locked.message, actor=actor, now=now)
    return locked


def _lock_held(publication: Publication, expected_version: int | None) -> Publication:
    locked = lock_publication(publication, expected_version=expected_version)
    if locked.status != PublicationStatus.HELD:
        raise NotHeld
    return locked
