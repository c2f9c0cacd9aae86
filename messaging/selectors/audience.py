"""What everybody may read of questions, and what the team reads of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from incidents.rules.reasons import Reason
from incidents.rules.similarity import Described, find_similar
from messaging.models import (
    OPEN_QUESTIONS,
    Message,
    MessageStatus,
    Publication,
    PublicationStatus,
    PublicIncident,
    PublicPage,
    PublicUpdate,
    Purpose,
    Question,
    QuestionStatus,
)
from messaging.models.question import QuestionQuerySet
from messaging.rules.public_text import Paragraph, paragraphs_of
from messaging.rules.words import direction_of

MOST_ANSWERS = 100
MOST_OPEN = 100
# Cosine of the words of two questions above which a person should compare them.
LEAST_SIMILAR = 0.25
COMPARED = 1_000


@dataclass(frozen=True)
class AnswerView:
    """An answer as the public reads it: the words of an approved message, nothing else."""

    id: UUID
    question: str
    answer: str
    language: str
    answered_at: datetime
    asked: int

    @property
    def direction(self) -> str:
        """Which way it runs."""
        return direction_of(self.language)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The answer in paragraphs, with its links."""
        return paragraphs_of(self.answer)


@dataclass(frozen=True)
class OpenView:
    """A question that others may join; `asked` counts all who want to know it."""

    id: UUID
    text: str
    language: str
    asked: int

    @property
    def direction(self) -> str:
        """Which way it runs."""
        return direction_of(self.language)


@dataclass(frozen=True)
class Similar:
    """A question that may ask the same; the score is 0 to 1."""

    question: Question
    score: float
    words: Sequence[str]


def shown_incidents(page: PublicPage) -> Q:
    """Return the condition that a row's incident may be read of on the page."""
    return Q(
        Exists(PublicIncident.objects.shown().filter(incident_id=OuterRef("incident_id")))
    ) & Q(brand_id=page.brand_id)


def joinable(page: PublicPage) -> QuestionQuerySet:
    """Return the questions that the public sees in their own words."""
    rows = Question.objects.filter(brand_id=page.brand_id, is_public=True)
    about = Q(incident=None) | shown_incidents(page)
    return rows.filter(about, status__in=OPEN_QUESTIONS)


def open_questions(page: PublicPage, language: str) -> list[OpenView]:
    """Return what waits for an answer in public, the most wanted first; in one query."""
    rows = joinable(page).filter(language=language).counted()
    rows = rows.annotate(doubles=Count("duplicates"))
    wanted: Any = rows.annotate(asked=F("votes") + F("doubles") + 1)
    wanted = wanted.order_by("-asked", "created_at")
    return [OpenView(row.pk, row.text, row.language, row.asked) for row in wanted[:MOST_OPEN]]


def answers_of(page: PublicPage, language: str) -> list[AnswerView]:
    """Return the questions answered in public, the newest first; in two queries.

    A message is shown while it is out and its incident is told of in public: one that was taken
    down or superseded is not, nor is anything of a drill or of a restricted incident.
    """
    rows = Message.objects.filter(
        shown_incidents(page),
        purpose=Purpose.FAQ,
        language=language,
        status__in=[MessageStatus.PUBLISHED, MessageStatus.PARTIALLY_PUBLISHED],
        published_at__isnull=False,
    )
    out = [PublicationStatus.PUBLISHED, PublicationStatus.PARTIALLY_PUBLISHED]
    answered = rows.filter(
        Exists(Question.objects.filter(answer=OuterRef("pk"))),
        Exists(Publication.objects.filter(message=OuterRef("pk"), status__in=out)),
        ~Exists(PublicUpdate.objects.filter(message=OuterRef("pk"), withdrawn_at__isnull=False)),
    )
    found = list(answered.order_by("-published_at", "-id")[:MOST_ANSWERS])
    asked = _askers([row.pk for row in found])
    return [
        AnswerView(
            id=row.pk,
            question=row.title,
            answer=row.body,
            language=row.language,
            answered_at=row.published_at or row.created_at,
            asked=asked.get(row.pk, 1),
        )
        for row in found
    ]


def similar_questions(question: Question, among: QuestionQuerySet) -> list[Similar]:
    """Return questions of the brand in the same language that may ask the same, the closest first.

    Compared are the last thousand that were not rejected and are not duplicates themselves.
    """
    rows = among.filter(brand_id=question.brand_id, language=question.language)
    rows = rows.exclude(status__in=[QuestionStatus.REJECTED, QuestionStatus.DUPLICATE])
    rows = rows.exclude(pk=question.pk).counted().order_by("-created_at")
    others = {row.pk: row for row in rows[:COMPARED]}
    described = [Described(id=pk, title=row.text) for pk, row in others.items()]
    matches = find_similar(Described(question.pk, question.text), described, least=0.0, most=50)
    found = [
        Similar(others[match.id], round(match.parts["text"], 4), _shared(match.reasons))
        for match in matches
        if match.parts["text"] >= LEAST_SIMILAR
    ]
    return found[:10]


def unanswered_by_incident(waiting: QuestionQuerySet) -> list[Any]:
    """Count questions that wait for an answer by incident, the most first; in one query."""
    counted = (
        waiting.order_by()
        .values("incident")
        .annotate(
            unanswered=Count("pk"),
            unrouted=Count("pk", filter=Q(status=QuestionStatus.NEW)),
            flagged=Count("pk", filter=~Q(flags=[])),
            oldest_at=Min("created_at"),
        )
    )
    return list(counted.order_by("-unanswered", "oldest_at"))


def _shared(reasons: Sequence[Reason]) -> list[str]:
    words = [one.params["words"] for one in reasons if one.code == "shared_words"]
    return [str(word) for group in words if isinstance(group, list) for word in group]


def _askers(message_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many asked what each message answers: the questions, their doubles and votes."""
    rows: Any = Question.objects.filter(answer__in=message_ids).counted()
    asked: dict[UUID, int] = {}
    for row in rows.annotate(doubles=Count("duplicates")):
        asked[row.answer_id] = asked.get(row.answer_id, 0) + 1 + row.votes + row.doubles
    return asked


def opens_the_pile(question_id: UUID) -> bool:
    """Whether a question is new, and none that came before it waits to be looked at."""
    rows = Question.objects.filter(status=QuestionStatus.NEW)
    question = rows.filter(pk=question_id).first()
    if question is None:
        return False
    return not rows.filter(brand_id=question.brand_id, pk__lt=question.pk).exists()
