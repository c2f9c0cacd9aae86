"""What the public asks of an incident, and which of it is answered already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from incidents.models import Incident
from messaging.models import Question, QuestionStatus
from messaging.models.question import OPEN_QUESTIONS
from monitoring.models import AskedDecision, AskedQuestion, AskedState
from monitoring.rules.asking import SAME_FROM, Asked, asked_in, sameness
from monitoring.selectors.metrics import incident_query_id

QUESTIONS_LIMIT = 1_000
EXAMPLES = 3


class AskedStatus(StrEnum):
    """Where a question of the public stands, for an incident."""

    UNANSWERED = "unanswered"
    WAITING = "waiting"
    ANSWERED = "answered"
    ADOPTED = "adopted"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class AskedByMany:
    """One question of the public: how often it was asked, by whom, and what became of it."""

    id: UUID
    mentions: int
    reach: int
    first_asked_at: datetime
    last_asked_at: datetime
    platforms: list[str]
    languages: list[str]
    status: AskedStatus
    question: UUID | None
    reason: str


_COUNTED = """
SELECT a.asked_id, count(*), sum(m.reach)::bigint, min(a.published_at), max(a.published_at),
    array_agg(DISTINCT m.platform ORDER BY m.platform),
    array_agg(DISTINCT m.language ORDER BY m.language)
FROM monitoring_askedmention a JOIN monitoring_mention m ON m.id = a.mention_id
WHERE a.brand_id = %(brand)s AND a.published_at >= %(start)s
    AND (%(end)s::timestamptz IS NULL OR a.published_at < %(end)s)
    AND (%(query)s::uuid IS NULL OR %(query)s = ANY(m.query_ids))
    AND (%(asked)s::uuid IS NULL OR a.asked_id = %(asked)s)
GROUP BY a.asked_id
ORDER BY count(*) DESC, sum(m.reach) DESC, max(a.published_at) DESC, a.asked_id
LIMIT %(limit)s
"""
_COUNTS = (
    "id",
    "mentions",
    "reach",
    "first_asked_at",
    "last_asked_at",
    "platforms",
    "languages",
)
_EXAMPLES = """
SELECT q.id, m.id, m.text, m.platform, m.language, m.url, m.published_at, m.reach
FROM unnest(%(ids)s::uuid[]) AS q (id) CROSS JOIN LATERAL (
    SELECT m.* FROM monitoring_askedmention a JOIN monitoring_mention m ON m.id = a.mention_id
    WHERE a.asked_id = q.id AND m.removed_at IS NULL AND a.published_at >= %(start)s
        AND (%(end)s::timestamptz IS NULL OR a.published_at < %(end)s)
        AND (%(query)s::uuid IS NULL OR %(query)s = ANY(m.query_ids))
    ORDER BY a.published_at, m.id LIMIT %(limit)s
) AS m
ORDER BY q.id, m.published_at, m.id
"""
_EXAMPLE = ("id", "text", "platform", "language", "url", "published_at", "reach")


def read_asked(
    incident: Incident, *, secret: bytes, asked_id: UUID | None = None
) -> list[AskedByMany]:
    """Return what is asked in an incident, most often first, a thousand questions at most.

    Counted is who asks it from the incident's start to its end in mentions that its query found.
    """
    values = _values(incident) | {"limit": QUESTIONS_LIMIT, "asked": asked_id}
    rows = _rows(_COUNTED, values)
    words = _words(row[0] for row in rows)
    decided = {
        one.asked_id: one
        for one in AskedDecision.objects.filter(incident=incident, asked_id__in=list(words))
    }
    known = _known_questions(incident, secret)
    return [
        _told(row, words[row[0]], decided.get(row[0]), known) for row in rows if row[0] in words
    ]


def read_asked_examples(
    incident: Incident, asked_ids: list[UUID]
) -> Mapping[UUID, list[dict[str, Any]]]:
    """Return the first mentions that ask each question and can still be read."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    values = _values(incident) | {"limit": EXAMPLES, "ids": asked_ids}
    for asked_id, *row in _rows(_EXAMPLES, values):
        found.setdefault(asked_id, []).append(dict(zip(_EXAMPLE, row, strict=True)))
    return found


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "brand": incident.brand_id,
        "start": incident.started_at,
        "end": incident.ended_at,
        "query": incident_query_id(incident),
    }


def _words(asked_ids: Iterable[UUID]) -> dict[UUID, Asked]:
    rows = AskedQuestion.objects.filter(pk__in=list(asked_ids)).values_list("pk", "terms", "kinds")
    return {pk: Asked(frozenset(terms), frozenset(kinds)) for pk, terms, kinds in rows}


def _known_questions(incident: Incident, secret: bytes) -> list[tuple[AskedStatus, UUID, Asked]]:
    """Return the team's questions of the incident or of none: answered ones before the others."""
    answered = [QuestionStatus.ANSWERED, QuestionStatus.SPOKEN]
    rows = Question.objects.filter(
        Q(incident=incident) | Q(incident=None),
        brand_id=incident.brand_id,
        status__in=[*answered, *OPEN_QUESTIONS],
    )
    found = []
    for pk, text, status in rows.order_by("pk").values_list("pk", "text", "status"):
        if asked := asked_in(text, secret=secret):
            told = AskedStatus.ANSWERED if status in answered else AskedStatus.WAITING
            found.append((told, pk, asked))
    return sorted(found, key=lambda one: one[0])


def _told(
    row: tuple[Any, ...],
    asked: Asked,
    decision: AskedDecision | None,
    known: list[tuple[AskedStatus, UUID, Asked]],
) -> AskedByMany:
    status, question, reason = AskedStatus.UNANSWERED, None, ""
    if decision and decision.state != AskedState.OPEN:
        status, question = AskedStatus(decision.state), decision.question_id
        reason = decision.reason
    else:
        for told, question_id, other in known:
            if sameness(asked, other) >= SAME_FROM:
                status, question = told, question_id
                break
    counted: dict[str, Any] = dict(zip(_COUNTS, row, strict=True))
    return AskedByMany(**counted, status=status, question=question, reason=reason)


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
