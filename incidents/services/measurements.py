"""What goals are judged by: values from the workers, and from people."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain
from incidents.models import Goal, GoalMeasurement, GoalState
from incidents.rules.goals import judge
from incidents.rules.metrics import is_within
from incidents.services.goals import (
    JUDGE_EVERY,
    MEASURE_EVERY,
    bounds_sentence,
    record_of_goal,
    require_standing,
)

# A value that stays the same is kept this often, so that a curve has no holes.
KEEP_EVERY = timedelta(hours=1)
_JUDGED = ("baseline", "current", "measured_at", "state", "next_measure_at")


class MeasuredByWorkers(DomainError):
    """Nobody types what is counted."""

    code = "measured_by_workers"
    detail = _("This metric is measured by the workers, from mentions; nobody types it.")


@transaction.atomic
def record_measurement(*, goal: Goal, value: float | None, now: datetime) -> Goal:
    """Store what the workers measured, and judge the goal; None judges it by its last value.

    A change of state is an event; a measurement alone is not, and does not touch the version
    people edit against.
    """
    locked = _lock(goal)
    if locked.withdrawn_at is not None:
        return locked
    is_first = False
    if value is not None:
        _keep_unless_known(locked, value, now)
        is_first = _take(locked, value, now)
    _judge(locked, SYSTEM, now, is_first=is_first)
    return locked


@transaction.atomic
def add_measurement(
    *,
    goal: Goal,
    value: float,
    actor: Actor,
    now: datetime,
    measured_at: datetime | None = None,
    note: str = "",
) -> GoalMeasurement:
    """Write down what somebody read elsewhere, and judge the goal by the latest value.

    Refuses what the workers measure (`MeasuredByWorkers`), a goal that was withdrawn, a value out
    of the metric's bounds, and a time to come or after the deadline.
    """
    locked = _lock(goal)
    if not locked.is_manual:
        raise MeasuredByWorkers
    require_standing(locked)
    moment = measured_at or min(now, locked.deadline)
    _check(locked, value, moment, now)
    kept = GoalMeasurement.objects.create(
        goal=locked,
        value=value,
        measured_at=moment,
        by_id=actor.person_id,
        note=note,
        created_at=now,
    )
    record_of_goal(locked, "goal.measured", actor, now, value=value, measured_at=moment)
    if locked.measured_at is None or moment >= locked.measured_at:
        _take(locked, value, moment)
    _judge(locked, actor, now)
    return kept


def _lock(goal: Goal) -> Goal:
    lock_chain(goal.brand_id)
    return Goal.objects.select_for_update(of=("self",), no_key=True).get(pk=goal.pk)


def _keep_unless_known(goal: Goal, value: float, now: datetime) -> None:
    last = goal.measurements.order_by("-measured_at", "-id").first()
    if last is None or last.value != value or now - last.measured_at >= KEEP_EVERY:
        GoalMeasurement.objects.create(goal=goal, value=value, measured_at=now, created_at=now)


def _take(goal: Goal, value: float, at: datetime) -> bool:
    """Make it the current value; say whether it is the baseline too."""
    goal.current, goal.measured_at = value, at
    if goal.baseline is not None:
        return False
    goal.baseline = value
    return True


def _judge(goal: Goal, actor: Actor, now: datetime, *, is_first: bool = False) -> None:
    before, over = goal.state, now >= goal.deadline
    if goal.current is not None and goal.baseline is not None:
        goal.state = judge(
            baseline=goal.baseline,
            target=goal.target,
            current=goal.current,
            better=goal.better,
            began_at=goal.created_at,
            deadline=goal.deadline,
            now=now,
        )
    elif over:
        goal.state = GoalState.MISSED
    every = JUDGE_EVERY if goal.is_manual else MEASURE_EVERY
    goal.next_measure_at = None if over else min(now + every, goal.deadline)
    goal.save(update_fields=_JUDGED)
    if is_first:
        record_of_goal(goal, "goal.baseline_taken", actor, now, baseline=goal.baseline)
    if goal.state != before:
        told = {"from": before, "to": goal.state, "value": goal.current}
        record_of_goal(goal, f"goal.{goal.state}", actor, now, **told)


def _check(goal: Goal, value: float, moment: datetime, now: datetime) -> None:
    errors: dict[str, list[object]] = {}
    if not is_within(goal.measured, value):
        errors["value"] = [bounds_sentence(goal.measured)]
    if moment > now:
        errors["measured_at"] = [_("Give a time that has passed.")]
    elif moment > goal.deadline:
        errors["measured_at"] = [_("Give a time before the deadline: what came later is too late.")]
    if errors:
        raise InvalidInput(errors=errors)
