"""Goals: set, changed and withdrawn by people."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput, require_reason
from crisisapi.events.services.log import lock_for_change, record_event
from incidents.models import BaselineFrom, Goal, Incident
from incidents.rules.goals import is_ahead
from incidents.rules.metrics import METRICS, Metric, is_within
from incidents.services.standing import lock_standing

MEASURE_EVERY = timedelta(minutes=1)
# Between two measurements by people only the time goes by, so that the state moves slowly.
JUDGE_EVERY = timedelta(hours=1)


class GoalWithdrawn(DomainError):
    """The goal was given up."""

    code = "goal_withdrawn"
    detail = _("This goal was withdrawn. Set a new one.")


@transaction.atomic
def set_goal(
    *,
    incident: Incident,
    title: str,
    metric: str,
    target: float,
    deadline: datetime,
    actor: Actor,
    now: datetime,
    baseline: float | None = None,
) -> Goal:
    """Set a goal; it is judged at once. Without a baseline the first measurement is the one.

    Refuses an unknown metric, values out of its bounds, a target that is no improvement, a
    deadline in the past, and a manual metric without a baseline.
    """
    standing = lock_standing(incident)
    check_values(metric, baseline=baseline, target=target)
    _check_deadline(deadline, now)
    goal = Goal.objects.create(
        brand_id=standing.brand_id,
        incident=standing,
        title=title,
        metric=metric,
        baseline=baseline,
        baseline_from=_source_of(baseline),
        target=target,
        deadline=deadline,
        next_measure_at=now,
        created_at=now,
        updated_at=now,
    )
    told = {"metric": metric, "baseline": baseline, "target": target}
    record_of_goal(goal, "goal.set", actor, now, **told)
    return goal


@transaction.atomic
def change_goal(
    *, goal: Goal, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Goal:
    """Change title, baseline, target or deadline; it is judged again at once.

    A baseline of None lets the next measurement be the baseline.
    """
    locked = lock_for_change(goal, expected_version=expected_version)
    require_standing(locked)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    if "baseline" in changed:
        locked.baseline_from = _source_of(locked.baseline)
    check_values(locked.metric, baseline=locked.baseline, target=locked.target, of=changed)
    if "deadline" in changed:
        _check_deadline(locked.deadline, now)
    locked.next_measure_at = now
    save_change(locked, *changed, "baseline_from", "next_measure_at", now=now)
    record_of_goal(locked, "goal.changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def withdraw_goal(
    *, goal: Goal, reason: str, actor: Actor, now: datetime, expected_version: int | None
) -> Goal:
    """Give it up, and say why; it keeps its state and is judged no more."""
    require_reason(reason)
    locked = lock_for_change(goal, expected_version=expected_version)
    require_standing(locked)
    locked.withdrawn_at, locked.withdrawn_reason = now, reason
    locked.next_measure_at = None
    save_change(locked, "withdrawn_at", "withdrawn_reason", "next_measure_at", now=now)
    record_of_goal(locked, "goal.withdrawn", actor, now, state=locked.state, reason=reason)
    return locked


def require_standing(goal: Goal) -> None:
    """Refuse a goal that was given up."""
    if goal.withdrawn_at is not None:
        raise GoalWithdrawn


def bounds_sentence(metric: Metric) -> object:
    """Say between which numbers a value lies."""
    if metric.most is None:
        return _("Give a number of at least %(least)g.") % {"least": metric.least}
    if metric.unit == "share":
        return _("A share lies between 0 and 1.")
    bounds = {"least": metric.least, "most": metric.most}
    return _("Give a number from %(least)g to %(most)g.") % bounds


def check_values(
    metric_name: str, *, baseline: float | None, target: float, of: Any = ("baseline", "target")
) -> None:
    """Refuse an unknown metric, values out of its bounds, and a target that is no improvement."""
    if metric_name not in METRICS:
        unknown = _("There is no such metric. Known: {known}.").format(known=", ".join(METRICS))
        raise InvalidInput(errors={"metric": [unknown]})
    metric = METRICS[metric_name]
    if baseline is None and metric.is_manual:
        sentence = _("People measure this: say what the value is now.")
        raise InvalidInput(errors={"baseline": [sentence]})
    values = {"baseline": baseline, "target": target}
    errors: dict[str, list[object]] = {
        name: [bounds_sentence(metric)]
        for name, value in values.items()
        if value is not None and not is_within(metric, value)
    }
    is_asked = "baseline" in of or "target" in of
    if is_asked and not errors and baseline is not None:
        errors = _errors_of_direction(metric, baseline, target)
    if errors:
        raise InvalidInput(errors=errors)


def _errors_of_direction(metric: Metric, baseline: float, target: float) -> dict[str, list[object]]:
    if is_ahead(baseline=baseline, target=target, better=metric.better):
        return {}
    sentence = (
        _("Lower is better here: set the target below the baseline, which is %g.")
        if metric.better == "lower"
        else _("Higher is better here: set the target above the baseline, which is %g.")
    )
    return {"target": [sentence % baseline]}


def _source_of(baseline: float | None) -> BaselineFrom:
    return BaselineFrom.DATA if baseline is None else BaselineFrom.TYPED


def _check_deadline(deadline: datetime, now: datetime) -> None:
    if deadline <= now:
        raise InvalidInput(errors={"deadline": [_("Give a time to come.")]})


def record_of_goal(goal: Goal, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    """Write an event of a goal."""
    record_event(
        brand_id=goal.brand_id,
        incident_id=goal.incident_id,
        verb=verb,
        instance=goal,
        actor=actor,
        now=now,
        data=data,
    )
