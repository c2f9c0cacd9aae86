"""What runs of playbooks hear from the log: tasks done, messages reviewed, incidents over."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.events.models import Event
from incidents.models import StepKind, StepState
from incidents.services.playbook_runs import cancel_runs_of
from incidents.services.run_steps import settle_steps_of


@dataclass(frozen=True)
class _Settles:
    """The steps of a kind that an event ends, as what, and why."""

    kind: StepKind
    state: StepState
    reason: Promise | str = ""


_WITHDRAWN = _("The message was withdrawn.")
_SETTLES = {
    "task.finished": [_Settles(StepKind.TASK, StepState.DONE)],
    "task.cancelled": [_Settles(StepKind.TASK, StepState.SKIPPED, _("The task was cancelled."))],
    "message.submitted": [_Settles(StepKind.MESSAGE, StepState.DONE)],
    "message.approved": [_Settles(StepKind.APPROVAL, StepState.DONE)],
    "message.withdrawn": [
        _Settles(StepKind.MESSAGE, StepState.FAILED, _WITHDRAWN),
        _Settles(StepKind.APPROVAL, StepState.FAILED, _WITHDRAWN),
    ],
}
_ENDS_RUNS = {
    "incident.declined": _("The incident was declined."),
    "incident.closed": _("The incident was closed."),
}


def follow_event(event: Event) -> None:
    """Move on the runs that waited for this, in its transaction."""
    for settles in _SETTLES.get(event.verb, []):
        settle_steps_of(
            object_id=event.object_id,
            kind=settles.kind,
            state=settles.state,
            reason=str(settles.reason),
            actor=Actor(event.actor_kind, event.actor_id),  # type: ignore[arg-type]  # one of three
            now=event.occurred_at,
        )
    if event.verb in _ENDS_RUNS and event.incident_id is not None:
        reason = str(_ENDS_RUNS[event.verb])
        cancel_runs_of(incident_id=event.incident_id, reason=reason, now=event.occurred_at)
