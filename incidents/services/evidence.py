"""Evidence: attached to a fact, a task or an incident, withdrawn with a reason, never deleted."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import Evidence, EvidenceFile, EvidenceKind, Fact, Incident, Task, TaskStatus
from incidents.rules.evidence import ACCEPTED, MOST_PIECES, content_type_of, is_web_link
from incidents.rules.facts import needs_evidence
from incidents.services.standing import lock_standing

NAME_LENGTH = 200
_KIB = 1024

Owner = Fact | Task | Incident


class EvidenceWithdrawn(DomainError):
    """It counts no more already."""

    code = "evidence_withdrawn"
    detail = _("This piece of evidence was withdrawn already.")


class EvidenceNeeded(DomainError):
    """It is all that shows a confirmed fact, or a promise kept."""

    code = "evidence_needed"
    detail = _(
        "Nothing else shows this confirmed fact, or that this promise was kept: attach other "
        "evidence first."
    )


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@transaction.atomic
def attach_link(
    *, owner: Owner, url: str, title: str, actor: Actor, now: datetime, note: str = ""
) -> Evidence:
    """Attach a link to a fact, a task or an incident; refuses what does not lead to the web."""
    if not is_web_link(url):
        sentence = _("Give a link that begins with http:// or https://, without a password.")
        raise InvalidInput(errors={"url": [sentence]})
    incident, owned = _lock_owner(owner)
    return _attached(
        incident, owned, actor, now, kind=EvidenceKind.LINK, url=url, title=title, note=note
    )


@transaction.atomic
def attach_file(
    *, owner: Owner, upload: Upload, title: str, actor: Actor, now: datetime, note: str = ""
) -> Evidence:
    """Attach a file to a fact, a task or an incident.

    Refuses what is empty, too large or not accepted; what a file is, its content says and not its
    name.
    """
    content_type = _checked(upload)
    incident, owned = _lock_owner(owner)
    said = {
        "kind": EvidenceKind.FILE,
        "title": title or upload.name[:NAME_LENGTH],
        "note": note,
        "file_name": upload.name[-NAME_LENGTH:],
        "content_type": content_type,
        "size": len(upload.content),
        "sha256": hashlib.sha256(upload.content).hexdigest(),
    }
    return _attached(incident, owned, actor, now, content=upload.content, **said)


@transaction.atomic
def withdraw_evidence(
    *, evidence: Evidence, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Evidence:
    """Let it count no more, and say why.

    Refuses the last thing that shows a confirmed fact, or that a promise was kept.
    """
    require_reason(reason)
    locked = lock_for_change(evidence, expected_version=expected_version)
    if locked.is_withdrawn:
        raise EvidenceWithdrawn
    _require_others(locked)
    locked.withdrawn_at = now
    locked.withdrawn_by_id = actor.person_id
    locked.withdrawn_reason = reason
    save_change(locked, "withdrawn_at", "withdrawn_by", "withdrawn_reason", now=now)
    _record(locked, "evidence.withdrawn", actor, now, reason=reason)
    return locked


def _lock_owner(owner: Owner) -> tuple[Incident, dict[str, Fact | Task | None]]:
    owned: dict[str, Fact | Task | None] = {
        "fact": owner if isinstance(owner, Fact) else None,
        "task": owner if isinstance(owner, Task) else None,
    }
    standing = lock_standing(owner if isinstance(owner, Incident) else owner.incident)
    if Evidence.objects.standing().filter(incident=standing, **owned).count() >= MOST_PIECES:
        sentence = _("There are %d pieces already, the most there can be. Withdraw one first.")
        field = str(owner._meta.model_name)
        raise InvalidInput(errors={field: [sentence % MOST_PIECES]})
    return standing, owned


def _checked(upload: Upload) -> str:
    limit = settings.EVIDENCE_FILE_BYTES
    if len(upload.content) > limit:
        sentence = _("The file has %(size)d KiB; at most %(limit)d KiB are kept. Give a link.")
        said = {"size": -(-len(upload.content) // _KIB), "limit": limit // _KIB}
        raise InvalidInput(errors={"file": [sentence % said]})
    found = content_type_of(upload.content, upload.name)
    if found is None:
        sentence = _("This file is empty, damaged or of a kind not kept. Accepted are: %s.")
        raise InvalidInput(errors={"file": [sentence % ", ".join(ACCEPTED.values())]})
    return found


def _attached(
    incident: Incident,
    owned: dict[str, Fact | Task | None],
    actor: Actor,
    now: datetime,
    *,
    content: bytes | None = None,
    **said: Any,
) -> Evidence:
    evidence = Evidence.objects.create(
        brand_id=incident.brand_id,
        incident=incident,
        added_by_id=actor.person_id,
        created_at=now,
        updated_at=now,
        **owned,
        **said,
    )
    if content is not None:
        EvidenceFile.objects.create(evidence=evidence, content=content)
    told = {"kind": evidence.kind, "title": evidence.title, "sha256": evidence.sha256}
    _record(evidence, "evidence.attached", actor, now, **told)
    return evidence


def _require_others(evidence: Evidence) -> None:
    """Refuse when nothing else is left that shows what needs to be shown."""
    shown = evidence.fact or evidence.task
    if shown is None or not _needs_evidence(shown) or shown.evidence.strip():
        return
    same = Evidence.objects.standing().filter(fact=evidence.fact, task=evidence.task)
    if not same.exclude(pk=evidence.pk).exists():
        raise EvidenceNeeded


def _needs_evidence(shown: Fact | Task) -> bool:
    if isinstance(shown, Fact):
        return needs_evidence(shown.status)
    return shown.is_commitment and shown.status == TaskStatus.DONE


def _record(evidence: Evidence, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=evidence.brand_id,
        incident_id=evidence.incident_id,
        verb=verb,
        instance=evidence,
        actor=actor,
        now=now,
        data={"fact": evidence.fact_id, "task": evidence.task_id, **data},
    )
