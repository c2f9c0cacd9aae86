"""Mails to subscribers: each once, none twice, whatever the mail server does."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from crisisapi.common.mail import MailSession
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import (
    MailKind,
    MailStatus,
    PublicIncident,
    PublicPage,
    PublicUpdate,
    Subscriber,
    SubscriberMail,
)
from messaging.services.subscriber_mails import (
    FRESH,
    REFUSALS,
    WAITS,
    due_mails,
    give_up_mails,
    make_mails_ready,
    send_mail,
)
from messaging.tasks import mail_subscribers
from tests.factories.public import PublicUpdateFactory, SubscriberFactory, SubscriberMailFactory
from tests.mail_server import Post, free_port, mail_server
from tests.messaging.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mails_leave")]


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """A mail server to which the service sends."""
    with mail_server() as (server, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield server


@pytest.fixture
def update(public: PublicIncident, incident: Incident) -> PublicUpdate:
    return PublicUpdateFactory(
        message__incident=incident,
        language="he",
        title="עצרנו את המכירה",
        body="מאז 9:00.\n\nפרטים: https://rimon.example/k2",
        published_at=NOW,
    )


def send_all(now: datetime = NOW) -> None:
    with MailSession() as session:
        for pk in due_mails(now=now, limit=100):
            send_mail(mail_id=pk, session=session, clock=lambda: now)


def test_an_update_goes_to_each_who_confirmed_once(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    readers = SubscriberFactory.create_batch(3, page=page, confirmed_at=NOW)
    SubscriberFactory(page=page, status="pending")
    SubscriberFactory(confirmed_at=NOW)

    for _ in range(2):
        make_mails_ready(now=NOW)
        send_all()

    assert sorted(to for to, _mail in post.taken) == sorted(one.address for one in readers)
    assert {mail.status for mail in SubscriberMail.objects.all()} == {MailStatus.SENT}


def test_a_mail_says_what_went_up_and_how_to_leave(
    page: PublicPage, public: PublicIncident, update: PublicUpdate, post: Post, client: Client
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    send_all()

    [(_to, mail)] = post.taken
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    leave = mail["List-Unsubscribe"].strip().strip("<>")
    assert mail["Subject"] == update.title
    assert "מאז 9:00." in text
    assert 'dir="rtl"' in html
    assert f"/p/rimon/he/incidents/{public.pk}/#update-{update.pk}" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert leave.startswith("https://crisis.example.org/p/rimon/he/leave/")
    path = leave.removeprefix("https://crisis.example.org")
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Subscriber.objects.get().status == "left"


def test_a_confirmation_leads_to_a_page_with_a_button(
    page: PublicPage, post: Post, client: Client
) -> None:
    SubscriberMailFactory(subscriber__page=page, subscriber__status="pending", next_attempt_at=NOW)
    send_all()

    [(_to, mail)] = post.taken
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [link] = [word for word in text.split() if "/confirm/" in word]
    path = link.removeprefix("https://crisis.example.org")
    shown = client.get(path)
    before = Subscriber.objects.get().status
    client.post(path)

    assert shown.status_code == 200
    assert before == "pending"
    assert Subscriber.objects.get().status == "confirmed"
    assert mail["List-Unsubscribe"] is None


def test_who_is_refused_for_now_is_tried_again_later(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    post.answers["RCPT"] = "450 Try later"

    send_all()
    waiting = SubscriberMail.objects.get()
    post.answers.clear()
    send_all(NOW + timedelta(seconds=59))
    too_early = len(post.taken)
    send_all(NOW + WAITS[0])

    assert (waiting.status, waiting.last_error) == ("pending", "smtp_450")
    assert too_early == 0
    assert len(post.taken) == 1
    assert SubscriberMail.objects.get().attempts == 2


def test_tried_often_enough_it_has_failed(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    post.answers["RCPT"] = "450 Try later"

    for day in range(len(WAITS) + 3):
        send_all(NOW + timedelta(days=day))

    mail = SubscriberMail.objects.get()
    assert (mail.status, mail.attempts) == ("failed", len(WAITS) + 1)


def test_an_address_that_refuses_mail_after_mail_is_given_up(
    page: PublicPage, public: PublicIncident, incident: Incident, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    post.answers["RCPT"] = "550 No such user"

    for _ in range(REFUSALS + 1):
        PublicUpdateFactory(message__incident=incident, published_at=NOW)
        make_mails_ready(now=NOW)
        send_all()

    subscriber = Subscriber.objects.get()
    assert (subscriber.status, subscriber.address) == ("unreachable", "")
    assert SubscriberMail.objects.filter(status="failed").count() == REFUSALS
    assert Event.objects.get().verb == "subscriber.unreachable"


def test_one_mail_that_arrives_forgets_the_refusals(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW, failures=REFUSALS - 1)
    make_mails_ready(now=NOW)

    send_all()

    assert Subscriber.objects.get().failures == 0


@pytest.mark.parametrize(("answer", "status"), [("451 Busy", "pending"), ("554 Spam", "failed")])
def test_a_text_that_is_refused_was_surely_not_taken(
    page: PublicPage, update: PublicUpdate, post: Post, answer: str, status: str
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    post.answers["DATA"] = answer

    send_all()

    assert SubscriberMail.objects.get().status == status


def test_what_may_have_arrived_is_never_sent_again(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    post.cuts_after_data = True

    send_all()
    post.cuts_after_data = False
    send_all(NOW + timedelta(days=1))

    assert len(post.taken) == 1
    assert SubscriberMail.objects.get().status == MailStatus.UNKNOWN


def test_a_server_that_is_away_costs_nothing_but_time(
    page: PublicPage, update: PublicUpdate, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)

    send_all()

    mail = SubscriberMail.objects.get()
    assert (mail.status, mail.last_error) == ("pending", "ConnectionRefusedError")


def test_an_attempt_that_broke_off_is_unknown(page: PublicPage) -> None:
    SubscriberMailFactory(subscriber__page=page, status=MailStatus.ATTEMPTING, attempted_at=NOW)

    assert give_up_mails(now=NOW + timedelta(minutes=9)) == 0
    assert give_up_mails(now=NOW + timedelta(minutes=11)) == 1
    assert SubscriberMail.objects.get().status == MailStatus.UNKNOWN


def test_who_left_in_between_gets_nothing(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    Subscriber.objects.update(status="left")

    send_all()

    assert post.taken == []
    assert SubscriberMail.objects.get().status == MailStatus.CANCELLED


def test_what_was_taken_down_in_between_is_not_sent(
    page: PublicPage, update: PublicUpdate, post: Post
) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    PublicUpdate.objects.update(withdrawn_at=NOW)

    send_all()

    assert post.taken == []


def test_old_news_are_not_sent(page: PublicPage, update: PublicUpdate) -> None:
    SubscriberFactory(page=page, confirmed_at=NOW)

    assert make_mails_ready(now=NOW + FRESH + timedelta(minutes=1)) == 0


def test_confirmations_come_before_updates(page: PublicPage, update: PublicUpdate) -> None:
    SubscriberFactory.create_batch(3, page=page, confirmed_at=NOW)
    make_mails_ready(now=NOW)
    asked = SubscriberMailFactory(subscriber__page=page, next_attempt_at=NOW)

    assert due_mails(now=NOW, limit=1) == [asked.pk]


def test_the_task_does_it_all_and_logs_no_address(
    page: PublicPage,
    public: PublicIncident,
    incident: Incident,
    post: Post,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    SubscriberFactory(page=page, address="noa@example.org")
    PublicUpdateFactory(message__incident=incident)

    mail_subscribers()
    mail_subscribers()

    assert len(post.taken) == 1
    assert SubscriberMail.objects.filter(kind=MailKind.UPDATE).count() == 1
    assert "noa@" not in caplog.text
