"""Answers by mail: to who asked and left an address, once the answer is public.

The claim is what is stored before a mail leaves: a worker that dies in between leaves a mail that
may be missing, never one that comes twice. The address is erased as soon as that is settled.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from crisisapi.common.mail import MailSession
from messaging.models import PUBLIC_STATUSES, PublicPage, Question

log = structlog.get_logger(__name__)

WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
# Addresses of questions that were never answered are kept no longer.
KEPT_FOR = timedelta(days=90)


def due_answers(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of questions whose answer is to be mailed; none where no mail leaves."""
    if not settings.MAIL_IS_ON:
        return []
    due = Question.objects.filter(mail_due_at__lte=now).order_by("mail_due_at")
    return list(due.values_list("pk", flat=True)[:limit])


def mail_answer(*, question_id: UUID, session: MailSession, clock: Callable[[], datetime]) -> None:
    """Mail an answer that is still due; whoever comes second does nothing."""
    now = clock()
    due = Question.objects.filter(pk=question_id, mail_due_at__lte=now)
    if not due.update(mail_due_at=None, mail_attempts=F("mail_attempts") + 1):
        return
    question = Question.objects.select_related("answer", "brand").get(pk=question_id)
    letter = _letter(question)
    if letter is None:
        _forget(question_id)
        return
    outcome = session.send(letter)
    log.info("answer_mail.attempted", question=str(question_id), outcome=outcome.result)
    if outcome.result == "retry" and question.mail_attempts <= len(WAITS):
        again = now + WAITS[question.mail_attempts - 1]
        Question.objects.filter(pk=question_id).update(mail_due_at=again)
        return
    sent_at = clock() if outcome.result == "sent" else None
    _forget(question_id, mailed_at=sent_at)


def forget_contacts(*, now: datetime) -> int:
    """Erase addresses that have waited too long for an answer; return how many."""
    old = Question.objects.filter(created_at__lt=now - KEPT_FOR, mail_due_at=None)
    return old.filter(keeps_contact=True).update(contact="", keeps_contact=False)


def _forget(question_id: UUID, *, mailed_at: datetime | None = None) -> None:
    rows = Question.objects.filter(pk=question_id)
    rows.update(contact="", keeps_contact=False, mailed_at=mailed_at)


def _letter(question: Question) -> EmailMessage | None:
    """Return the letter; None when nothing may be said, or to nobody."""
    answer = question.answer
    if answer is None or answer.status not in PUBLIC_STATUSES or not question.contact:
        return None
    page = PublicPage.objects.published().filter(brand_id=question.brand_id).first()
    with translation.override(question.language):
        told = [
            _("You asked %(brand)s:") % {"brand": question.brand.name},
            question.text,
            _("The answer:"),
            f"{answer.title}\n{answer.body}",
        ]
        if page is not None:
            told.append(page.address_of("questions", _spoken(page, question.language)))
        told.append(_("This is the only mail about it; your address is erased now."))
        subject = _("An answer from %(brand)s") % {"brand": question.brand.name}
    subject = " ".join(subject.split())
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, "\n\n".join(told), to=[question.contact], headers=headers)


def _spoken(page: PublicPage, language: str) -> str:
    return language if language in page.languages else page.main_language
