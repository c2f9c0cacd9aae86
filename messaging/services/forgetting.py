"""Questions whose words somebody asked to have erased."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import save_change
from crisisapi.events.services.log import lock_chain
from messaging.models import Question
from messaging.services.question_steps import record_question

# Stands where the words stood; as it is, whatever the language of the question.
ERASED = gettext_noop("[erased at the request of who wrote it]")
_FIELDS = ("text", "asked_by", "origin_url", "is_public")


@transaction.atomic
def forget_questions(*, brand_id: UUID, mention_ids: Sequence[UUID], now: datetime) -> int:
    """Erase words, name and address of questions collected from these mentions.

    They stay answered or open, and are shown to nobody outside. Returns how many changed.
    """
    lock_chain(brand_id)
    held = Question.objects.filter(brand_id=brand_id, mention_id__in=mention_ids)
    known = held.exclude(text=ERASED).order_by("pk").select_for_update(of=("self",), no_key=True)
    questions = list(known)
    for question in questions:
        question.text, question.is_public = ERASED, False
        question.asked_by = question.origin_url = ""
        save_change(question, *_FIELDS, now=now)
        record_question(question, "question.forgotten", SYSTEM, now)
    return len(questions)
