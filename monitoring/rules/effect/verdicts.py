"""What is said of a publication, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether a publication helped."""

    HELPED = "helped"
    HURT = "hurt"
    NO_CLEAR_EFFECT = "no_clear_effect"
    TOO_EARLY = "too_early"
    CANNOT_TELL = "cannot_tell"


class Reason(StrEnum):
    """Why the verdict is what it is, or what to keep in mind with it."""

    VOLUME_FELL = "volume_fell"
    VOLUME_ROSE = "volume_rose"
    NEGATIVE_FELL = "negative_fell"
    NEGATIVE_ROSE = "negative_rose"
    WITHIN_USUAL = "within_usual"
    MEASURES_DISAGREE = "measures_disagree"
    NOT_ENOUGH_TIME = "not_enough_time"
    NOT_ANALYSED = "not_analysed"
    LITTLE_HISTORY = "little_history"
    FEW_MENTIONS = "few_mentions"
    STILL_RISING = "still_rising"
    GAP = "gap"
    ANOTHER_PUBLICATION = "another_publication"
    TOGETHER = "together"
    CUT_SHORT = "cut_short"
    TOO_UNCERTAIN = "too_uncertain"
    ENGAGEMENT_UNRIPE = "engagement_unripe"


class Direction(StrEnum):
    """Where a measure went against what would have come."""

    FELL = "fell"
    ROSE = "rose"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Interval:
    """The middle and both ends of a 90 % interval."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Change:
    """What was observed, what would have come, and the difference between them.

    `absolute` is in the measure's unit, `relative` a share of what would have come (null for
    shares); `direction` is what may be said of it, which asks for more than the interval does.
    """

    observed: float
    expected: Interval
    absolute: Interval
    relative: Interval | None
    direction: Direction


_OF_VOLUME = {Direction.FELL: Reason.VOLUME_FELL, Direction.ROSE: Reason.VOLUME_ROSE}
_OF_SHARE = {Direction.FELL: Reason.NEGATIVE_FELL, Direction.ROSE: Reason.NEGATIVE_ROSE}


def judge(volume: Change, share: Change | None) -> tuple[Verdict, list[Reason]]:
    """Return the verdict of the measures: less talk or less of it negative is help.

    Engagement has no say: a publication that is liked brings some itself.
    """
    directions = {volume.direction, share.direction if share else Direction.UNCLEAR}
    reasons = [_OF_VOLUME[volume.direction]] if volume.direction in _OF_VOLUME else []
    if share and share.direction in _OF_SHARE:
        reasons.append(_OF_SHARE[share.direction])
    if {Direction.FELL, Direction.ROSE} <= directions:
        return Verdict.NO_CLEAR_EFFECT, [*reasons, Reason.MEASURES_DISAGREE]
    if Direction.FELL in directions:
        return Verdict.HELPED, reasons
    if Direction.ROSE in directions:
        return Verdict.HURT, reasons
    return Verdict.NO_CLEAR_EFFECT, [Reason.WITHIN_USUAL]
