"""Goals: set by people, measured by the workers."""

import math
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Goal, GoalState, Incident
from incidents.rules.goals import is_ahead, judge
from incidents.rules.metrics import METRICS
from incidents.services.standing import lock_standing

MEASURE_EVERY = timedelta(minutes=1)


@transaction.atomic
def set_goal(
    *,
    incident: Incident,
    title: str,
    metric: str,
    baseline: float,
    target: float,
    deadline: datetime,
    actor: Actor,
    now: datetime,
) -> Goal:
    """Set a goal; its first measurement is due at once. Refuses a merged incident."""
    standing = lock_standing(incident)
    _check(metric, baseline, target)
    _check_deadline(deadline, now)
    goal = Goal.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        title=title,
        metric=metric,
        baseline=baseline,
        target=target,
        deadline=deadline,
        next_measure_at=now,
        created_at=now,
        updated_at=now,
    )
    _record(goal, "goal.set", actor, now, metric=metric, baseline=baseline, target=target)
    return goal


@transaction.atomic
def change_goal(
    *, goal: Goal, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Goal:
    """Change title, baseline, target or deadline; it is measured again at once."""
    locked = lock_for_change(goal, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _check(locked.metric, locked.baseline, locked.target)
    if "deadline" in changed:
        _check_deadline(locked.deadline, now)
    locked.next_measure_at = now
    save_change(locked, *changed, "next_measure_at", now=now)
    _record(locked, "goal.changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def record_measurement(*, goal: Goal, value: float | None, now: datetime) -> Goal:
    """Store what was measured (None: nothing to measure yet) and judge the goal by it.

    A change of state is an event; a measurement alone is not, and does not touch the version
    people edit against.
    """
    lock_chain(goal.brand_id)
    locked = Goal.objects.select_for_update(of=("self",), no_key=True).get(pk=goal.pk)
    before = locked.state
    if value is not None:
        locked.current = value
        locked.measured_at = now
        locked.state = judge(
            baseline=locked.baseline,
            target=locked.target,
            current=value,
            better=locked.better,
            began_at=locked.created_at,
            deadline=locked.deadline,
            now=now,
        )
    elif now >= locked.deadline:
        locked.state = GoalState.MISSED
    over = now >= locked.deadline
    locked.next_measure_at = None if over else min(now + MEASURE_EVERY, locked.deadline)
    locked.save(update_fields=["current", "measured_at", "state", "next_measure_at"])
    if locked.state != before:
        data = {"from": before, "to": locked.state, "value": value}
        _record(locked, f"goal.{locked.state}", SYSTEM, now, **data)
    return locked


def _check(metric: str, baseline: float, target: float) -> None:
    better, unit = METRICS[metric].better, METRICS[metric].unit
    values = {"baseline": baseline, "target": target}
    errors: dict[str, list[object]] = {}
    for name, value in values.items():
        if not math.isfinite(value) or value < 0:
            errors[name] = [_("Give a number of at least 0.")]
        elif unit == "share" and value > 1:
            errors[name] = [_("A share lies between 0 and 1.")]
    if not errors and not is_ahead(baseline=baseline, target=target, better=better):
        errors["target"] = [
            _("Lower is better here: set the target below the baseline.")
            if better == "lower"
            else _("Higher is better here: set the target above the baseline.")
        ]
    if errors:
        raise InvalidInput(errors=errors)


def _check_deadline(deadline: datetime, now: datetime) -> None:
    if deadline <= now:
        raise InvalidInput(errors={"deadline": [_("Give a time to come.")]})


def _record(goal: Goal, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=goal.brand_id,
        incident_id=goal.incident_id,
        verb=verb,
        instance=goal,
        actor=actor,
        now=now,
        data=data,
    )
