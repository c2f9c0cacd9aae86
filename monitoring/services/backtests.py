"""What a rule would have raised: over what is stored, or over a series that somebody sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from crisisapi.common.errors import InvalidInput
from crisisapi.common.sentences import cleaned
from incidents.models import Incident, Status
from incidents.models.incident import Mode
from monitoring.models import AlertRule, Unit
from monitoring.rules.detection.backtest import Fired, Known, Outcome, side_by_side
from monitoring.rules.detection.judging import Counted, Unusual
from monitoring.rules.detection.series import BadSeries, series_of
from monitoring.rules.windows import FIVE_MINUTES
from monitoring.selectors.watched import HISTORY, read_counted
from monitoring.services.judging import OTHERWISE, terms_of, unit_of

# A hundred days and more in five minutes: what is stored of ninety, with what is learnt from.
MOST_BUCKETS = 35_040
MOST_FIRED, MOST_INCIDENTS = 200, 200


@dataclass(frozen=True)
class Raised:
    """An alert that would have been raised, in the unit of the rule.

    `incident` is the one it is about, `lead_minutes` how long before that was opened it came.
    """

    started_at: datetime
    ended_at: datetime | None
    observed: float | None
    usual: float | None
    limit: float | None
    unusual: float | None
    highest: float | None
    incident: UUID | None
    lead_minutes: int | None


@dataclass(frozen=True)
class Result:
    """What one sensitivity would have raised; of false alarms nothing without incidents."""

    alarms_a_week: float | None
    sensitivity: str
    is_present: bool
    alerts: int
    alerts_a_week: float | None
    false_alarms: int | None
    false_alarms_a_week: float | None
    found: int | None
    lead_minutes: int | None
    fired: list[Raised]


@dataclass(frozen=True)
class Backtest:
    """Several sensitivities side by side; `weeks` are those that could be judged."""

    unit: Unit
    since: datetime
    until: datetime
    weeks: float
    incidents: list[Incident] | None
    results: list[Result]


@dataclass(frozen=True)
class Trial:
    """What is tried: a rule, saved or not, at which sensitivities, beside which incidents."""

    rule: AlertRule
    sensitivities: Sequence[float]
    incidents: list[Incident] | None = None


def backtest_stored(trial: Trial, *, days: int, now: datetime) -> Backtest:
    """Return what a rule would have raised in the last days, learning from what was before them.

    Refuses rules that cannot be judged by stored counts.
    """
    _require_series(trial.rule)
    history = timedelta(days=days)
    counted = read_counted(
        brand_id=trial.rule.brand_id, query=trial.rule.query, now=now, history=history + HISTORY
    )
    return _backtest(trial, counted, since=counted.place(now - history))


def backtest_series(trial: Trial, rows: Sequence[tuple[str, str]]) -> Backtest:
    """Return what a rule would have raised over rows of a time and a number of mentions.

    Refuses rows that cannot be read, and rules that ask for more than mentions.
    """
    _require_series(trial.rule)
    if unit_of(trial.rule) not in (Unit.MENTIONS_AN_HOUR, Unit.MENTIONS):
        said = _("A series tells numbers of mentions. Try what this rule looks for on stored talk.")
        raise InvalidInput(errors={"series": [said]})
    try:
        counted = series_of(rows).counted()
    except BadSeries as error:
        raise InvalidInput(errors={"series": [cleaned(error.args[0])]}) from error
    if len(counted.mentions) > MOST_BUCKETS:
        said = _("The series is longer than %(count)s times five minutes.") % {
            "count": MOST_BUCKETS
        }
        raise InvalidInput(errors={"series": [said]})
    return _backtest(trial, counted, since=0)


def incidents_known(incidents: Any, rule: AlertRule) -> list[Incident]:
    """Return what of these incidents happened in the brand: the latest two hundred.

    Neither drills nor what turned out to be nothing.
    """
    real = incidents.filter(brand_id=rule.brand_id, merged_into=None).exclude(mode=Mode.DRILL)
    happened = real.exclude(status=Status.DECLINED).order_by("-started_at", "-id")
    return list(happened[:MOST_INCIDENTS])[::-1]


def _require_series(rule: AlertRule) -> None:
    if rule.watched in OTHERWISE:
        said = _("Single authors and silence cannot be tried: counts do not tell of them.")
        raise InvalidInput(errors={"watched": [said]})


def _backtest(trial: Trial, counted: Counted, *, since: int) -> Backtest:
    rule, until = trial.rule, counted.moment(len(counted.mentions))
    start = counted.moment(max(0, since))
    about = trial.incidents
    if about is not None:
        about = [one for one in about if start <= one.started_at < until]
    outcomes = side_by_side(
        terms_of(rule),
        counted,
        known=None if about is None else [_known(one, until) for one in about],
        sensitivities=trial.sensitivities,
        pause=max(1, timedelta(minutes=rule.cool_down_minutes) // FIVE_MINUTES),
        since=max(0, since),
    )
    results = [_result(rule, outcome, about) for outcome in outcomes]
    return Backtest(unit_of(rule), start, until, round(outcomes[0].weeks, 3), about, results)


def _known(incident: Incident, until: datetime) -> Known:
    return Known(incident.started_at, incident.ended_at or until)


def _result(rule: AlertRule, outcome: Outcome, about: Sequence[Incident] | None) -> Result:
    told = rule
    alarms = outcome.rule.alarms_a_week if isinstance(outcome.rule, Unusual) else None
    if alarms is not None:
        told = AlertRule(watched=rule.watched, alarms_a_week=alarms)
    fired = [_raised(rule, one, about or ()) for one in outcome.fired]
    return Result(
        alarms_a_week=alarms,
        sensitivity=told.sensitivity,
        is_present=alarms in (None, rule.alarms_a_week),
        alerts=len(fired),
        alerts_a_week=_rounded(outcome.alerts_a_week),
        false_alarms=outcome.false,
        false_alarms_a_week=_rounded(outcome.false_a_week),
        found=None if about is None else outcome.found,
        lead_minutes=_lead(fired),
        fired=fired[:MOST_FIRED],
    )


def _raised(rule: AlertRule, fired: Fired, about: Sequence[Incident]) -> Raised:
    incident = None if fired.known is None else about[fired.known]
    # What was written down afterwards was not opened when people knew.
    is_live = incident is not None and incident.mode == Mode.LIVE
    lead = incident.opened_at - fired.raised.at if incident and is_live else None
    scale = unit_of(rule).scale
    raised, peak = fired.raised, fired.peak
    return Raised(
        started_at=raised.at,
        ended_at=fired.ended_at,
        observed=_rounded(raised.observed, scale),
        usual=_rounded(raised.usual, scale),
        limit=_rounded(raised.limit, scale),
        unusual=_rounded(raised.unusual),
        highest=_rounded(peak.observed, scale),
        incident=None if incident is None else incident.pk,
        lead_minutes=None if lead is None else round(lead.total_seconds() / 60),
    )


def _lead(fired: Sequence[Raised]) -> int | None:
    """Return the median of how long before each incident was opened its first alert came."""
    first: dict[UUID, int] = {}
    for one in fired:
        if one.incident is not None and one.lead_minutes is not None:
            first.setdefault(one.incident, one.lead_minutes)
    return round(median(first.values())) if first else None


def _rounded(number: float | None, scale: float = 1.0) -> float | None:
    return None if number is None else round(number * scale, 6)
