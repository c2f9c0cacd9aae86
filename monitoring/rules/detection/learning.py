"""What verdicts of people say of a rule: how often it was right, and which sensitivity would fit.

An alert would also have been raised at a lower sensitivity if it became unusual enough later on:
its peak tells at which. So the verdicts there are tell what a more cautious rule would have missed
and spared; what a bolder one would have raised nobody has judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitoring.rules.detection.detector import share_below
from monitoring.rules.intervals import Share, share

# False alarms a week, each about twice the one before.
LADDER = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0)
# Fewer verdicts say nothing.
LEAST_MARKED = 5
# So much of the alerts have to be true, at the low end of the interval, before more are borne.
_MOSTLY_TRUE = 0.7
# Nobody jumps further than to a fourth at once.
_STEPS = 2


@dataclass(frozen=True)
class Marked:
    """An alert that somebody judged; `peak` is the most unusual it became, from 0 to 1."""

    peak: float
    is_true: bool


class Reason(StrEnum):
    """Why a sensitivity is suggested, or none."""

    TOO_FEW = "too_few"
    FITS = "fits"
    SPARES_FALSE = "spares_false"
    ALL_FALSE = "all_false"
    MOSTLY_TRUE = "mostly_true"
    MISSED = "missed"


@dataclass(frozen=True)
class Learned:
    """How often a rule was right, with its interval, and what is suggested.

    `to_mark` more verdicts are needed before anything is. `suggested` is in false alarms a week,
    None for what there is; it would have spared `spared` of the false alarms and none of the true.
    """

    precision: Share | None
    marked: int
    to_mark: int
    reason: Reason
    suggested: float | None = None
    spared: int = 0


def learn(marked: Sequence[Marked], *, alarms_a_week: float, missed: int = 0) -> Learned:
    """Return what verdicts say of a rule with this sensitivity.

    `missed` is how many times something was up and the rule said nothing. Refuses a rate of alarms
    that is not between 0 and 7.
    """
    share_below(alarms_a_week)
    true = sum(one.is_true for one in marked)
    precision, to_mark = share(true, len(marked)), max(0, LEAST_MARKED - len(marked))

    def learned(reason: Reason, suggested: float | None = None, spared: int = 0) -> Learned:
        return Learned(precision, len(marked), to_mark, reason, suggested, spared)

    if precision is None or to_mark:
        return learned(Reason.TOO_FEW)
    lower = [step for step in LADDER if step < alarms_a_week][-_STEPS:]
    higher = [step for step in LADDER if step > alarms_a_week][:1]
    if not true and lower:
        return learned(Reason.ALL_FALSE, lower[-1], _spared(marked, lower[-1]))
    sparing = [step for step in lower if _keeps_true(marked, step) and _spared(marked, step)]
    if sparing:
        # Of those that spare as many the boldest, which tells earliest.
        best = max(sparing, key=lambda step: (_spared(marked, step), step))
        return learned(Reason.SPARES_FALSE, best, _spared(marked, best))
    if higher and missed and precision.value >= 0.5:
        return learned(Reason.MISSED, higher[0])
    if higher and precision.low >= _MOSTLY_TRUE:
        return learned(Reason.MOSTLY_TRUE, higher[0])
    return learned(Reason.FITS)


def _keeps_true(marked: Sequence[Marked], alarms_a_week: float) -> bool:
    return all(one.peak >= share_below(alarms_a_week) for one in marked if one.is_true)


def _spared(marked: Sequence[Marked], alarms_a_week: float) -> int:
    below = share_below(alarms_a_week)
    return sum(one.peak < below for one in marked if not one.is_true)
