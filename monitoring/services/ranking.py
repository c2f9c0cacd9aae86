"""Ranking the authors of incidents by what they caused; the worker keeps it fresh."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from incidents.models import Incident
from incidents.models.incident import Status
from monitoring.models import Author, Influence, Ranking
from monitoring.rules.influence import Influence as Measured
from monitoring.rules.influence import influence_of
from monitoring.selectors.caused import Caused, Heard, read_caused

FRESH = timedelta(minutes=10)
AUTHORS_KEPT = 500
_NEVER_RANKED = (Status.DECLINED, Status.MERGED)


def incidents_to_rank(*, now: datetime, limit: int) -> list[UUID]:
    """Return the incidents whose authors are to be ranked, the longest not tried first.

    Every ten minutes while they last, once more when they are over.
    """
    over = Q(status=Status.CLOSED)
    old = Q(ranking__measured_at=None) | Q(ranking__measured_at__lte=now - FRESH)
    due = Incident.objects.exclude(status__in=_NEVER_RANKED).filter(
        (over & ~Q(ranking__is_final=True)) | (~over & old)
    )
    tried = due.order_by(F("ranking__tried_at").asc(nulls_first=True), "pk")
    return list(tried.values_list("pk", flat=True)[:limit])


def rank_authors(*, incident_id: UUID, now: datetime) -> bool:
    """Measure what the authors of an incident caused, and replace what was measured before.

    False where another worker is at it. Whoever dies in between leaves the ranking of before.
    """
    Ranking.objects.get_or_create(incident_id=incident_id)
    Ranking.objects.filter(incident_id=incident_id).update(tried_at=now)
    with transaction.atomic():
        rows = Ranking.objects.select_for_update(skip_locked=True, no_key=True)
        ranking = rows.filter(incident_id=incident_id).first()
        if ranking is None:
            return False
        incident = Incident.objects.select_related("brand").get(pk=incident_id)
        end = incident.ended_at or now
        caused = read_caused(incident, end=end)
        _replace(incident, caused, as_of=end, now=now)
        ranking.measured_at, ranking.is_final = now, incident.status == Status.CLOSED
        ranking.mentions, ranking.is_whole = caused.mentions, caused.is_whole
        ranking.save()
    return True


def drop_ranking(incident_id: UUID) -> None:
    """Forget the ranking of an incident that goes on in another one."""
    Influence.objects.filter(incident_id=incident_id).delete()
    Ranking.objects.filter(incident_id=incident_id).delete()


def _replace(incident: Incident, caused: Caused, *, as_of: datetime, now: datetime) -> None:
    known = Author.objects.filter(brand_id=incident.brand_id, key__in=list(caused.authors))
    # Who is not counted yet is ranked the next time.
    found = [
        _Ranked(author_id, heard, influence_of(heard.posts, people=heard.people, as_of=as_of))
        for key, author_id in known.values_list("key", "pk")
        for heard in (caused.authors[key],)
    ]
    Influence.objects.filter(incident=incident).delete()
    Influence.objects.bulk_create(
        _row(incident, rank, one, now) for rank, one in enumerate(_in_order(found), start=1)
    )


@dataclass(frozen=True)
class _Ranked:
    author_id: UUID
    heard: Heard
    measured: Measured


def _in_order(found: list[_Ranked]) -> list[_Ranked]:
    """Return the authors who caused anything or may be heard by many, the most moving first."""
    moving = [one for one in found if one.measured.total > 0]
    moving.sort(key=lambda one: (-round(one.measured.score, 6), -one.measured.total, one.author_id))
    return moving[:AUTHORS_KEPT]


_ROUNDED = ("score", "total", "spread", "breadth", "audience")
_MEASURED = ("posts", "answers", "shares", "copies", "people", "reach", "latest_at")
_WORDS = ("said", "repeats", "agrees", "disputes")


def _row(incident: Incident, rank: int, one: _Ranked, now: datetime) -> Influence:
    return Influence(
        brand_id=incident.brand_id,
        incident=incident,
        author_id=one.author_id,
        rank=rank,
        created_at=now,
        measured_at=now,
        **{name: round(getattr(one.measured, name), 4) for name in _ROUNDED},
        **{name: getattr(one.measured, name) for name in _MEASURED},
        **{name: getattr(one.heard, name) for name in _WORDS},
    )
