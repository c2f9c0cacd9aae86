"""Answers by mail: once, then the address is gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from crisisapi.common.mail import MailSession
from messaging.models import Question
from messaging.services.answer_mails import due_answers, forget_contacts, mail_answer
from tests.factories.audience import QuestionFactory
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mails_leave")]


@pytest.fixture
def answered(page: Any) -> Question:
    message = MessageFactory(
        incident__brand=page.brand, purpose="faq", status="published", title="Which?", body="K2."
    )
    return QuestionFactory(
        brand=page.brand,
        incident=message.incident,
        status="answered",
        answer=message,
        contact="noa@example.org",
        mail_due_at=NOW,
    )


def send(question: Question) -> None:
    with MailSession() as session:
        mail_answer(question_id=question.pk, session=session, clock=lambda: NOW)


def test_the_answer_is_mailed_once_and_the_address_erased(answered: Question) -> None:
    assert due_answers(now=NOW, limit=5) == [answered.pk]

    send(answered)
    send(answered)

    answered.refresh_from_db()
    assert [letter.to for letter in mail.outbox] == [["noa@example.org"]]
    assert "K2." in mail.outbox[0].body
    assert "/p/rimon/en/questions/" in mail.outbox[0].body
    assert (answered.contact, answered.mailed_at) == ("", NOW)


def test_what_does_not_stand_any_more_is_not_mailed(answered: Question) -> None:
    other = MessageFactory(incident=answered.incident)
    Question.objects.filter(pk=answered.pk).update(answer=other)

    send(answered)

    answered.refresh_from_db()
    assert (len(mail.outbox), answered.contact, answered.mailed_at) == (0, "", None)


def test_without_mail_nothing_is_due(answered: Question, settings: Any) -> None:
    settings.MAIL_IS_ON = False

    assert due_answers(now=NOW, limit=5) == []


def test_addresses_that_waited_too_long_are_erased(page: Any) -> None:
    old = QuestionFactory(
        brand=page.brand,
        contact="noa@example.org",
        keeps_contact=True,
        created_at=NOW - timedelta(days=91),
    )
    QuestionFactory(brand=page.brand, contact="dan@example.org", keeps_contact=True, created_at=NOW)

    assert forget_contacts(now=NOW) == 1
    old.refresh_from_db()
    assert old.contact == ""
