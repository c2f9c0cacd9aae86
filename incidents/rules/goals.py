"""When a goal is on track, at risk, achieved or missed."""

from datetime import datetime
from typing import Literal

Better = Literal["lower", "higher"]
State = Literal["on_track", "at_risk", "achieved", "missed"]


def is_reached(*, target: float, current: float, better: Better) -> bool:
    """Say whether the value is at the target or beyond it."""
    return current <= target if better == "lower" else current >= target


def is_ahead(*, baseline: float, target: float, better: Better) -> bool:
    """Say whether the target lies on the better side of the baseline."""
    return target < baseline if better == "lower" else target > baseline


def progress(*, baseline: float, target: float, current: float) -> float:
    """Return the share of the way from baseline to target that is done, cut to 0..1."""
    way = target - baseline
    return 1.0 if way == 0 else min(1.0, max(0.0, (current - baseline) / way))


def judge(
    *,
    baseline: float,
    target: float,
    current: float,
    better: Better,
    began_at: datetime,
    deadline: datetime,
    now: datetime,
) -> State:
    """Return the state of a goal.

    On track means that the share of the way done is at least the share of the time gone.
    """
    if is_reached(target=target, current=current, better=better):
        return "achieved"
    if now >= deadline:
        return "missed"
    gone = (now - began_at) / (deadline - began_at) if deadline > began_at else 1.0
    done = progress(baseline=baseline, target=target, current=current)
    return "on_track" if done >= gone else "at_risk"
