"""Lessons: proposed by anybody, accepted or rejected by those who decide."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Incident, Lesson, LessonStatus
from incidents.services.standing import lock_standing

_SOURCES = {
    LessonStatus.ACCEPTED: {LessonStatus.PROPOSED, LessonStatus.REJECTED},
    LessonStatus.REJECTED: {LessonStatus.PROPOSED, LessonStatus.ACCEPTED},
    LessonStatus.ADOPTED: {LessonStatus.ACCEPTED},
    LessonStatus.VERIFIED: {LessonStatus.ADOPTED},
}


class LessonNotThere(DomainError):
    """The lesson is not where this step starts from."""

    code = "wrong_status"


@transaction.atomic
def propose_lesson(*, incident: Incident, actor: Actor, now: datetime, **fields: Any) -> Lesson:
    """Write a lesson down; refuses a merged incident."""
    standing = lock_standing(incident)
    require_member(fields.get("owner"), standing.brand, field="owner")
    lesson = Lesson.objects.create(
        brand_id=standing.brand_id, incident=standing, created_at=now, updated_at=now, **fields
    )
    _record(lesson, "lesson.proposed", actor, now, title=lesson.title)
    return lesson


@transaction.atomic
def change_lesson(
    *, lesson: Lesson, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Lesson:
    """Change the wording or the owner."""
    locked = lock_for_change(lesson, expected_version=expected_version)
    require_member(fields.get("owner"), locked.brand, field="owner")
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "lesson.changed", actor, now, fields=sorted(changed))
    return locked


def accept_lesson(*, lesson: Lesson, **change: Any) -> Lesson:
    """We agree, and will act on it."""
    return _move(lesson, LessonStatus.ACCEPTED, **change)


def reject_lesson(*, lesson: Lesson, reason: str, **change: Any) -> Lesson:
    """We do not agree; the reason stays with it."""
    require_reason(reason)
    return _move(lesson, LessonStatus.REJECTED, reason=reason, **change)


def adopt_lesson(*, lesson: Lesson, **change: Any) -> Lesson:
    """The way we work was changed."""
    return _move(lesson, LessonStatus.ADOPTED, **change)


def verify_lesson(*, lesson: Lesson, **change: Any) -> Lesson:
    """It was seen to work."""
    return _move(lesson, LessonStatus.VERIFIED, **change)


@transaction.atomic
def _move(
    lesson: Lesson,
    status: LessonStatus,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Lesson:
    locked = lock_for_change(lesson, expected_version=expected_version)
    before = locked.status
    if before not in _SOURCES[status]:
        raise LessonNotThere(
            _("This is possible only from: %(from)s. The lesson is: %(status)s.")
            % {"from": ", ".join(sorted(_SOURCES[status])), "status": before}
        )
    locked.status = status
    locked.status_reason = reason
    save_change(locked, "status", "status_reason", now=now)
    _record(locked, f"lesson.{status}", actor, now, before=before, reason=reason)
    return locked


def _record(lesson: Lesson, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=lesson.brand_id,
        incident_id=lesson.incident_id,
        verb=verb,
        instance=lesson,
        actor=actor,
        now=now,
        data=data,
    )
