"""Comments on messages: written at a place of the wording, and resolved."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, StaleVersion
from crisisapi.events.services.log import lock_for_change, record_event
from messaging.models import Comment, Message
from messaging.services.approvals import hash_of
from messaging.services.decisions import FourEyes, person_of, require_other_eyes
from messaging.services.rounds import reviewer_in
from messaging.services.steps import lock_message

_RESOLVED = ("resolved_at", "resolved_by", "resolution")


class AlreadyResolved(DomainError):
    """Somebody has seen to it."""

    code = "already_resolved"
    detail = _("This comment was resolved already.")


class NotResolved(DomainError):
    """It is open as it is."""

    code = "not_resolved"
    detail = _("This comment is open.")


@dataclass(frozen=True)
class Place:
    """A place in the body, in code points; `end` is one behind the last."""

    start: int
    end: int


@transaction.atomic
def comment_message(
    *,
    message: Message,
    revision: int,
    text: str,
    actor: Actor,
    now: datetime,
    place: Place | None = None,
    is_blocking: bool = False,
) -> Comment:
    """Say something of the wording one read; the words at the place are kept with it.

    Refuses another revision than the present one (`StaleVersion`), an empty text, and a place
    that is not in the body.
    """
    if not text.strip():
        raise InvalidInput(errors={"text": [_("Say what you think of it.")]})
    locked = lock_message(message, expected_version=None)
    if locked.revision != revision:
        raise StaleVersion
    comment = Comment.objects.create(
        brand_id=locked.brand_id,
        message=locked,
        revision=revision,
        author_id=actor.person_id,
        text=text,
        start=place.start if place else None,
        end=place.end if place else None,
        quote=_quote(locked.body, place) if place else "",
        is_blocking=is_blocking,
        created_at=now,
        updated_at=now,
    )
    _record(comment, "comment.written", actor, now, is_blocking=is_blocking)
    return comment


@transaction.atomic
def resolve_comment(
    *,
    comment: Comment,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    resolution: str = "",
) -> Comment:
    """It was seen to.

    A blocking comment is resolved by who wrote it, or by an approver who did not write the
    wording; others are refused (`FourEyes`): who is objected to does not wave it away.
    """
    locked = lock_for_change(comment, expected_version=expected_version)
    if not locked.is_open:
        raise AlreadyResolved
    if locked.is_blocking:
        _require_say(locked, actor)
    locked.resolved_at = now
    locked.resolved_by_id = actor.person_id
    locked.resolution = resolution
    save_change(locked, *_RESOLVED, now=now)
    _record(locked, "comment.resolved", actor, now, resolution=resolution)
    return locked


@transaction.atomic
def reopen_comment(
    *, comment: Comment, actor: Actor, now: datetime, expected_version: int | None
) -> Comment:
    """It was not seen to after all."""
    locked = lock_for_change(comment, expected_version=expected_version)
    if locked.is_open:
        raise NotResolved
    locked.resolved_at = locked.resolved_by = None
    locked.resolution = ""
    save_change(locked, *_RESOLVED, now=now)
    _record(locked, "comment.reopened", actor, now)
    return locked


def _quote(body: str, place: Place) -> str:
    if not 0 <= place.start < place.end <= len(body):
        sentence = _("Give a place inside of the body: it has %s code points.") % len(body)
        raise InvalidInput(errors={"end": [sentence]})
    return body[place.start : place.end]


def _require_say(comment: Comment, actor: Actor) -> None:
    person_id = person_of(actor)
    if person_id == comment.author_id:
        return
    message = comment.message
    require_other_eyes(message, hash_of(message), person_id)
    reviewer = reviewer_in(comment.brand_id, person_id)
    if reviewer is None or Role(reviewer.role).rank < Role.APPROVER.rank:
        raise FourEyes(_("A blocking comment is resolved by who wrote it, or by an approver."))


def _record(comment: Comment, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=comment.brand_id,
        incident_id=comment.message.incident_id,
        verb=verb,
        instance=comment,
        actor=actor,
        now=now,
        data={"message": comment.message_id, "revision": comment.revision, **data},
    )
