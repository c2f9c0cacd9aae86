"""Publications: asked for, and recorded by the people who post."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.common.sentences import sentence as gettext
from messaging.models import (
    WAITING_STATUSES,
    Channel,
    Message,
    PartStatus,
    Publication,
    PublicationPart,
    PublicationStatus,
)
from messaging.services.approvals import hash_of, require_confirmed
from messaging.services.fitness import require_fit_for
from messaging.services.holding import must_wait
from messaging.services.moments import check_moment
from messaging.services.parts import (
    digest_of,
    freeze_parts,
    lock_parts,
    settle_publication,
    stop_parts,
)
from messaging.services.settling import status_by_publications
from messaging.services.steps import WrongStatus, lock_message, lock_publication, record_step
from messaging.services.taking_down import follow_through
from messaging.services.transitions import mark_failed, mark_published

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


class ChannelInactive(DomainError):
    """Nothing is published to an inactive channel."""

    code = "channel_inactive"
    detail = _("This channel is not active.")


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
    require_fit_for(locked, wanted)
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
    freeze_parts(publications, first_at=publish_at or now)
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
    external_id: str = "",
) -> Publication:
    """A person posted it or found it, here it is; refuses addresses that are not of the web.

    Of a thread, only the post of which it was not known is recorded. The rest goes on where the
    person says what the platform calls the post; otherwise it ends there.
    """
    _check_posting(url, posted_at, now)
    locked = lock_publication(publication, expected_version=expected_version)
    _require_with_a_person(locked)
    parts = lock_parts(locked)
    found = [part for part in parts if _is_undecided(part)]
    for part in found:
        part.url, part.external_id = url, external_id or part.external_id
        mark_published(part, parts, posted_at or now)
    if locked.status == PublicationStatus.UNKNOWN and not found[-1].external_id:
        stop_parts(parts, reason=gettext("The thread cannot go on after a post without its id."))
    follow_through(locked, parts, now)
    locked.published_by_id = actor.person_id
    settle_publication(locked, parts, actor=actor, now=now, url=url)
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
    """It did not reach the public and will not, or could not be taken down, and this is why."""
    require_reason(reason)
    locked = lock_publication(publication, expected_version=expected_version)
    parts = lock_parts(locked)
    if locked.status == PublicationStatus.WITHDRAWING and locked.waits_on_person:
        keep_after_all(parts, reason=reason)
        locked.withdrawal_reason = ""  # nobody tries again by itself
        save_change(locked, "withdrawal_reason", now=now)
    else:
        _require_with_a_person(locked)
        _fail_undecided(parts, reason)
    settle_publication(locked, parts, actor=actor, now=now, reason=reason)
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
    """It shall not go out after all; possible before it is attempted or posted.

    Of a thread under way nothing more goes out. What may have got out in an attempt before
    becomes unknown.
    """
    locked = lock_publication(publication, expected_version=expected_version)
    require_status(locked, _NOT_OUT)
    parts = lock_parts(locked)
    for part in parts:
        if part.status == PartStatus.AWAITING_PERSON:
            part.status = PartStatus.PENDING
    stop_parts(parts, reason=reason)
    settle_publication(locked, parts, actor=actor, now=now, reason=reason)
    return locked


def keep_after_all(parts: Sequence[PublicationPart], *, reason: str) -> None:
    """Say of locked parts that could not be taken down that they are out, or may be."""
    for part in parts:
        if part.status == PartStatus.WITHDRAWING:
            is_out = part.published_at is not None
            part.status = PartStatus.PUBLISHED if is_out else PartStatus.UNKNOWN
            part.next_attempt_at = None
            part.last_error, part.error_code = reason, "not_withdrawn"


def require_sendable(publication: Publication, parts: Sequence[PublicationPart]) -> None:
    """Refuse what may not leave now: message, channel, or frozen wording are not as approved."""
    require_publishable(publication.message)
    if publication.withdrawal_reason:
        raise WrongStatus(_("Somebody asked for it to be taken down: it is not sent any more."))
    if publication.wording_hash != publication.message.approved_hash:
        raise WordingChanged
    if any(digest_of(part) != part.digest for part in parts):
        raise WordingChanged
    if not publication.channel.is_active:
        raise ChannelInactive(_("%s is not active.") % publication.channel.name)


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
        require_status(publication, _WITH_A_PERSON)


def require_status(publication: Publication, statuses: Sequence[PublicationStatus]) -> None:
    """Refuse a publication that is in none of these statuses (`WrongStatus`)."""
    if publication.status not in statuses:
        raise WrongStatus(
            _("This is possible only from: %(from)s. The publication is: %(status)s.")
            % {
                "from": named(PublicationStatus, statuses),
                "status": PublicationStatus(publication.status).label,
            }
        )


def _is_undecided(part: PublicationPart) -> bool:
    is_called_back = part.status == PartStatus.HELD and part.may_be_out
    return is_called_back or part.status in (PartStatus.AWAITING_PERSON, PartStatus.UNKNOWN)


def _fail_undecided(parts: Sequence[PublicationPart], reason: str) -> None:
    for part in parts:
        if _is_undecided(part):
            part.may_be_out = False
            part.last_error, part.error_code = reason, ""
            mark_failed(part, parts)
