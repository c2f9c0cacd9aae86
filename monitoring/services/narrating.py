"""Finding out what narratives are about, how they move and whether they look arranged.

Work is a row that says when it is due: grouping sets it, a lease keeps others away meanwhile, and
whatever was grouped in between makes it due again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.events.services.log import lock_chain
from monitoring.models import Narrative
from monitoring.rules.narratives.coordination import MUCH, Coordination, coordination_of
from monitoring.rules.narratives.states import Motion, State, motion_of
from monitoring.rules.narratives.terms import content_of
from monitoring.rules.narratives.titles import Term, telling_terms, title_of
from monitoring.selectors.grouping import load_background
from monitoring.selectors.narratives import (
    count_authors,
    count_texts,
    family_of,
    incident_of,
    read_moments,
    read_posts,
    read_voices,
    usual_slight,
)
from monitoring.services.grouping import printer_of
from monitoring.services.narrative_joining import join_what_is_one
from monitoring.services.narrative_log import record_narrative

LEASE = timedelta(minutes=5)
# A narrative that nobody tells moves all the same: towards its end.
TICK = timedelta(minutes=10)
# Smaller ones come and go without anybody's being told.
TOLD_FROM = 10

_CLAIM = """
UPDATE monitoring_narrative SET due_at = %s
WHERE id = (
    SELECT id FROM monitoring_narrative WHERE due_at <= %s ORDER BY due_at, id LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING id
"""


@dataclass(frozen=True)
class Found:
    """What was found out about a narrative and those merged into it."""

    mentions: int
    texts: int
    authors: int
    terms: list[Term]
    motion: Motion
    peak_at: datetime | None
    coordination: Coordination
    incident_id: UUID | None


def refresh_next(*, now: datetime) -> bool:
    """Find out about the narrative that is due longest; False when none is."""
    lease = now + LEASE
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [lease, now])
        row = cursor.fetchone()
    if row is None:
        return False
    refresh_narrative(narrative_id=row[0], lease=lease, now=now)
    return True


def refresh_narrative(*, narrative_id: UUID, now: datetime, lease: datetime | None = None) -> None:
    """Find out about one narrative now; one that was merged has the other looked at instead."""
    narrative = Narrative.objects.get(pk=narrative_id)
    if narrative.merged_into_id:
        Narrative.objects.filter(pk=narrative.merged_into_id).update(due_at=now)
        Narrative.objects.filter(pk=narrative_id, due_at=lease).update(due_at=None)
        return
    found = look_at(narrative, now=now)
    _save(narrative, found, now=now, lease=lease)
    join_what_is_one(narrative_id=narrative_id, now=now)


def look_at(narrative: Narrative, *, now: datetime) -> Found:
    """Read what there is to know of a narrative; changes nothing."""
    ids = family_of(narrative)
    moments = read_moments(ids)
    series = [(one.at, one.mentions) for one in moments]
    peak = max(moments, key=lambda one: (one.mentions, one.at), default=None)
    before = State(narrative.state) if narrative.refreshed_at else None
    usual = usual_slight(ids, brand_id=narrative.brand_id)
    return Found(
        mentions=sum(one.mentions for one in moments),
        texts=count_texts(ids),
        authors=count_authors(ids),
        terms=_terms(narrative.brand_id, ids, now),
        motion=motion_of(series, now=now, before=before),
        peak_at=peak.at if peak else None,
        coordination=coordination_of(
            read_posts(ids), usual_slight=usual, seed=narrative.pk.int % (1 << 32)
        ),
        incident_id=incident_of(ids, brand_id=narrative.brand_id),
    )


def _terms(brand_id: UUID, ids: list[UUID], now: datetime) -> list[Term]:
    voices = read_voices(ids)
    words = [word for voice in voices for word in content_of(voice.text)]
    return telling_terms(voices, load_background(brand_id, printer_of(brand_id), words, at=now))


@transaction.atomic
def _save(narrative: Narrative, found: Found, *, now: datetime, lease: datetime | None) -> None:
    news = _news(narrative, found)
    joins = found.incident_id is not None and _may_join(narrative)
    if news or joins:
        lock_chain(narrative.brand_id)
    locked = Narrative.objects.select_for_update(of=("self",), no_key=True).get(pk=narrative.pk)
    if locked.refreshed_at != narrative.refreshed_at or locked.merged_into_id:
        # Somebody has looked at it since, or it goes on elsewhere.
        return
    for name, value in _filled(found, now).items():
        setattr(locked, name, value)
    if locked.due_at == (lease or narrative.due_at):
        locked.due_at = None if found.motion.state == State.FADING else now + TICK
    locked.save(update_fields=[*_filled(found, now), "due_at"])
    if joins and _may_join(locked):
        locked.incident_id = found.incident_id
        save_change(locked, "incident", now=now)
        record_narrative(locked, "narrative.changed", SYSTEM, now, fields=["incident"])
    for verb, data in news:
        record_narrative(locked, verb, SYSTEM, now, **data)


def _filled(found: Found, now: datetime) -> dict[str, Any]:
    """Return what a narrative shows of what was found."""
    motion, coordination = found.motion, found.coordination
    return {
        "title": title_of(found.terms)[:200],
        "terms": [{**term._asdict(), "z": round(term.z, 2)} for term in found.terms],
        "state": motion.state.value,
        "velocity": round(motion.velocity * 24),
        "growth": None if motion.growth is None else round(motion.growth, 2),
        "texts": found.texts,
        "authors": found.authors,
        "peak_at": found.peak_at,
        "coordination": coordination.figure,
        "signs": [
            {**reason._asdict(), "sign": reason.sign.value} for reason in coordination.reasons
        ],
        "refreshed_at": now,
    }


def _may_join(narrative: Narrative) -> bool:
    return narrative.incident_id is None and not narrative.is_incident_settled


def _news(narrative: Narrative, found: Found) -> list[tuple[str, dict[str, Any]]]:
    """Return what the event log is told: no words that anybody said."""
    if found.mentions < TOLD_FROM:
        return []
    news: list[tuple[str, dict[str, Any]]] = []
    state, figure = found.motion.state.value, found.coordination.figure
    said = {
        "mentions": found.mentions,
        "velocity": round(found.motion.velocity * 24),
        "coordination": figure,
    }
    if state != narrative.state or narrative.refreshed_at is None:
        before = narrative.state if narrative.refreshed_at else None
        news.append(("narrative.moved", {"before": before, "state": state, **said}))
    if (figure or 0) >= MUCH > (narrative.coordination or 0):
        signs = [reason.sign.value for reason in found.coordination.reasons]
        news.append(("narrative.looks_coordinated", {"signs": signs, **said}))
    return news
