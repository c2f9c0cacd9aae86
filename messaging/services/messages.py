"""Messages: written, changed, put into review, withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import InvalidInput, require_reason
from incidents.models import Fact, Incident
from incidents.services.standing import lock_standing
from messaging.models import (
    SILENT_STATUSES,
    KeyMessage,
    Message,
    MessageRevision,
    MessageStatus,
    SuccessStory,
)
from messaging.services.approvals import (
    APPROVAL_FIELDS,
    drop_approval,
    hash_of,
    superseded_sentence,
)
from messaging.services.carrying import (
    change_carried,
    check_carried,
    cite_stories,
    facts_with,
)
from messaging.services.findings import (
    NOTHING_ACCEPTED,
    Acceptance,
    require_no_standing_findings,
)
from messaging.services.fitness import require_fit
from messaging.services.piecing import refresh_pieces, wordings_of
from messaging.services.rounds import end_round, open_round, told_of
from messaging.services.schedules import call_off
from messaging.services.steps import (
    WrongStatus,
    lock_message,
    record_step,
    waits_on_author,
)
from messaging.services.withdrawals import withdraw_all

_REVIEWED = (MessageStatus.IN_REVIEW, *SILENT_STATUSES)


@transaction.atomic
def write_message(
    *,
    incident: Incident,
    actor: Actor,
    now: datetime,
    facts: Sequence[Fact] = (),
    key_messages: Sequence[KeyMessage] = (),
    cited_stories: Sequence[SuccessStory] = (),
    reason: str = "",
    **fields: Any,
) -> Message:
    """Write a draft; its facts must be facts of the incident. Refuses a merged incident.

    It rests on the facts of the key messages it carries as well.
    """
    standing = lock_standing(incident)
    facts = facts_with(facts, key_messages)
    check_facts(standing.pk, facts)
    check_carried(standing.pk, key_messages)
    message = Message.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        author_id=actor.person_id,
        created_at=now,
        updated_at=now,
        **fields,
    )
    message.facts.set(facts)
    message.key_messages.set(key_messages)
    cite_stories(message, cited_stories, now)
    _keep_revision(message, actor, now, reason)
    record_step(message, "message.written", actor, now, **_told(message))
    return message


@transaction.atomic
def change_message(
    *,
    message: Message,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    facts: Sequence[Fact] | None = None,
    key_messages: Sequence[KeyMessage] | None = None,
    cited_stories: Sequence[SuccessStory] | None = None,
    reason: str = "",
    **fields: Any,
) -> Message:
    """Change a message nothing of which is public; a new wording is a new revision.

    A new wording takes a message out of review and its approval back: it is a draft again. So do
    other facts, also those that come with a key message.
    """
    locked = lock_message(message, expected_version=expected_version)
    require_changeable(locked)
    before = hash_of(locked)
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    carried = change_carried(locked, key_messages, cited_stories, now)
    if facts is not None or key_messages is not None:
        rested = list(locked.facts.all()) if facts is None else facts
        rested = facts_with(rested, locked.key_messages.all())
        check_facts(locked.incident_id, rested)
        locked.facts.set(rested)
    if hash_of(locked) != before:
        reword(locked, changed, reason, actor, now)
    elif changed or carried:
        save_change(locked, *changed, now=now)
        record_step(locked, "message.changed", actor, now, fields=sorted([*changed, *carried]))
    return locked


@transaction.atomic
def submit_message(
    *,
    message: Message,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    acceptance: Acceptance = NOTHING_ACCEPTED,
) -> Message:
    """Ask for review of the present wording, by the policy now in force: draft → in_review.

    Refuses errors of the language checks that are not accepted (`FindingsStand`).
    """
    locked = lock_message(message, expected_version=expected_version)
    if locked.status != MessageStatus.DRAFT:
        raise WrongStatus(_("Only a draft can be submitted. The message is: %s.") % locked.status)
    settled = require_no_standing_findings(locked, acceptance, actor=actor, now=now)
    require_fit(locked)
    locked.status = MessageStatus.IN_REVIEW
    locked.status_reason = ""
    locked.submitted_at = now
    save_change(locked, "status", "status_reason", "submitted_at", now=now)
    round_ = open_round(locked, wording_hash=hash_of(locked), now=now)
    data = {"revision": locked.revision, "round": round_.pk, "policy": round_.policy_id}
    record_step(locked, "message.submitted", actor, now, **data, **told_of(round_), **settled.told)
    return locked


@transaction.atomic
def withdraw_message(
    *, message: Message, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Message:
    """It will not be said; of what is public, everything is taken down on all channels."""
    require_reason(reason)
    locked = lock_message(message, expected_version=expected_version)
    if locked.is_out:
        record_step(locked, "message.withdrawal_requested", actor, now, reason=reason)
        withdraw_all(locked, reason=reason, actor=actor, now=now)
        locked.refresh_from_db()
    else:
        require_changeable(locked)
    if locked.is_changeable:
        _drop(locked, reason, actor, now)
    return locked


def _drop(locked: Message, reason: str, actor: Actor, now: datetime) -> None:
    before = locked.status
    drop_approval(locked, status=MessageStatus.WITHDRAWN, reason=reason)
    save_change(locked, *APPROVAL_FIELDS, now=now)
    end_round(locked, now=now)
    data = {"before": before, "reason": reason, "waits_on": None}
    record_step(locked, "message.withdrawn", actor, now, **data)
    call_off(locked, reason=reason, actor=actor, now=now)


def reword(message: Message, changed: list[str], reason: str, actor: Actor, now: datetime) -> None:
    """Make the present wording of a locked message a new revision, and a draft again.

    `changed` are the fields to save; `variants` stands for what is stored beside the message.
    """
    before = message.status
    message.revision += 1
    drop_approval(message, status=MessageStatus.DRAFT, reason=reason)
    own = [name for name in changed if name != "variants"]
    save_change(message, *own, "revision", *APPROVAL_FIELDS, now=now)
    if own:
        refresh_pieces(message)
    end_round(message, now=now)
    _keep_revision(message, actor, now, reason)
    data = {"fields": sorted(changed), "revision": message.revision, "reason": reason}
    record_step(message, "message.changed", actor, now, **data)
    if before in _REVIEWED:
        waiting = waits_on_author(message)
        cause = "wording_changed"
        data = {"before": before, "cause": cause, "reason": reason, "waits_on": waiting}
        record_step(message, "message.approval_withdrawn", actor, now, **data)
        call_off(message, reason=str(_("It was worded anew.")), actor=actor, now=now)


def _keep_revision(message: Message, actor: Actor, now: datetime, reason: str = "") -> None:
    facts = message.facts.order_by("id").values("id", "statement", "status")
    MessageRevision.objects.create(
        message=message,
        number=message.revision,
        title=message.title,
        body=message.body,
        language=message.language,
        facts=[{**fact, "id": str(fact["id"])} for fact in facts],
        variants=wordings_of(message),
        author_id=actor.person_id,
        reason=reason,
        wording_hash=hash_of(message),
        created_at=now,
    )


def _told(message: Message) -> dict[str, object]:
    told: dict[str, object] = {"title": message.title, "purpose": message.purpose}
    return told | ({"revises": message.revises_id} if message.revises_id else {})


def require_changeable(message: Message) -> None:
    """Refuse a message of which something is public, or nothing will be."""
    if not message.is_changeable:
        raise WrongStatus(
            _("The message is %s and cannot be changed any more.") % message.get_status_display()
        )


def check_facts(incident_id: object, facts: Sequence[Fact]) -> None:
    """Refuse facts of other incidents, and superseded ones; the refusal names the successors."""
    if any(fact.incident_id != incident_id for fact in facts):
        raise InvalidInput(errors={"facts": [_("A fact belongs to another incident.")]})
    superseded = [fact for fact in facts if fact.superseded_by_id is not None]
    if superseded:
        raise InvalidInput(errors={"facts": [superseded_sentence(fact) for fact in superseded]})
