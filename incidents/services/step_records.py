"""What every step of a run begins and ends with: whom it waits on, its row, its event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.events.services.log import record_event
from incidents.models import Assignment, IncidentRole, RunStep, StepState

_ENDING = ("state", "reason", "outcome", "wake_at", "ended_at", "ended_by")


def holder_of(step: RunStep, role: str) -> UUID | None:
    """Return who has a role in the incident of a step, the first of several."""
    holders = Assignment.objects.current().filter(incident_id=step.incident_id, role=role)
    found: UUID | None = (
        holders.order_by("created_at", "id").values_list("person", flat=True).first()
    )
    return found if role else None


def awaited(step: RunStep, role: str | None = None) -> dict[str, object]:
    """Return on whom a step waits, as events tell it: on the lead when it names nobody.

    `role` is one in the brand.
    """
    department = step.terms.get("department") or None
    wanted = step.terms.get("role", "")
    if not (wanted or department or role):
        wanted = IncidentRole.LEAD
    person = holder_of(step, wanted)
    return {
        "person": person,
        "department": department,
        "role": role or (None if person else wanted or None),
    }


def end_step(
    step: RunStep,
    state: StepState,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    outcome: str = "",
) -> None:
    """Set a locked step to done, skipped or failed, and tell of it."""
    step.state = state
    step.reason = reason
    step.outcome = outcome
    step.wake_at = None
    step.ended_at = now
    step.ended_by_id = actor.person_id
    save_change(step, *_ENDING, now=now)
    told: dict[str, Any] = {"reason": reason, "outcome": outcome}
    failed = state == StepState.FAILED
    waits_on = awaited(step) if failed else None
    record_step(step, str(state), actor, now, waits_on=waits_on, **told)


def record_step(step: RunStep, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    """Write the event of a step."""
    record_event(
        brand_id=step.brand_id,
        incident_id=step.incident_id,
        verb=f"runstep.{verb}",
        instance=step,
        actor=actor,
        now=now,
        data={
            "run": step.run_id,
            "key": step.key,
            "kind": step.kind,
            "title": step.title,
            "attempt": step.attempt,
            **data,
        },
    )
