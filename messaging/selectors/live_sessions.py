"""Live sessions and their queues, as the public and as the team read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from messaging.models import (
    LiveSession,
    LiveSessionStatus,
    PublicPage,
    Question,
    QuestionStatus,
    QueuedQuestion,
    QueueState,
)
from messaging.models.live_session import LiveSessionQuerySet
from messaging.models.question import QuestionQuerySet
from messaging.rules.recordings import clock_of, moment_in
from messaging.rules.words import chosen, direction_of
from messaging.selectors.audience import shown_incidents
from messaging.selectors.public_shapes import Words

MOST_SESSIONS = 20
MOST_QUEUED = 500
MOST_SHOWN = 100
# What is over stays in the list of the page so long; its own address stays until it is archived.
LISTED_FOR = timedelta(days=30)
_GONE = (QuestionStatus.REJECTED, QuestionStatus.DUPLICATE)
_ORDER = {
    QueueState.ANSWERING: 0,
    QueueState.WAITING: 1,
    QueueState.ANSWERED: 2,
    QueueState.SKIPPED: 3,
}


@dataclass(frozen=True)
class Queued:
    """A question in a queue; `asked` counts all who want to know it."""

    row: QueuedQuestion
    question: Question
    asked: int
    position: int | None


@dataclass(frozen=True)
class LiveQuestionView:
    """A question of a session as the public reads it; nothing of what was said is told here."""

    id: UUID
    text: str
    language: str
    asked: int
    state: QueueState
    is_open: bool
    moment: str
    clock: str
    is_written: bool

    @property
    def direction(self) -> str:
        """Which way it runs."""
        return direction_of(self.language)


@dataclass(frozen=True)
class LiveSessionView:
    """A session as the public reads it."""

    id: UUID
    title: Words
    intro: Words
    status: LiveSessionStatus
    starts_at: datetime
    ends_at: datetime
    link: str
    recording_url: str
    is_taking: bool


def public_sessions(page: PublicPage, *, now: datetime) -> LiveSessionQuerySet:
    """Return the sessions that everybody may read of: approved, and of nothing kept from them.

    What was cancelled is told until its time is over, if it ever was announced.
    """
    rows = LiveSession.objects.filter(brand_id=page.brand_id, approved_revision__gte=1)
    told = [LiveSessionStatus.ANNOUNCED, LiveSessionStatus.LIVE, LiveSessionStatus.ENDED]
    cancelled = Q(status=LiveSessionStatus.CANCELLED, ends_at__gt=now)
    about = Q(incident=None) | shown_incidents(page)
    return rows.filter(about, Q(status__in=told) | cancelled)


def view_sessions(page: PublicPage, language: str, *, now: datetime) -> list[LiveSessionView]:
    """Return what is live, what comes, the soonest first, then what was, the last one first."""
    recent = Q(ended_at=None) | Q(ended_at__gt=now - LISTED_FOR)
    rows = public_sessions(page, now=now).filter(recent).order_by("-starts_at", "-id")
    return sorted((view_session(row, page, language) for row in rows[:MOST_SESSIONS]), key=_when)


def view_session(session: LiveSession, page: PublicPage, language: str) -> LiveSessionView:
    """Return one session as everybody sees it."""
    preferred = [language, *page.languages]
    return LiveSessionView(
        id=session.pk,
        title=Words(*chosen(session.titles, preferred)),
        intro=Words(*chosen(session.intros, preferred)),
        status=LiveSessionStatus(session.status),
        starts_at=session.started_at or session.starts_at,
        ends_at=session.ended_at or session.ends_at,
        link=session.link if session.is_taking else "",
        recording_url=session.recording_url,
        is_taking=session.is_taking and page.takes_questions,
    )


def shown_queue(session: LiveSession, page: PublicPage) -> list[LiveQuestionView]:
    """Return the questions of a session that a moderator showed, in the order of the queue."""
    shown = Question.objects.filter(brand_id=page.brand_id, is_public=True)
    among = shown.filter(Q(incident=None) | shown_incidents(page))
    found = [one for one in queue_of(session, among) if one.row.state != QueueState.SKIPPED]
    return [_view(one, session) for one in found[:MOST_SHOWN]]


def queue_of(session: LiveSession, among: QuestionQuerySet) -> list[Queued]:
    """Return the queue in its order: what is being answered, what waits with the most wanted
    first, what was answered, the last one first, and what was left out; in two queries.
    """
    rows = {
        row.question_id: row
        for row in QueuedQuestion.objects.filter(session=session).order_by("-created_at")
    }
    counted: Any = among.filter(pk__in=list(rows)).exclude(status__in=_GONE).counted()
    asked = list(counted.annotate(doubles=Count("duplicates")))
    found = sorted(asked, key=lambda one: _place(rows[one.pk], one))[:MOST_QUEUED]
    return [
        Queued(rows[one.pk], one, _wanted(one), _position(place, rows[one.pk]))
        for place, one in _numbered(found, rows)
    ]


def _numbered(found: Iterable[Any], rows: dict[UUID, QueuedQuestion]) -> list[tuple[int, Any]]:
    numbered, place = [], 0
    for one in found:
        place += rows[one.pk].state == QueueState.WAITING
        numbered.append((place, one))
    return numbered


def _position(place: int, row: QueuedQuestion) -> int | None:
    return place if row.state == QueueState.WAITING else None


def _place(row: QueuedQuestion, question: Any) -> tuple[int, float, float]:
    group = _ORDER[QueueState(row.state)]
    if row.state in (QueueState.ANSWERED, QueueState.SKIPPED):
        return group, -row.state_at.timestamp(), 0
    return group, -_wanted(question), question.created_at.timestamp()


def _wanted(question: Any) -> int:
    return int(question.votes + question.doubles + 1)


def _when(view: LiveSessionView) -> tuple[int, float]:
    at = view.starts_at.timestamp()
    if view.status == LiveSessionStatus.LIVE:
        return 0, at
    return (1, at) if view.status != LiveSessionStatus.ENDED else (2, -at)


def _view(one: Queued, session: LiveSession) -> LiveQuestionView:
    seconds = one.row.seconds
    is_told = seconds is not None and one.row.state == QueueState.ANSWERED
    return LiveQuestionView(
        id=one.question.pk,
        text=one.question.text,
        language=one.question.language,
        asked=one.asked,
        state=QueueState(one.row.state),
        is_open=one.question.is_open and one.row.state == QueueState.WAITING,
        moment=moment_in(session.recording_url, seconds or 0)
        if is_told and session.recording_url
        else "",
        clock=clock_of(seconds or 0) if is_told else "",
        is_written=one.question.status == QuestionStatus.ANSWERED,
    )
