"""What the public asks of an incident, and which of it is answered already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from incidents.models import Incident
from messaging.models import Message, MessageStatus, Question, QuestionStatus
from messaging.models.question import OPEN_QUESTIONS
from messaging.models.template import Purpose
from monitoring.models import AskedDecision, AskedQuestion, AskedState
from monitoring.rules.asking import SAME_FROM, Asked, asked_in, questions_in, sameness
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
    answer: UUID | None
    reason: str


class _Known(NamedTuple):
    """What the team knows to be asked: by its question, or by a message that answers it."""

    status: AskedStatus
    question: UUID | None
    answer: UUID | None
    asked: Asked


_Text = tuple[AskedStatus, UUID | None, UUID | None, str]


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


def _known_questions(incident: Incident, secret: bytes) -> list[_Known]:
    """Return what the team knows to be asked, in the incident or in none: answered ones first."""
    found = [*_questions(incident), *_published(incident)]
    known = [
        _Known(status, question, answer, asked)
        for status, question, answer, text in found
        if (asked := asked_in(text, secret=secret))
    ]
    return sorted(known, key=lambda one: one.status)


def _questions(incident: Incident) -> Iterator[_Text]:
    answered = [QuestionStatus.ANSWERED, QuestionStatus.SPOKEN]
    rows = Question.objects.filter(
        Q(incident=incident) | Q(incident=None),
        brand_id=incident.brand_id,
        status__in=[*answered, *OPEN_QUESTIONS],
    )
    for pk, text, status, answer in rows.order_by("pk").values_list(
        "pk", "text", "status", "answer_id"
    ):
        is_answered = status in answered
        told = AskedStatus.ANSWERED if is_answered else AskedStatus.WAITING
        yield told, pk, answer if is_answered else None, text


def _published(incident: Incident) -> Iterator[_Text]:
    """Yield what messages of questions and answers ask that the public can read."""
    rows = Message.objects.filter(
        incident=incident,
        purpose=Purpose.FAQ,
        status__in=[MessageStatus.PUBLISHED, MessageStatus.PARTIALLY_PUBLISHED],
    )
    for pk, title, body in rows.order_by("pk").values_list("pk", "title", "body"):
        for text in dict.fromkeys([title, *questions_in(body)]):
            yield AskedStatus.ANSWERED, None, pk, text


def _told(
    row: tuple[Any, ...],
    asked: Asked,
    decision: AskedDecision | None,
    known: Sequence[_Known],
) -> AskedByMany:
    status, question, answer, reason = AskedStatus.UNANSWERED, None, None, ""
    if decision and decision.state != AskedState.OPEN:
        status, question = AskedStatus(decision.state), decision.question_id
        reason = decision.reason
    else:
        for one in known:
            if sameness(asked, one.asked) >= SAME_FROM:
                status, question, answer = one.status, one.question, one.answer
                break
    counted: dict[str, Any] = dict(zip(_COUNTS, row, strict=True))
    return AskedByMany(**counted, status=status, question=question, answer=answer, reason=reason)


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
