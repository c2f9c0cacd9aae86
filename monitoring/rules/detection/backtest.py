"""What a rule would have raised over what is stored, beside what people knew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

import numpy as np

from monitoring.rules.arrays import Flags
from monitoring.rules.detection.episodes import Episode, episodes
from monitoring.rules.detection.judging import Counted, Judged, Judgement, Rule, Unusual, judge
from monitoring.rules.detection.usual import DAY

# The sensitivities that are put side by side: false alarms a week.
SENSITIVITIES = (0.25, 0.5, 1.0, 2.0, 4.0)
# An alert up to a day before something was known warned of it.
EARLY = timedelta(days=1)
# Where nobody says how long something lasted, an alert within a day belongs to it.
_LASTS = timedelta(days=1)
_WEEK = 7 * DAY


@dataclass(frozen=True)
class Known:
    """Something that happened: when people knew of it, and until when it lasted."""

    at: datetime
    until: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """Until when an alert is about it."""
        return self.until or self.at + _LASTS

    def holds(self, moment: datetime) -> bool:
        """Whether an alert at that moment was about it."""
        return self.at - EARLY <= moment <= self.ends_at


@dataclass(frozen=True)
class Fired:
    """An alert that would have been raised.

    `peak` is what is said of its highest bucket. `known` is the place of what it was about among
    what is known, None for nothing; `lead` is how long before that it came, below 0 for after it.
    """

    raised: Judgement
    peak: Judgement
    ended_at: datetime | None
    known: int | None = None
    lead: timedelta | None = None


@dataclass(frozen=True)
class Outcome:
    """What a rule would have raised.

    `weeks` are those that could be judged. What is about nothing known is a false alarm;
    `false_a_week` is None where nobody said what is known, or nothing could be judged. `found` are
    how many of the known things that could have been found were; `lead` is the median of theirs.
    """

    rule: Rule
    fired: list[Fired]
    weeks: float
    knowable: int
    found: int
    false: int | None
    lead: timedelta | None

    @property
    def alerts_a_week(self) -> float | None:
        """How many alerts a week there would have been; None where nothing could be judged."""
        return len(self.fired) / self.weeks if self.weeks else None

    @property
    def false_a_week(self) -> float | None:
        """How many false alarms a week there would have been."""
        return None if self.false is None or not self.weeks else self.false / self.weeks


def side_by_side(
    rule: Rule,
    counted: Counted,
    *,
    known: Sequence[Known] | None = None,
    sensitivities: Iterable[float] = SENSITIVITIES,
    pause: int = DAY,
    since: int = 0,
) -> list[Outcome]:
    """Return what a rule would have raised at several sensitivities, its own among them.

    The most cautious first; of what is before bucket `since` nothing is told. A threshold has
    none: it stands alone. Refuses a rate of alarms that is not between 0 and 7.
    """
    rules: list[Rule] = [rule]
    if isinstance(rule, Unusual):
        wanted = sorted({*sensitivities, rule.alarms_a_week})
        rules = [replace(rule, alarms_a_week=alarms) for alarms in wanted]
    return [backtest(each, counted, known=known, pause=pause, since=since) for each in rules]


def backtest(
    rule: Rule,
    counted: Counted,
    *,
    known: Sequence[Known] | None = None,
    pause: int = DAY,
    since: int = 0,
) -> Outcome:
    """Return what a rule would have raised over a series, `pause` buckets apart at least.

    Each alert is judged as it would have been then; nothing after it is looked at. What is before
    bucket `since` is only learnt from.
    """
    judged = judge(rule, counted)
    storms = [one for one in episodes(judged, pause=pause) if one.began >= since]
    fired = [_fired(judged, one, known or ()) for one in storms]
    leads = _leads(fired)
    return Outcome(
        rule=rule,
        fired=fired,
        weeks=int(np.count_nonzero(_is_judged(judged)[since:])) / _WEEK,
        knowable=sum(_is_knowable(judged, counted, one) for one in known or ()),
        found=len(leads),
        false=None if known is None else sum(one.known is None for one in fired),
        lead=_middle(leads.values()),
    )


def _fired(judged: Judged, storm: Episode, known: Sequence[Known]) -> Fired:
    raised, peak = judged.at(storm.began), judged.at(storm.highest)
    ended_at = None if storm.ended is None else judged.moment(storm.ended)
    # Of several things the nearest one is meant.
    about = [place for place, one in enumerate(known) if one.holds(raised.at)]
    if not about:
        return Fired(raised, peak, ended_at)
    place = min(about, key=lambda place: (abs(known[place].at - raised.at), place))
    return Fired(raised, peak, ended_at, place, known[place].at - raised.at)


def _leads(fired: Iterable[Fired]) -> dict[int, timedelta]:
    """Return how long before each thing its first alert came."""
    leads: dict[int, timedelta] = {}
    for one in fired:
        if one.known is not None and one.lead is not None:
            leads.setdefault(one.known, one.lead)
    return leads


def _middle(leads: Iterable[timedelta]) -> timedelta | None:
    seconds = [lead.total_seconds() for lead in leads]
    return timedelta(seconds=median(seconds)) if seconds else None


def _is_judged(judged: Judged) -> Flags:
    """Return the buckets in which an alert was possible."""
    told: Flags = judged.heard & ~np.isnan(judged.limit)
    return told


def _is_knowable(judged: Judged, counted: Counted, known: Known) -> bool:
    first, last = (counted.place(moment) for moment in (known.at - EARLY, known.ends_at))
    return bool(_is_judged(judged)[max(0, first) : max(0, last + 1)].any())
