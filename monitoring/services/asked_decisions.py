"""What people decide of questions of the public: they are taken up once, or not at all."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, Refusal, require_reason
from crisisapi.events.services.log import record_event
from incidents.models import Incident
from incidents.services.standing import lock_standing
from messaging.services.questions import add_question
from monitoring.models import AskedDecision, AskedQuestion, AskedState
from monitoring.rules.asking import question_in
from monitoring.selectors.asked import read_asked_examples


class AlreadyAdopted(DomainError):
    """Somebody was quicker: it is asked once."""

    code = "already_adopted"
    detail = gettext_lazy("This question was adopted already.")


class NotDismissed(DomainError):
    """There is nothing to take back."""

    code = "not_dismissed"
    detail = gettext_lazy("This question was not dismissed.")


class NobodyAsks(DomainError):
    """It is not asked in this incident, or by nobody any more."""

    code = "not_found"
    refusal = Refusal.MISSING
    detail = gettext_lazy("Nobody asks this in the incident.")


@transaction.atomic
def adopt_asked(
    *,
    asked: AskedQuestion,
    incident: Incident,
    actor: Actor,
    now: datetime,
    text: str = "",
    language: str = "",
) -> AskedDecision:
    """Make a question of it that the team answers: in the words of who asked first, or in others.

    Refuses an incident in which nobody asks it, a second time, and a language nobody can tell.
    """
    standing, locked = _lock(asked, incident)
    decision = _decision(locked, standing)
    if decision.state == AskedState.ADOPTED:
        raise AlreadyAdopted
    example = _example(standing, locked)
    decision.question = add_question(
        brand=standing.brand,
        incident=standing,
        text=text or question_in(example["text"]),
        language=language or _language(example["language"]),
        mention_id=example["id"],
        origin_url=_address(example["url"]),
        actor=actor,
        now=now,
    )
    decision.reason = ""
    _decide(decision, AskedState.ADOPTED, actor, now, question=decision.question_id)
    return decision


@transaction.atomic
def dismiss_asked(
    *, asked: AskedQuestion, incident: Incident, reason: str, actor: Actor, now: datetime
) -> AskedDecision:
    """Take it off the list of an incident, and say why; refuses one that was adopted.

    Whoever asks it from then on joins it, and brings it back no more.
    """
    require_reason(reason)
    standing, locked = _lock(asked, incident)
    decision = _decision(locked, standing)
    if decision.state == AskedState.ADOPTED:
        raise AlreadyAdopted
    if (decision.state, decision.reason) == (AskedState.DISMISSED, reason):
        return decision
    _example(standing, locked)
    decision.reason = reason
    _decide(decision, AskedState.DISMISSED, actor, now, reason=reason)
    return decision


@transaction.atomic
def reopen_asked(
    *, asked: AskedQuestion, incident: Incident, actor: Actor, now: datetime
) -> AskedDecision:
    """Put a dismissed question on the list again; refuses one that is not."""
    standing, locked = _lock(asked, incident)
    decision = _decision(locked, standing)
    if decision.state != AskedState.DISMISSED:
        raise NotDismissed
    decision.reason = ""
    _decide(decision, AskedState.OPEN, actor, now)
    return decision


def move_decisions(*, from_incident: UUID, into: UUID | str) -> None:
    """Let what was decided for a merged incident hold where it goes on.

    What was decided there already goes before, and the other is left where it was. Runs with the
    chain locked, in the transaction that merges.
    """
    there = AskedDecision.objects.filter(incident_id=into).values("asked_id")
    moved = AskedDecision.objects.filter(incident_id=from_incident)
    moved.exclude(asked_id__in=there).update(incident_id=into)


def _lock(asked: AskedQuestion, incident: Incident) -> tuple[Incident, AskedQuestion]:
    standing = lock_standing(incident)
    # Held against who removes what nobody asks any more.
    locked = AskedQuestion.objects.select_for_update().filter(
        pk=asked.pk, brand_id=standing.brand_id
    )
    found = locked.first()
    if found is None:
        raise NobodyAsks
    return standing, found


def _decision(asked: AskedQuestion, incident: Incident) -> AskedDecision:
    known = AskedDecision.objects.filter(asked=asked, incident=incident).first()
    return known or AskedDecision(
        brand_id=asked.brand_id, incident=incident, asked=asked, state=AskedState.OPEN
    )


def _example(incident: Incident, asked: AskedQuestion) -> dict[str, Any]:
    found = read_asked_examples(incident, [asked.pk]).get(asked.pk)
    if not found:
        raise NobodyAsks
    return found[0]


def _language(code: str) -> str:
    if len(code) != 2:
        raise InvalidInput(errors={"language": [_("Say in which language it is.")]})
    return code


def _address(url: str) -> str:
    return url if url.startswith(("https://", "http://")) and len(url) <= 2_000 else ""


def _decide(
    decision: AskedDecision, state: AskedState, actor: Actor, now: datetime, **data: object
) -> None:
    is_new = decision._state.adding
    decision.state = state
    decision.decided_by_id = actor.person_id
    if is_new:
        decision.created_at = decision.updated_at = now
        decision.save(force_insert=True)
    else:
        save_change(decision, "state", "reason", "question", "decided_by", now=now)
    verb = "reopened" if state == AskedState.OPEN else str(state.value)
    record_event(
        brand_id=decision.brand_id,
        incident_id=decision.incident_id,
        verb=f"asked_question.{verb}",
        instance=decision.asked,
        actor=actor,
        now=now,
        data=data,
    )
