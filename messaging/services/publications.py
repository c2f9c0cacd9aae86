"""Publications: asked for, and recorded by the people who post."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from messaging.models import (
    WAITING_STATUSES,
    Channel,
    Message,
    Publication,
    PublicationStatus,
)
from messaging.services.approvals import hash_of, require_confirmed
from messaging.services.holding import must_wait
from messaging.services.moments import check_moment
from messaging.services.settling import settle_message, status_by_publications
from messaging.services.steps import (
    WrongStatus,
    lock_message,
    lock_publication,
    record_step,
    waits_on,
)

_WITH_A_PERSON = (PublicationStatus.AWAITING_PERSON, PublicationStatus.UNKNOWN)
_NOT_OUT = (PublicationStatus.PENDING, PublicationStatus.AWAITING_PERSON)
_check_url = URLValidator(schemes=["http", "https"])


class NotApproved(DomainError):
    """Nothing leaves the house without approval."""

    code = "not_approved"
    detail = _("Only an approved message can be published.")


class WordingChanged(DomainError):
    """The wording is not the one that was approved."""

    code = "wording_changed"
    detail = _("The wording is not the approved one. It has to be reviewed again.")


class AlreadyPublished(DomainError):
    """The message is on this channel, or on its way there."""

    code = "already_published"
    detail = _("The message is on this channel already, or on its way there.")


@transaction.atomic
def publish_message(
    *,
    message: Message,
    channels: Sequence[Channel],
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    publish_at: datetime | None = None,
) -> Message:
    """Ask for the message to go to each channel, at a time or at once; the workers see to it.

    What a hold covers is held back from the beginning.

    Refuses a message not approved in its present wording (`NotApproved`, `WordingChanged`), one
    that rests on a fact not confirmed (`FactNotConfirmed`), inactive channels, and channels it
    went to or is going to (`AlreadyPublished`), and a time that is not ahead.
    """
    check_moment(publish_at, now)
    locked = lock_message(message, expected_version=expected_version)
    require_publishable(locked)
    wanted = list(dict.fromkeys(channels))
    _check_channels(locked, wanted)
    publications = Publication.objects.bulk_create(
        Publication(
            brand_id=locked.brand_id,
            message=locked,
            channel=channel,
            revision=locked.revision,
            wording_hash=locked.approved_hash,
            requested_by_id=actor.person_id,
            requested_at=now,
            not_before=publish_at,
            created_at=now,
            updated_at=now,
        )
        for channel in wanted
    )
    for publication in publications:
        told = {"message": publication.message_id, "channel": publication.channel_id}
        data = {**told, "not_before": publish_at}
        record_step(publication, "publication.requested", actor, now, **data)
        must_wait(publication, actor, now)
    locked.status = status_by_publications(locked)
    save_change(locked, "status", now=now)
    if locked.status in WAITING_STATUSES:
        record_step(locked, f"message.{locked.status}", actor, now)
    return locked


@transaction.atomic
def record_publication(
    *,
    publication: Publication,
    url: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    posted_at: datetime | None = None,
) -> Publication:
    """A person posted it, here it is; refuses addresses that are not of the web."""
    _check_posting(url, posted_at, now)
    locked = lock_publication(publication, expected_version=expected_version)
    _require_with_a_person(locked)
    locked.status = PublicationStatus.PUBLISHED
    locked.url = url
    locked.published_by_id = actor.person_id
    locked.published_at = posted_at or now
    locked.instructions = locked.last_error = ""
    save_change(
        locked,
        "status",
        "url",
        "published_by",
        "published_at",
        "instructions",
        "last_error",
        now=now,
    )
    record_outcome(locked, actor, now, url=url)
    settle_message(locked.message, actor=actor, now=now)
    return locked


@transaction.atomic
def fail_publication(
    *,
    publication: Publication,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Publication:
    """It did not reach the public and will not, and this is why."""
    require_reason(reason)
    locked = lock_publication(publication, expected_version=expected_version)
    _require_with_a_person(locked)
    close_publication(locked, PublicationStatus.FAILED, reason=reason, actor=actor, now=now)
    settle_message(locked.message, actor=actor, now=now)
    return locked


@transaction.atomic
def cancel_publication(
    *,
    publication: Publication,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> Publication:
    """It shall not go out after all; possible before it is attempted or posted."""
    locked = lock_publication(publication, expected_version=expected_version)
    _require(locked, _NOT_OUT)
    close_publication(locked, PublicationStatus.CANCELLED, reason=reason, actor=actor, now=now)
    settle_message(locked.message, actor=actor, now=now)
    return locked


def close_publication(
    publication: Publication,
    status: PublicationStatus,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Set a locked publication to a status without an address; the event carries the reason."""
    before = publication.status
    publication.status = status
    publication.last_error = reason
    publication.instructions = ""
    save_change(publication, "status", "last_error", "instructions", now=now)
    record_outcome(publication, actor, now, before=before, reason=reason)


def record_outcome(publication: Publication, actor: Actor, now: datetime, **data: object) -> None:
    """Tell what a publication has come to, and whether it waits on a person to post or look."""
    is_waiting = publication.status in _WITH_A_PERSON
    said: dict[str, object] = {
        "message": publication.message_id,
        "waits_on": waits_on(role=Role.RESPONDER) if is_waiting else None,
        **data,
    }
    if publication.status == PublicationStatus.PUBLISHED:
        said["published_at"] = publication.published_at
    record_step(publication, f"publication.{publication.status}", actor, now, **said)


def require_publishable(message: Message) -> None:
    """Refuse a locked message whose present wording is not approved or not known to be true."""
    if not message.is_approved:
        raise NotApproved
    if hash_of(message) != message.approved_hash:
        raise WordingChanged
    require_confirmed(message)


def _check_channels(message: Message, channels: Sequence[Channel]) -> None:
    if not channels:
        raise InvalidInput(errors={"channels": [_("Name at least one channel.")]})
    sentences = [
        _("%s belongs to another brand.") % channel.name
        for channel in channels
        if channel.brand_id != message.brand_id
    ]
    sentences += [
        _("%s is not active.") % channel.name for channel in channels if not channel.is_active
    ]
    if sentences:
        raise InvalidInput(errors={"channels": sentences})
    standing = message.publications.standing().filter(channel__in=channels)
    taken = standing.values_list("channel__name", flat=True)
    if taken:
        raise AlreadyPublished(errors={"channels": [str(name) for name in taken]})


def _check_posting(url: str, posted_at: datetime | None, now: datetime) -> None:
    errors: dict[str, list[object]] = {}
    try:
        _check_url(url)
    except ValidationError:
        errors["url"] = [_("Give an address that begins with http:// or https://.")]
    if posted_at is not None and posted_at > now:
        errors["posted_at"] = [_("This time has not come yet.")]
    if errors:
        raise InvalidInput(errors=errors)


def _require_with_a_person(publication: Publication) -> None:
    """Refuse unless a person was told to post it, though it may have been held back since."""
    if not publication.is_perhaps_out:
        _require(publication, _WITH_A_PERSON)


def _require(publication: Publication, statuses: Sequence[PublicationStatus]) -> None:
    if publication.status not in statuses:
        raise WrongStatus(
            _("This is possible only from: %(from)s. The publication is: %(status)s.")
            % {
                "from": named(PublicationStatus, statuses),
                "status": PublicationStatus(publication.status).label,
            }
        )
