"""What was held back: each is released or dropped by a recorded decision of a person."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, require_reason
from messaging.models import PartStatus, Publication, PublicationPart, PublicationStatus
from messaging.services.holding import covering_hold
from messaging.services.moments import check_moment
from messaging.services.parts import lock_parts, settle_publication, stop_publication
from messaging.services.publications import require_publishable
from messaging.services.steps import lock_publication


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
    locked.not_before = publish_at or ahead
    save_change(locked, "not_before", now=now)
    parts = lock_parts(locked)
    _release(parts, due_at=locked.not_before or now)
    data = {"hold": locked.held_for_id, "not_before": locked.not_before, "reason": reason}
    told = {"cause": locked.held_because, **data}
    settle_publication(locked, parts, actor=actor, now=now, verb="released", **told)
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
    stop_publication(locked, reason=reason, actor=actor, now=now)
    return locked


def _release(parts: Sequence[PublicationPart], *, due_at: datetime) -> None:
    held = [part for part in parts if part.status == PartStatus.HELD]
    for part in held:
        part.status = PartStatus.PENDING
        part.last_error = part.error_code = ""
    held[0].next_attempt_at = due_at


def _lock_held(publication: Publication, expected_version: int | None) -> Publication:
    locked = lock_publication(publication, expected_version=expected_version)
    if locked.status != PublicationStatus.HELD:
        raise NotHeld
    return locked
