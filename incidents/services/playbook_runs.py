"""Runs of playbooks: begun, moved on as far as they go, cancelled.

A run lives in its rows alone. Whatever moves it takes the chain of the brand first, reads the
steps as they are, and does what a step does in the transaction that says it was started: a step
is started once however often, or by however many, its run is moved on.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import (
    Incident,
    Playbook,
    PlaybookRun,
    PlaybookVersion,
    RunState,
    RunStep,
    StepState,
)
from incidents.models.incident import Mode
from incidents.models.playbook import OnOpening
from incidents.rules.playbook_runs import Standing, next_steps, state_of_run, unmet_choices
from incidents.rules.triggers import Match
from incidents.selectors.playbooks import called_for
from incidents.services.playbooks import published_version
from incidents.services.standing import lock_standing
from incidents.services.step_effects import begin
from incidents.services.step_records import end_step, record_step

_STARTING = (
    "state",
    "reason",
    "attempt",
    "outcome",
    "object_type",
    "object_id",
    "wake_at",
    "started_at",
    "ended_at",
    "ended_by",
)


class IncidentOver(DomainError):
    """Nothing begins in an incident that is over."""

    code = "incident_over"
    detail = gettext_lazy("This incident is over. Reopen it first.")


class PlaybookInactive(DomainError):
    """The playbook was taken out of use."""

    code = "playbook_inactive"
    detail = gettext_lazy("This playbook is not active.")


class NothingPublished(DomainError):
    """The playbook has only a draft."""

    code = "nothing_published"
    detail = gettext_lazy("This playbook has no published version yet. Publish its draft first.")


class RunStands(DomainError):
    """The playbook is at work in this incident already."""

    code = "run_stands"
    detail = gettext_lazy(
        "This playbook is at work in this incident already. Cancel that run first."
    )


class RunOver(DomainError):
    """The run is done or cancelled."""

    code = "run_over"
    detail = gettext_lazy("This run is done or cancelled. Apply the playbook anew.")


def apply_playbooks(*, incident: Incident, actor: Actor, now: datetime) -> list[PlaybookRun]:
    """Begin the playbooks that an incident calls for as it opens; none for one in retrospect."""
    if incident.mode == Mode.RETROSPECTIVE:
        return []
    return [
        start_run(
            incident=incident,
            playbook=called.playbook,
            matches=called.matches,
            actor=actor,
            now=now,
        )
        for called in called_for(incident, on_opening=[OnOpening.APPLY])
    ]


@transaction.atomic
def start_run(
    *,
    incident: Incident,
    playbook: Playbook,
    actor: Actor,
    now: datetime,
    matches: Sequence[Match] = (),
) -> PlaybookRun:
    """Begin the version in use, and move it on as far as it goes.

    Refuses an incident that is over, a playbook of another brand, inactive or never published,
    and one that is at work in the incident already.
    """
    standing = lock_standing(incident)
    version = _version_to_run(standing, playbook)
    run = PlaybookRun.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        playbook=playbook,
        playbook_version=version,
        matches=[asdict(match) for match in matches],
        started_by_id=actor.person_id,
        started_at=now,
        created_at=now,
        updated_at=now,
    )
    RunStep.objects.bulk_create(_rows(run, version, now))
    told = {"playbook": playbook.name, "number": version.number, "matches": run.matches}
    _record(run, "started", actor, now, **told)
    return advance_run(run=run, now=now)


@transaction.atomic
def advance_run(*, run: PlaybookRun, now: datetime) -> PlaybookRun:
    """Start every step whose turn has come, until nothing moves; doing it twice changes nothing."""
    lock_chain(run.brand_id)
    current = PlaybookRun.objects.select_related("incident").get(pk=run.pk)
    if not current.is_standing:
        return current
    while _moves(current, now):
        pass
    return _follow(current, now)


@transaction.atomic
def cancel_run(
    *, run: PlaybookRun, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> PlaybookRun:
    """Stop a run, and say why; what its steps made stays. Refuses one that is over."""
    require_reason(reason)
    locked = lock_for_change(run, expected_version=expected_version)
    if not locked.is_standing:
        raise RunOver
    for step in locked.steps.open().order_by("position"):
        end_step(step, StepState.SKIPPED, reason=reason, actor=actor, now=now)
    locked.state = RunState.CANCELLED
    locked.reason = reason
    locked.ended_at = now
    save_change(locked, "state", "reason", "ended_at", now=now)
    _record(locked, "cancelled", actor, now, reason=reason)
    return locked


def cancel_runs_of(*, incident_id: UUID, reason: str, now: datetime) -> None:
    """Stop every run that stands in an incident."""
    runs = PlaybookRun.objects.standing().filter(incident_id=incident_id)
    for run in runs.order_by("created_at", "id"):
        cancel_run(run=run, reason=reason, actor=SYSTEM, now=now, expected_version=None)


def _version_to_run(incident: Incident, playbook: Playbook) -> PlaybookVersion:
    if incident.is_over:
        raise IncidentOver
    if playbook.brand_id != incident.brand_id:
        sentence = gettext_lazy("The playbook belongs to another brand.")
        raise InvalidInput(errors={"playbook": [sentence]})
    if not playbook.is_active:
        raise PlaybookInactive
    version = published_version(playbook)
    if version is None:
        raise NothingPublished
    if PlaybookRun.objects.standing().filter(incident=incident, playbook=playbook).exists():
        raise RunStands
    return version


def _rows(run: PlaybookRun, version: PlaybookVersion, now: datetime) -> list[RunStep]:
    return [
        RunStep(
            brand_id=run.brand_id,
            incident_id=run.incident_id,
            run=run,
            key=terms["key"],
            position=position,
            kind=terms["kind"],
            title=terms["title"],
            terms=terms,
            created_at=now,
            updated_at=now,
        )
        for position, terms in enumerate(version.steps)
    ]


def _moves(run: PlaybookRun, now: datetime) -> bool:
    """Start or skip the steps whose turn has come; False when there is none."""
    steps = {step.key: step for step in run.steps.order_by("position").select_related("incident")}
    standings = [_standing(step) for step in steps.values()]
    coming = next_steps(standings)
    for key in coming.skip:
        unmet = unmet_choices(_standing(steps[key]), standings)
        choices = ", ".join(f"{one}: {option}" for one, option in unmet)
        reason = _("Only for another choice (%s).") % choices
        end_step(steps[key], StepState.SKIPPED, reason=reason, actor=SYSTEM, now=now)
    for key in coming.start:
        _start(run, steps[key], steps, now)
    return not coming.is_nothing


def _start(run: PlaybookRun, step: RunStep, steps: dict[str, RunStep], now: datetime) -> None:
    of = step.terms.get("of")
    if of and steps[of].state == StepState.SKIPPED:
        reason = _("There is no message to approve: “%s” was skipped.") % steps[of].title
        end_step(step, StepState.SKIPPED, reason=reason, actor=SYSTEM, now=now)
        return
    step.run = run
    step.attempt += 1
    step.reason = step.outcome = ""
    step.started_at, step.ended_at, step.ended_by = now, None, None
    try:
        with transaction.atomic():
            waits_on = begin(step, now=now)
    except DomainError as refusal:
        step.object_type, step.object_id = "", None
        save_change(step, "attempt", "started_at", now=now)
        record_step(step, "started", SYSTEM, now)
        end_step(step, StepState.FAILED, reason=_said(refusal), actor=SYSTEM, now=now)
        return
    is_done = step.state == StepState.DONE
    if is_done:
        step.state = StepState.RUNNING
    save_change(step, *_STARTING, now=now)
    record_step(step, "started", SYSTEM, now, **({"waits_on": waits_on} if waits_on else {}))
    if is_done:
        end_step(step, StepState.DONE, actor=SYSTEM, now=now)


def _follow(run: PlaybookRun, now: datetime) -> PlaybookRun:
    """Let the run be what its steps make it."""
    state = state_of_run(set(run.steps.values_list("state", flat=True)))
    if state != run.state:
        run.state = state
        run.ended_at = now if state == "done" else None
        save_change(run, "state", "ended_at", now=now)
        _record(run, state, SYSTEM, now)
    return run


def _standing(step: RunStep) -> Standing:
    terms = step.terms
    return Standing(step.key, step.state, terms["after"], terms["when"], step.outcome)


def _said(refusal: DomainError) -> str:
    by_field = [text for texts in refusal.errors.values() for text in texts]
    return " ".join(map(force_str, by_field or [refusal.detail]))


def _record(run: PlaybookRun, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=run.brand_id,
        incident_id=run.incident_id,
        verb=f"playbookrun.{verb}",
        instance=run,
        actor=actor,
        now=now,
        data=data,
    )
