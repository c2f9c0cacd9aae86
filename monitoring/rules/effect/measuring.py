"""Did a publication help: an interrupted time series, with what the storm would have done itself.

The method is told in docs/response-effect.md.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from monitoring.rules.arrays import Numbers
from monitoring.rules.effect.counts import (
    STEPS_OF_DAY,
    STEPS_OF_HOUR,
    Foretold,
    Question,
    calm_until,
    foretell_counts,
)
from monitoring.rules.effect.observed import STEP, Observed
from monitoring.rules.effect.shares import foretell_share
from monitoring.rules.effect.verdicts import Change, Direction, Interval, Reason, Verdict, judge

METHOD = "storm-its-1"
# Likes go on coming for about a day; before, what is missing would look like an effect.
ENGAGEMENT_RIPENS = timedelta(hours=24)
_STEPS = ((6 * STEPS_OF_HOUR, 3), (STEPS_OF_DAY, 12))
_STEPS_LONG = 24
_STEPS_SHORT = 1
_AFTER_LEAST = STEPS_OF_HOUR
_BINS_AFTER_LEAST = 4
_PER_BIN_LEAST = 2.0
_MENTIONS_LEAST = 10.0
_HISTORY_LEAST = 3 * STEPS_OF_DAY
_FALLING_LEAST = 4
_MISSING_MOST = 0.2
_ANALYSED_LEAST = 0.9
_QUANTILES = (0.05, 0.5, 0.95)
# What is said aloud needs more than the interval: two measures may each err.
_CERTAIN = 0.01
_RELATIVE_LEAST = 0.1
_SHARE_LEAST = 0.02
# An interval so wide tells nothing, not even that there was no clear effect.
_WIDEST = 2.0


@dataclass(frozen=True)
class Response:
    """A publication to be judged.

    `until` is the end of what is measured, at most as late as `now`. `others` are the times of
    publications of other messages; `is_together` says that some were out at the same moment.
    `storm_since` is when the storm began, if somebody knows; `analysed` the share of the mentions
    after it that have been read.
    """

    published_at: datetime
    until: datetime
    now: datetime
    others: tuple[datetime, ...] = ()
    storm_since: datetime | None = None
    analysed: float = 1.0
    is_together: bool = False


@dataclass(frozen=True)
class Effect:
    """The answer: a verdict with its reasons, and the changes of what could be measured."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    until: datetime
    volume: Change | None = None
    negative_share: Change | None = None
    engagement: Change | None = None
    method: str = field(default=METHOD)


def measure_effect(observed: Observed, response: Response) -> Effect:
    """Return what a publication did until `response.until`, or why nobody can say."""
    at = observed.index(response.published_at)
    until, is_cut = _until(response)
    end = min(observed.index(until), len(observed.mentions))
    early = _too_early(observed, response, at=at, end=end, is_cut=is_cut)
    if early:
        verdict = Verdict.TOO_EARLY if Reason.NOT_ENOUGH_TIME in early else Verdict.CANNOT_TELL
        return Effect(verdict, tuple(early), until)
    question = _question(observed, response, at=at, end=end)
    volume = foretell_counts(question, observed.mentions, is_compound=False)
    if volume.storm and volume.bins.before - volume.storm.up < _FALLING_LEAST:
        return Effect(Verdict.CANNOT_TELL, (Reason.STILL_RISING,), until)
    change = _change_of_count(volume)
    if change.expected.middle < _MENTIONS_LEAST:
        return Effect(Verdict.CANNOT_TELL, (Reason.FEW_MENTIONS,), until, volume=change)
    share, notes = _share(question, volume, response)
    engagement = _engagement(observed, response, question)
    notes += [Reason.ENGAGEMENT_UNRIPE] if engagement is None else []
    notes += [Reason.CUT_SHORT] if is_cut else []
    notes += [Reason.TOGETHER] if response.is_together else []
    verdict, reasons = _verdict(change, share)
    return Effect(verdict, (*reasons, *notes), until, change, share, engagement)


def _until(response: Response) -> tuple[datetime, bool]:
    """Return the end of what is measured: the next publication of another message ends it."""
    until = min(response.until, response.now)
    later = [moment for moment in response.others if response.published_at < moment < until]
    return (min(later), True) if later else (until, False)


def _too_early(
    observed: Observed, response: Response, *, at: int, end: int, is_cut: bool
) -> list[Reason]:
    """Return why nothing can be computed; an empty list when something can."""
    if end - at < _AFTER_LEAST:
        return [Reason.ANOTHER_PUBLICATION if is_cut else Reason.NOT_ENOUGH_TIME]
    since = response.published_at - STEPS_OF_HOUR * STEP
    if any(since < moment <= response.published_at for moment in response.others):
        return [Reason.ANOTHER_PUBLICATION]
    heard = np.flatnonzero((observed.mentions[:at] > 0) & ~observed.missing[:at])
    if not heard.size or at - int(heard[0]) < _HISTORY_LEAST:
        return [Reason.LITTLE_HISTORY]
    just_before = max(0, at - max(end - at, STEPS_OF_HOUR))
    gaps = max(observed.missing[at:end].mean(), observed.missing[just_before:at].mean())
    return [Reason.GAP] if gaps > _MISSING_MOST else []


def _question(observed: Observed, response: Response, *, at: int, end: int) -> Question:
    since = observed.index(response.storm_since) if response.storm_since else None
    calm = calm_until(at=at, storm_since=since)
    per_step = float(observed.mentions[max(0, at - STEPS_OF_DAY * 7) : at].mean())
    return Question(observed, at, end, calm, _steps(end - at, per_step))


def _steps(length: int, per_step: float) -> int:
    """Return the buckets in a bin: more for longer spans and for sparser talk."""
    if length <= STEPS_OF_HOUR:
        fitting = _STEPS_SHORT
    else:
        fitting = next((steps for most, steps in _STEPS if length <= most), _STEPS_LONG)
    wider = [steps for steps in (1, 3, 6, 12, 24) if steps >= fitting]
    wanted = next((steps for steps in wider if steps * per_step >= _PER_BIN_LEAST), wider[-1])
    return max(fitting, min(wanted, length // _BINS_AFTER_LEAST))


def _share(
    question: Question, volume: Foretold, response: Response
) -> tuple[Change | None, list[Reason]]:
    foretold = foretell_share(question, volume)
    if foretold is None or response.analysed < _ANALYSED_LEAST:
        return None, [Reason.NOT_ANALYSED]
    if foretold.known < _MENTIONS_LEAST:
        return None, [Reason.FEW_MENTIONS]
    differences = foretold.observed - foretold.draws
    return Change(
        observed=foretold.observed,
        expected=_interval(foretold.draws),
        absolute=_interval(differences),
        relative=None,
        direction=_direction(differences, least=_SHARE_LEAST),
    ), []


def _engagement(observed: Observed, response: Response, question: Question) -> Change | None:
    ripe = observed.index(response.now - ENGAGEMENT_RIPENS)
    end = min(question.end, ripe)
    if end - question.at < _AFTER_LEAST or not observed.engagement[: question.at].any():
        return None
    steps = min(question.steps, max(1, (end - question.at) // _BINS_AFTER_LEAST))
    narrower = Question(observed, question.at, end, question.calm_until, steps)
    foretold = foretell_counts(narrower, observed.engagement, is_compound=True)
    return _change_of_count(foretold)


def _change_of_count(foretold: Foretold) -> Change:
    relative = foretold.observed / foretold.draws - 1
    return Change(
        observed=foretold.observed,
        expected=_interval(foretold.draws),
        absolute=_interval(foretold.observed - foretold.draws),
        relative=_interval(relative),
        direction=_direction(relative, least=_RELATIVE_LEAST),
    )


def _interval(drawn: Numbers) -> Interval:
    return Interval(*map(float, np.quantile(drawn, _QUANTILES)))


def _direction(drawn: Numbers, *, least: float) -> Direction:
    low, middle, high = map(float, np.quantile(drawn, (_CERTAIN, 0.5, 1 - _CERTAIN)))
    if low > 0 and middle >= least:
        return Direction.ROSE
    return Direction.FELL if high < 0 and middle <= -least else Direction.UNCLEAR


def _verdict(volume: Change, share: Change | None) -> tuple[Verdict, list[Reason]]:
    verdict, reasons = judge(volume, share)
    relative = volume.relative
    is_wide = relative is not None and relative.high - relative.low > _WIDEST
    if verdict == Verdict.NO_CLEAR_EFFECT and is_wide:
        return Verdict.CANNOT_TELL, [Reason.TOO_UNCERTAIN]
    return verdict, reasons
