"""Measuring what publications did to the talk."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import lock_chain, record_event
from incidents.models.incident import Mode
from messaging.models import Publication
from monitoring.models import ResponseEffect
from monitoring.rules.effect.measuring import METHOD, Effect, Response, measure_effect
from monitoring.rules.effect.verdicts import Change
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.selectors.talk import Talk, read_talk

# Minutes after a publication at which it is measured.
MILESTONES = (60, 360, 1440, 4320)
LAST = timedelta(minutes=MILESTONES[-1])
# Sources that are asked bring what was said a quarter of an hour later.
ARRIVAL = timedelta(minutes=15)
# Workers that stood still make up for what they missed, but not for ever.
CATCH_UP = timedelta(days=3)
# The same statement in two languages, or two messages of one moment, cannot be told apart.
TOGETHER = timedelta(minutes=15)


class NotPublished(DomainError):
    """There is nothing yet that could have had an effect."""

    code = "not_published"
    detail = _("It has not reached the public: there is nothing to measure.")


@dataclass(frozen=True)
class _Measured:
    effect: Effect
    fingerprint: str
    inputs: dict[str, Any]


def due_effects(*, now: datetime, limit: int) -> list[tuple[Publication, int]]:
    """Return publications with the milestone they have reached, the shortest milestones first."""
    found: list[tuple[Publication, int]] = []
    for milestone in MILESTONES:
        rows = _reached(milestone, now).select_related("message__incident__brand")
        found += [(row, milestone) for row in rows[: limit - len(found)]]
    return found


def _reached(milestone: int, now: datetime) -> QuerySet[Publication]:
    latest = now - timedelta(minutes=milestone) - ARRIVAL
    measured = ResponseEffect.objects.filter(publication=OuterRef("pk"), milestone=milestone)
    rows = Publication.objects.filter(
        published_at__lte=latest, published_at__gt=latest - CATCH_UP
    ).exclude(message__incident__mode=Mode.RETROSPECTIVE)
    return rows.filter(~Exists(measured)).order_by("published_at", "pk")


def measure_milestone(
    *, publication: Publication, milestone: int, now: datetime
) -> ResponseEffect | None:
    """Measure a publication at a milestone; None when another worker has been at it."""
    until = _published_at(publication) + timedelta(minutes=milestone)
    measured = _measure(publication, until=until, now=now)
    return _save(publication, measured, milestone=milestone, actor=SYSTEM, now=now)


def measure_publication(*, publication: Publication, actor: Actor, now: datetime) -> ResponseEffect:
    """Measure a publication as far as it is heard now, at most its first three days.

    When nothing it depends on has changed, the latest measurement is returned. Refuses what has
    not reached the public.
    """
    until = min(now - FIVE_MINUTES, _published_at(publication) + LAST)
    measured = _measure(publication, until=until, now=now)
    saved = _save(publication, measured, milestone=None, actor=actor, now=now)
    return saved or ResponseEffect.objects.current().get(publication=publication)


def _published_at(publication: Publication) -> datetime:
    if publication.published_at is None:
        raise NotPublished
    return publication.published_at


def _measure(publication: Publication, *, until: datetime, now: datetime) -> _Measured:
    published_at = _published_at(publication)
    incident = publication.message.incident
    until = max(published_at, bucket_start(until, FIVE_MINUTES))
    talk = read_talk(incident, about=published_at, until=until)
    others = _others(publication, until=until)
    apart = tuple(moment for moment in others if abs(moment - published_at) > TOGETHER)
    response = Response(
        published_at=published_at,
        until=until,
        now=now,
        others=apart,
        is_together=len(apart) < len(others),
        storm_since=incident.started_at,
        analysed=talk.analysed,
    )
    effect = measure_effect(talk.observed, response)
    return _Measured(effect, _fingerprint(talk, response), _inputs(talk, response))


def _others(publication: Publication, *, until: datetime) -> list[datetime]:
    """Return when other messages of the incident were published, from two hours before on."""
    published_at = _published_at(publication)
    rows = Publication.objects.filter(
        message__incident_id=publication.message.incident_id,
        published_at__gt=published_at - timedelta(hours=2),
        published_at__lt=until,
    ).exclude(message_id=publication.message_id)
    moments = rows.order_by("published_at").values_list("published_at", flat=True)
    return [moment for moment in moments.distinct() if moment is not None]


def _fingerprint(talk: Talk, response: Response) -> str:
    # Of the time it is measured only what is ripe by then matters, and that in whole hours.
    told = asdict(response) | {"now": response.now.replace(minute=0, second=0, microsecond=0)}
    return talk.fingerprint(METHOD, sorted((name, str(value)) for name, value in told.items()))


def _inputs(talk: Talk, response: Response) -> dict[str, Any]:
    return {
        "query": str(talk.query_id) if talk.query_id else None,
        "controls": [str(control) for control in talk.control_ids],
        "history_since": talk.observed.started_at.isoformat(),
        "storm_since": response.storm_since.isoformat() if response.storm_since else None,
        "other_publications": [moment.isoformat() for moment in response.others],
        "measured_now": response.now.isoformat(),
    }


@transaction.atomic
def _save(
    publication: Publication,
    measured: _Measured,
    *,
    milestone: int | None,
    actor: Actor,
    now: datetime,
) -> ResponseEffect | None:
    lock_chain(publication.brand_id)
    earlier = ResponseEffect.objects.filter(publication=publication)
    if milestone is not None and earlier.filter(milestone=milestone).exists():
        return None
    is_same = earlier.current().filter(fingerprint=measured.fingerprint).exists()
    if milestone is None and is_same:
        return None
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    earlier.current().update(superseded_at=now)
    effect = measured.effect
    saved = ResponseEffect.objects.create(
        brand_id=publication.brand_id,
        publication=publication,
        number=number,
        milestone=milestone,
        verdict=effect.verdict,
        reasons=list(effect.reasons),
        since=_published_at(publication),
        until=effect.until,
        volume=_told(effect.volume),
        negative_share=_told(effect.negative_share),
        engagement=_told(effect.engagement),
        method=effect.method,
        inputs=measured.inputs,
        fingerprint=measured.fingerprint,
        measured_at=now,
        requested_by_id=actor.person_id,
    )
    _record(saved, actor, now)
    return saved


def _told(change: Change | None) -> dict[str, Any] | None:
    """Return a change as it is kept: rounded to what anybody reads."""
    return _rounded(asdict(change)) if change else None


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def _record(effect: ResponseEffect, actor: Actor, now: datetime) -> None:
    record_event(
        brand_id=effect.brand_id,
        verb="response_effect.measured",
        instance=effect,
        actor=actor,
        now=now,
        incident_id=effect.publication.message.incident_id,
        data={
            "publication": str(effect.publication_id),
            "number": effect.number,
            "verdict": effect.verdict,
            "reasons": effect.reasons,
            "until": effect.until.isoformat(),
        },
    )
