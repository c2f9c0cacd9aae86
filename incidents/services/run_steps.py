"""What people, other floors and the clock do to the steps of a run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.choices import named
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change
from incidents.models import RunStep, StepKind, StepState
from incidents.rules.playbook_runs import STEP_MOVES
from incidents.services.playbook_runs import RunOver, advance_run
from incidents.services.step_records import awaited, end_step, record_step

VALUES_LIMIT = 50
VALUE_LENGTH = 2_000


class StepNotThere(DomainError):
    """The step is not where this action starts from."""

    code = "wrong_status"


class NotForThisKind(DomainError):
    """A step of this kind has no such action, or this sort of caller may not take it."""

    code = "not_for_this_kind"


class ApproveTheMessage(DomainError):
    """The step is done when its message is approved, and only then."""

    code = "approve_the_message"
    detail = gettext_lazy("Approve or reject the message itself; this step follows it.")


def approve_step(*, step: RunStep, comment: str = "", **change: Any) -> RunStep:
    """Agree; refuses a step that follows a message, whose approval is its own."""
    return _decide(step, "approve", StepState.DONE, comment, **change)


def decline_step(*, step: RunStep, reason: str, **change: Any) -> RunStep:
    """Do not agree, and say why: the step fails, and can be retried or skipped."""
    require_reason(reason)
    return _decide(step, "decline", StepState.FAILED, reason, **change)


@transaction.atomic
def choose_option(
    *, step: RunStep, option: str, actor: Actor, now: datetime, expected_version: int | None
) -> RunStep:
    """Decide; refuses what is not one of the options."""
    _require_person(actor)
    locked = _lock(step, "choose", StepKind.DECISION, expected_version)
    options = locked.terms["options"]
    if option not in options:
        sentence = _("Give one of: %s.") % ", ".join(options)
        raise InvalidInput(errors={"option": [sentence]})
    end_step(locked, StepState.DONE, outcome=option, actor=actor, now=now)
    return _moved(locked, now)


@transaction.atomic
def supply_values(
    *,
    step: RunStep,
    values: Mapping[str, str],
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> RunStep:
    """Give values for placeholders; the floor that speaks hears it and drafts the message.

    Refuses when the message is there already, and values that are blank or too long.
    """
    locked = _lock(step, "supply", StepKind.MESSAGE, expected_version)
    if locked.object_id is not None:
        raise StepNotThere(_("The message is drafted already. Change its wording there."))
    _check_values(values)
    locked.values = {**locked.values, **values}
    save_change(locked, "values", now=now)
    record_step(locked, "supplied", actor, now, names=sorted(values))
    return _moved(locked, now)


@transaction.atomic
def skip_step(
    *, step: RunStep, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> RunStep:
    """Leave a step out, and say why; refuses one that is done or skipped."""
    require_reason(reason)
    locked = _lock(step, "skip", None, expected_version)
    end_step(locked, StepState.SKIPPED, reason=reason, actor=actor, now=now)
    return _moved(locked, now)


@transaction.atomic
def retry_step(
    *, step: RunStep, actor: Actor, now: datetime, expected_version: int | None
) -> RunStep:
    """Start a step that failed once more; refuses any other."""
    locked = _lock(step, "retry", None, expected_version)
    locked.state = StepState.PENDING
    locked.reason = ""
    locked.ended_at = locked.ended_by = None
    save_change(locked, "state", "reason", "ended_at", "ended_by", now=now)
    record_step(locked, "retried", actor, now)
    return _moved(locked, now)


@transaction.atomic
def wake_step(*, step_id: UUID, now: datetime) -> RunStep | None:
    """Let a run go on whose time has passed; None when another worker has done so."""
    found = RunStep.objects.get(pk=step_id)
    lock_chain(found.brand_id)
    due = RunStep.objects.filter(state=StepState.RUNNING, wake_at__lte=now)
    step = due.filter(pk=step_id).first()
    if step is None:
        return None
    end_step(step, StepState.DONE, actor=SYSTEM, now=now)
    return _moved(step, now)


def due_steps(*, now: datetime, limit: int) -> list[UUID]:
    """Return the steps whose time has passed, those that wait longest first."""
    due = RunStep.objects.filter(state=StepState.RUNNING, wake_at__lte=now)
    return list(due.order_by("wake_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def link_message(*, step_id: UUID, message_id: UUID, now: datetime) -> None:
    """The message of a step is drafted; the step waits until it is submitted for review."""
    step = _waiting_for_message(step_id)
    if step is not None:
        step.object_type, step.object_id, step.reason = "message", message_id, ""
        save_change(step, "object_type", "object_id", "reason", now=now)
        record_step(step, "drafted", SYSTEM, now, message=message_id, waits_on=awaited(step))


@transaction.atomic
def hold_message(*, step_id: UUID, reason: str, missing: list[str], now: datetime) -> None:
    """The message cannot be drafted yet; the step says what it waits for."""
    step = _waiting_for_message(step_id)
    if step is not None:
        step.reason = reason
        save_change(step, "reason", now=now)
        record_step(
            step, "held", SYSTEM, now, reason=reason, missing=missing, waits_on=awaited(step)
        )


def settle_steps_of(
    *,
    object_id: UUID,
    kind: StepKind,
    state: StepState,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """What steps of this kind wait for is done, or will never be: they end, their runs go on.

    The caller holds the chain: it hears an event.
    """
    waiting = RunStep.objects.filter(object_id=object_id, kind=kind, state=StepState.WAITING)
    for step in waiting.order_by("created_at", "position"):
        end_step(step, state, reason=reason, actor=actor, now=now)
        _moved(step, now)


@transaction.atomic
def _decide(
    step: RunStep,
    move: str,
    state: StepState,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> RunStep:
    _require_person(actor)
    locked = _lock(step, move, StepKind.APPROVAL, expected_version)
    if locked.terms["of"]:
        raise ApproveTheMessage
    end_step(locked, state, reason=reason, actor=actor, now=now)
    return _moved(locked, now)


def _lock(step: RunStep, move: str, kind: StepKind | None, expected_version: int | None) -> RunStep:
    locked = lock_for_change(step, expected_version=expected_version)
    if not locked.run.is_standing:
        raise RunOver
    if kind is not None and locked.kind != kind:
        raise NotForThisKind(
            _("This is possible only for a step of kind %(kind)s. This one is: %(is)s.")
            % {"kind": kind.label, "is": locked.get_kind_display()}
        )
    if locked.state not in STEP_MOVES[move]:
        raise StepNotThere(
            _("This is possible only from: %(from)s. The step is: %(state)s.")
            % {"from": named(StepState, STEP_MOVES[move]), "state": StepState(locked.state).label}
        )
    return locked


def _moved(step: RunStep, now: datetime) -> RunStep:
    advance_run(run=step.run, now=now)
    return RunStep.objects.select_related("brand").get(pk=step.pk)


def _waiting_for_message(step_id: UUID) -> RunStep | None:
    """Return a message step that has no message yet; the caller holds the chain."""
    rows = RunStep.objects.filter(kind=StepKind.MESSAGE, state=StepState.WAITING, object_id=None)
    found = rows.filter(pk=step_id).first()
    return None if found is None else lock_version(rows, found.pk, expected_version=None)


def _require_person(actor: Actor) -> None:
    if actor.kind != "user":
        raise NotForThisKind(_("Only a person can decide this."))


def _check_values(values: Mapping[str, str]) -> None:
    if not 1 <= len(values) <= VALUES_LIMIT:
        sentence = _("Give 1 to %d values.") % VALUES_LIMIT
        raise InvalidInput(errors={"values": [sentence]})
    sentence = _("Give a text of 1 to %d characters.") % VALUE_LENGTH
    wrong = [name for name, text in values.items() if not 0 < len(text.strip()) <= VALUE_LENGTH]
    if wrong:
        raise InvalidInput(errors={f"values.{name}": [sentence] for name in wrong})
