"""Lessons: proposed by anybody, accepted or rejected by those who decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import User
from crisisapi.accounts.services.members import require_member
from crisisapi.common.actors import Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Incident, Lesson, LessonStatus, Playbook
from incidents.services.deadlines import ALARM_FIELDS, lift_deadline, set_deadline
from incidents.services.playbook_steps import checked_steps
from incidents.services.playbooks import publish_steps, published_version
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
    """Write a lesson down; refuses an owner who is no member, and a due time that is past."""
    standing = lock_standing(incident)
    require_member(fields.get("owner"), standing.brand, field="owner")
    _check_due(fields.get("due_at"), now)
    lesson = Lesson.objects.create(
        brand_id=standing.brand_id, incident=standing, created_at=now, updated_at=now, **fields
    )
    _record(lesson, "lesson.proposed", actor, now, title=lesson.title)
    return lesson


@transaction.atomic
def change_lesson(
    *, lesson: Lesson, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Lesson:
    """Change the wording, the owner or the due time; an accepted one keeps an owner."""
    locked = lock_for_change(lesson, expected_version=expected_version)
    require_member(fields.get("owner"), locked.brand, field="owner")
    changed = differing(locked, fields)
    if not changed:
        return locked
    _check_due(changed.get("due_at"), now)
    if "owner" in changed and locked.status != LessonStatus.PROPOSED:
        _require_owner(changed["owner"])
    for name, value in changed.items():
        setattr(locked, name, value)
    if "due_at" in changed and locked.status == LessonStatus.ACCEPTED:
        set_deadline(locked, locked.due_at, now=now)
    save_change(locked, *{*changed, *ALARM_FIELDS}, now=now)
    _record(locked, "lesson.changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def accept_lesson(
    *,
    lesson: Lesson,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    owner: User | None = None,
    reason: str = "",
) -> Lesson:
    """We agree, and its owner will see it through; refuses one that nobody owns."""
    locked = _lock(lesson, LessonStatus.ACCEPTED, expected_version)
    require_member(owner, locked.brand, field="owner")
    locked.owner = owner or locked.owner
    _require_owner(locked.owner)
    set_deadline(locked, locked.due_at, now=now)
    return _move(locked, LessonStatus.ACCEPTED, "owner", reason=reason, actor=actor, now=now)


@transaction.atomic
def reject_lesson(
    *, lesson: Lesson, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Lesson:
    """We do not agree; the reason stays with it."""
    require_reason(reason)
    locked = _lock(lesson, LessonStatus.REJECTED, expected_version)
    lift_deadline(locked)
    return _move(locked, LessonStatus.REJECTED, reason=reason, actor=actor, now=now)


@dataclass(frozen=True)
class Adoption:
    """What was changed: a playbook, by new steps or one more step, or something else in words."""

    change: str = ""
    playbook: Playbook | None = None
    steps: Any = None
    add_step: Any = None


@transaction.atomic
def adopt_lesson(
    *,
    lesson: Lesson,
    adoption: Adoption,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Lesson:
    """The way we work was changed; with a playbook this makes and publishes its new version.

    Refuses to adopt without saying what was changed, and steps that are wrong.
    """
    locked = _lock(lesson, LessonStatus.ADOPTED, expected_version)
    told: dict[str, object] = {}
    if adoption.playbook is not None:
        steps = _steps_of(adoption, locked)
        note = adoption.change or locked.title
        locked.playbook_version = publish_steps(
            playbook=adoption.playbook, steps=steps, lesson=locked, note=note, actor=actor, now=now
        )
        told = {"playbook_version": locked.playbook_version.pk}
    else:
        _require_change(adoption)
    locked.change = adoption.change
    lift_deadline(locked)
    fields = ("change", "playbook_version")
    return _move(locked, LessonStatus.ADOPTED, *fields, reason=reason, actor=actor, now=now, **told)


@transaction.atomic
def verify_lesson(
    *,
    lesson: Lesson,
    evidence: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Lesson:
    """It was seen to work; refuses to say so without what shows it."""
    if not evidence.strip():
        sentence = _("Say what shows that it works: a drill, an incident, a figure.")
        raise InvalidInput(errors={"evidence": [sentence]})
    locked = _lock(lesson, LessonStatus.VERIFIED, expected_version)
    locked.evidence = evidence
    return _move(locked, LessonStatus.VERIFIED, "evidence", reason=reason, actor=actor, now=now)


def _lock(lesson: Lesson, status: LessonStatus, expected_version: int | None) -> Lesson:
    """Lock a lesson that may come to the status; refuses one that is not where that starts."""
    locked = lock_for_change(lesson, expected_version=expected_version)
    if locked.status not in _SOURCES[status]:
        raise LessonNotThere(
            _("This is possible only from: %(from)s. The lesson is: %(status)s.")
            % {
                "from": named(LessonStatus, _SOURCES[status]),
                "status": LessonStatus(locked.status).label,
            }
        )
    return locked


def _move(
    lesson: Lesson,
    status: LessonStatus,
    *fields: str,
    reason: str,
    actor: Actor,
    now: datetime,
    **told: object,
) -> Lesson:
    before = lesson.status
    lesson.status = status
    lesson.status_reason = reason
    save_change(lesson, "status", "status_reason", *fields, *ALARM_FIELDS, now=now)
    _record(lesson, f"lesson.{status}", actor, now, before=before, reason=reason, **told)
    return lesson


def _steps_of(adoption: Adoption, lesson: Lesson) -> list[dict[str, Any]]:
    playbook = adoption.playbook
    if playbook is None or playbook.brand_id != lesson.brand_id:
        sentence = _("The playbook belongs to another brand.")
        raise InvalidInput(errors={"playbook": [sentence]})
    if (adoption.steps is None) == (adoption.add_step is None):
        sentence = _("Give either all steps of the new version, or one step to add.")
        raise InvalidInput(errors={"steps": [sentence]})
    if adoption.add_step is None:
        return checked_steps(adoption.steps)
    present = published_version(playbook)
    kept = present.steps if present else []
    return _with_step(kept, adoption.add_step)


def _with_step(kept: list[dict[str, Any]], added: Any) -> list[dict[str, Any]]:
    """Return the steps with one more; a mistake in it stands at `add_step`."""
    try:
        return checked_steps([*kept, added])
    except InvalidInput as refusal:
        own = f"steps.{len(kept)}"
        moved = {path.replace(own, "add_step", 1): said for path, said in refusal.errors.items()}
        raise InvalidInput(errors=moved) from refusal


def _require_change(adoption: Adoption) -> None:
    if adoption.steps is not None or adoption.add_step is not None:
        raise InvalidInput(errors={"playbook": [_("Name the playbook that gets these steps.")]})
    if not adoption.change.strip():
        sentence = _("Say what was changed, or name the playbook that gets new steps.")
        raise InvalidInput(errors={"change": [sentence]})


def _require_owner(owner: User | None) -> None:
    if owner is None:
        sentence = _("Name the member who sees it through.")
        raise InvalidInput(errors={"owner": [sentence]})


def _check_due(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise InvalidInput(errors={"due_at": [_("Give a time in the future.")]})


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
