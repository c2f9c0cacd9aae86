"""Parts of a publication: frozen when asked for, and what they make of it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.sentences import reason_told
from messaging.channels.base import Attachment, Piece
from messaging.models import PartStatus, Publication, PublicationPart, PublicationStatus
from messaging.rules.parts import status_of
from messaging.services.pieces import Wording, pieces_of, read_attachment
from messaging.services.settling import settle_message
from messaging.services.steps import record_step, waits_on

# Where nothing goes on before somebody does something, unless the service still tries itself.
_NEEDING_SOMEBODY = (
    PublicationStatus.AWAITING_PERSON,
    PublicationStatus.UNKNOWN,
    PublicationStatus.WITHDRAWING,
)
_MOVING = (
    "status",
    "external_id",
    "url",
    "attempts",
    "attempts_allowed",
    "looks",
    "may_be_out",
    "attempted_at",
    "accepted_at",
    "next_attempt_at",
    "published_at",
    "last_error",
    "error_code",
)
_GATHERED = (
    "status",
    "waits_on_person",
    "may_be_out",
    "instructions",
    "url",
    "external_id",
    "attempts",
    "attempted_at",
    "published_at",
    "published_by",
    "last_error",
    "error_code",
    "withdrawn_at",
)


def freeze_parts(publications: Sequence[Publication], *, first_at: datetime) -> None:
    """Keep word for word what new publications will send; the first part is due at that time."""
    PublicationPart.objects.bulk_create(
        _part(publication, number, wording, first_at)
        for publication in publications
        for number, wording in enumerate(pieces_of(publication.message, publication.channel), 1)
    )


def lock_parts(publication: Publication) -> list[PublicationPart]:
    """Lock the parts of a locked publication, in their order."""
    return list(publication.parts.select_for_update(no_key=True).order_by("number"))


def piece_of(part: PublicationPart, parts: Sequence[PublicationPart], revision: int) -> Piece:
    """Return what a way is given of a part, with its place in the thread."""
    before = parts[part.number - 2] if part.number > 1 else None
    return Piece(
        key=part.pk,
        number=part.number,
        count=len(parts),
        title=part.title,
        text=part.text,
        language=part.language,
        attachments=tuple(map(_attachment, part.attachments)),
        options=part.options,
        reply_to=before.external_id if before else "",
        root=parts[0].external_id if before else "",
        external_id=part.external_id,
        revision=revision,
    )


def digest_of(part: PublicationPart) -> str:
    """Return the SHA-256 over what a part sends, read from the row as it is."""
    said = {
        "title": part.title,
        "text": part.text,
        "language": part.language,
        "attachments": part.attachments,
        "options": part.options,
    }
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def stop_parts(parts: Sequence[PublicationPart], *, reason: str) -> None:
    """Let nothing more of a locked publication leave; what may be out becomes unknown."""
    for part in parts:
        if part.status in (PartStatus.PENDING, PartStatus.HELD):
            part.status = PartStatus.UNKNOWN if part.may_be_out else PartStatus.CANCELLED
            part.last_error, part.error_code = reason, ""
            part.next_attempt_at = None


def ask_about(parts: Sequence[PublicationPart], *, reason: str) -> None:
    """Ask of locked parts that a person was told to post whether they did."""
    for part in parts:
        if part.status == PartStatus.AWAITING_PERSON:
            part.status, part.may_be_out = PartStatus.UNKNOWN, True
            part.last_error = reason


def stop_publication(publication: Publication, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let nothing more of a locked publication leave, and tell of it."""
    parts = lock_parts(publication)
    stop_parts(parts, reason=reason)
    settle_publication(publication, parts, actor=actor, now=now, reason=reason)


def settle_publication(
    publication: Publication,
    parts: Sequence[PublicationPart],
    *,
    actor: Actor,
    now: datetime,
    verb: str = "",
    **said: object,
) -> None:
    """Bring a locked publication to where its parts stand, then its message; tell of both."""
    gather_parts(publication, parts, actor=actor, now=now, verb=verb, **said)
    settle_message(publication.message, actor=actor, now=now)


def gather_parts(
    publication: Publication,
    parts: Sequence[PublicationPart],
    *,
    actor: Actor,
    now: datetime,
    verb: str = "",
    **said: object,
) -> None:
    """Save the parts of a locked publication, bring it to where they stand, and tell of it.

    The event is named after the new status unless a verb is given; without a new status there is
    none, except that it begins to wait on a person. The caller holds the chain.
    """
    before = {name: getattr(publication, name) for name in _GATHERED}
    is_more_out = _count_out(parts) > _count_out(publication.parts.all())
    PublicationPart.objects.bulk_update(parts, _MOVING)
    _gather(publication, parts, now)
    stored = Publication.objects.values(*_GATHERED).get(pk=publication.pk)
    changed = [name for name in _GATHERED if getattr(publication, name) != stored[name]]
    if changed:
        save_change(publication, *changed, now=now)
    told = verb or _verb(publication, before, is_more_out=is_more_out)
    if told:
        record_outcome(publication, told, actor, now, before=before["status"], **said)


def record_outcome(
    publication: Publication, verb: str, actor: Actor, now: datetime, **said: object
) -> None:
    """Tell what a publication has come to, and whether it waits on a person."""
    waiting = waits_on(role=Role.RESPONDER) if publication.waits_on_person else None
    known = {
        "url": publication.url,
        **reason_told(publication.last_error),
        "code": publication.error_code,
        "published_at": publication.published_at,
    }
    data: dict[str, object] = {"message": publication.message_id, "waits_on": waiting}
    data |= {name: value for name, value in known.items() if value}
    record_step(publication, f"publication.{verb}", actor, now, **{**data, **said})


def _gather(publication: Publication, parts: Sequence[PublicationPart], now: datetime) -> None:
    publication.status = PublicationStatus(status_of([part.status for part in parts]))
    publication.waits_on_person = publication.status in _NEEDING_SOMEBODY and not any(
        part.next_attempt_at for part in parts
    )
    publication.may_be_out = any(part.may_be_out for part in parts)
    if not publication.waits_on_person:
        publication.instructions = ""
    publication.url = next((part.url for part in parts if part.url), "")
    publication.external_id = next((part.external_id for part in parts if part.external_id), "")
    publication.attempts = sum(part.attempts for part in parts)
    publication.attempted_at = _latest([part.attempted_at for part in parts])
    out = [part.published_at for part in parts if part.published_at]
    publication.published_at = min(out, default=None)
    blamed = next((part for part in parts if part.last_error), None)
    publication.last_error = blamed.last_error if blamed else ""
    publication.error_code = blamed.error_code if blamed else ""
    if publication.status == PublicationStatus.WITHDRAWN:
        publication.withdrawn_at = publication.withdrawn_at or now


def _count_out(parts: Iterable[PublicationPart]) -> int:
    return sum(part.status == PartStatus.PUBLISHED for part in parts)


def _verb(publication: Publication, before: Mapping[str, Any], *, is_more_out: bool) -> str:
    if publication.status != before["status"]:
        if publication.status != PublicationStatus.PENDING:
            return str(publication.status)
        return "part_published" if is_more_out else "postponed"
    begins_to_wait = publication.waits_on_person and not before["waits_on_person"]
    return "left_to_person" if begins_to_wait else ""


def _latest(times: Sequence[datetime | None]) -> datetime | None:
    return max((time for time in times if time), default=None)


def _part(
    publication: Publication, number: int, wording: Wording, first_at: datetime
) -> PublicationPart:
    part = PublicationPart(
        publication=publication,
        number=number,
        title=wording.title,
        text=wording.text,
        language=wording.language,
        attachments=[dict(attachment) for attachment in wording.attachments],
        options=dict(wording.options),
        next_attempt_at=first_at if number == 1 else None,
        created_at=publication.created_at,
    )
    part.digest = digest_of(part)
    return part


def _attachment(stored: Mapping[str, Any]) -> Attachment:
    return Attachment(
        url=stored["url"],
        mime_type=stored["mime_type"],
        alt_text=stored["alt_text"],
        size=stored["size"],
        open=partial(read_attachment, stored),
    )
