"""What was said live becomes drafts of written answers, reviewed like every message."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.events.services.log import lock_for_change
from incidents.models import Incident
from messaging.models import LiveSession, LiveSessionStatus, QueuedQuestion, QueueState
from messaging.models.question import QuestionQuerySet
from messaging.services.answering import answer_question
from messaging.services.questions import UNTOUCHED
from messaging.services.steps import WrongStatus

MOST_DRAFTS = 200


@transaction.atomic
def draft_answers(
    *,
    session: LiveSession,
    among: QuestionQuerySet,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    incident: Incident | None = None,
) -> LiveSession:
    """Draft a message of purpose `faq` for each question with what was said, unless it has one.

    `among` are the questions the caller may see. Refuses a session that is not over, and
    questions without an incident where neither the session nor the caller names one.
    """
    locked = lock_for_change(session, expected_version=expected_version)
    if locked.status not in (LiveSessionStatus.ENDED, LiveSessionStatus.ARCHIVED):
        raise WrongStatus(
            _("This cannot be done with a session that is: %s.") % locked.get_status_display()
        )
    rows = QueuedQuestion.objects.filter(
        session=locked,
        state=QueueState.ANSWERED,
        question__in=among.filter(status__in=UNTOUCHED).values("pk"),
    )
    spoken = rows.exclude(spoken="").select_related("question__incident", "session__incident")
    for row in spoken.order_by("state_at", "pk")[:MOST_DRAFTS]:
        own = row.question.incident
        answer_question(
            question=row.question,
            actor=actor,
            now=now,
            expected_version=None,
            incident=None if own else row.session.incident or incident,
            body=row.spoken,
        )
    return locked
