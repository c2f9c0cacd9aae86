"""Reviews: drafted from the log, written by people, completed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident, Review, ReviewStatus, Status
from incidents.selectors.review_record import read_record
from incidents.services.standing import lock_standing

# A crisis is looked back at once it calms down.
_LOOKING_BACK = (Status.RECOVERING, Status.LEARNING, Status.CLOSED)
_FINDINGS = ("went_well", "went_badly", "recommendations")


class ReviewExists(DomainError):
    """An incident has one review."""

    code = "review_exists"
    detail = _("This incident has a review already. Go on with that one.")


class ReviewCompleted(DomainError):
    """What was completed stands."""

    code = "review_completed"
    detail = _("This review is completed. Reopen it first.")


class ReviewNotCompleted(DomainError):
    """Only what was completed is reopened."""

    code = "review_not_completed"
    detail = _("This review is still a draft.")


class TooEarly(DomainError):
    """The incident is not far enough for its review to be completed."""

    code = "too_early"


@transaction.atomic
def draft_review(*, incident: Incident, actor: Actor, now: datetime) -> Review:
    """Begin the review of an incident with what the log says; refuses a second one.

    The floors above hear it and add what they know.
    """
    standing = lock_standing(incident)
    if Review.objects.filter(incident=standing).exists():
        raise ReviewExists
    review = Review.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        record=read_record(standing, now=now),
        recorded_at=now,
        created_at=now,
        updated_at=now,
    )
    _record(review, "drafted", actor, now)
    return _as_it_is(review)


@transaction.atomic
def refresh_review(
    *, review: Review, actor: Actor, now: datetime, expected_version: int | None
) -> Review:
    """Read the log anew; what people wrote stays. Refuses a completed review."""
    locked = _lock_draft(review, expected_version)
    locked.record = read_record(locked.incident, now=now)
    locked.recorded_at = now
    save_change(locked, "record", "recorded_at", now=now)
    _record(locked, "refreshed", actor, now)
    return _as_it_is(locked)


@transaction.atomic
def change_review(
    *, review: Review, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Review:
    """Write what people make of it; refuses a completed review."""
    locked = _lock_draft(review, expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _record(locked, "changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def complete_review(
    *, review: Review, actor: Actor, now: datetime, expected_version: int | None
) -> Review:
    """People are done with it: draft → completed.

    Refuses one without a summary or any finding, and an incident that is not recovering yet.
    """
    locked = _lock_draft(review, expected_version)
    if locked.incident.status not in _LOOKING_BACK:
        raise TooEarly(
            _("The incident is still: %s. Complete its review once it is recovering.")
            % locked.incident.get_status_display()
        )
    _require_findings(locked)
    locked.status = ReviewStatus.COMPLETED
    locked.completed_at = now
    locked.completed_by_id = actor.person_id
    save_change(locked, "status", "completed_at", "completed_by", now=now)
    _record(locked, "completed", actor, now)
    return locked


@transaction.atomic
def reopen_review(
    *, review: Review, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Review:
    """It was not all, and this is why: completed → draft."""
    require_reason(reason)
    locked = lock_for_change(review, expected_version=expected_version)
    if not locked.is_completed:
        raise ReviewNotCompleted
    locked.status = ReviewStatus.DRAFT
    locked.status_reason = reason
    locked.completed_at = locked.completed_by = None
    save_change(locked, "status", "status_reason", "completed_at", "completed_by", now=now)
    _record(locked, "reopened", actor, now, reason=reason)
    return locked


@transaction.atomic
def add_to_record(*, review_id: UUID, section: str, content: dict[str, Any]) -> None:
    """Add a section that a floor above knows, while the draft is being recorded."""
    review = Review.objects.get(pk=review_id)
    lock_chain(review.brand_id)
    review.refresh_from_db()
    review.record = {**review.record, section: content}
    review.save(update_fields=["record"])


def _lock_draft(review: Review, expected_version: int | None) -> Review:
    locked = lock_for_change(review, expected_version=expected_version)
    if locked.is_completed:
        raise ReviewCompleted
    return locked


def _require_findings(review: Review) -> None:
    errors: dict[str, list[object]] = {}
    if not review.summary.strip():
        errors["summary"] = [_("Say in short what happened.")]
    if not any(getattr(review, name).strip() for name in _FINDINGS):
        sentence = _("Say at least one of: what went well, what went badly, what to recommend.")
        errors["recommendations"] = [sentence]
    if errors:
        raise InvalidInput(errors=errors)


def _as_it_is(review: Review) -> Review:
    return Review.objects.select_related("brand").get(pk=review.pk)


def _record(review: Review, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=review.brand_id,
        incident_id=review.incident_id,
        verb=f"review.{verb}",
        instance=review,
        actor=actor,
        now=now,
        data=data,
    )
