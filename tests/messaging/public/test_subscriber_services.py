"""Subscribers: they ask, confirm, leave; nobody learns who they are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from messaging.models import (
    MailStatus,
    PublicPage,
    Subscriber,
    SubscriberMail,
    SubscriberStatus,
    SubscriptionRequest,
)
from messaging.services.subscribers import (
    CONFIRM_WITHIN,
    PER_ADDRESS,
    PER_CLIENT,
    DeadLink,
    NoSubscriptions,
    TooManyRequests,
    ask_to_subscribe,
    confirm_subscriber,
    end_subscription,
    forget_unconfirmed,
    token_of,
)
from tests.factories.public import PublicPageFactory, SubscriberFactory, SubscriberMailFactory
from tests.messaging.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mails_leave")]


def ask(page: PublicPage, address: str = "noa@example.org", **more: Any) -> None:
    said = {"language": "he", "client": "192.0.2.7", "now": NOW, **more}
    ask_to_subscribe(page=page, address=address, **said)


def test_who_asks_gets_a_mail_to_confirm_and_nothing_else(page: PublicPage) -> None:
    ask(page)

    subscriber = Subscriber.objects.get()
    assert (subscriber.status, subscriber.address) == ("pending", "noa@example.org")
    assert [mail.kind for mail in SubscriberMail.objects.all()] == ["confirmation"]
    assert not Event.objects.exists()


def test_confirmed_they_are_written_to_and_the_log_knows_no_address(page: PublicPage) -> None:
    ask(page)
    token = token_of(Subscriber.objects.get(), "confirm")

    confirm_subscriber(token=token, now=NOW)
    confirm_subscriber(token=token, now=NOW)

    event = Event.objects.get()
    assert Subscriber.objects.get().status == "confirmed"
    assert (event.verb, event.data) == ("subscriber.confirmed", {"language": "he"})


def test_the_address_is_encrypted_at_rest(page: PublicPage) -> None:
    ask(page)

    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM messaging_subscriber")
        assert "noa" not in cursor.fetchone()[0]


def test_who_leaves_is_erased_and_stays_away(page: PublicPage) -> None:
    subscriber = SubscriberFactory(page=page)
    SubscriberMailFactory(subscriber=subscriber)
    token = token_of(subscriber, "leave")

    end_subscription(token=token, now=NOW)
    end_subscription(token=token, now=NOW)

    subscriber.refresh_from_db()
    assert (subscriber.status, subscriber.address) == ("left", "")
    assert SubscriberMail.objects.get().status == MailStatus.CANCELLED
    assert [event.verb for event in Event.objects.all()] == ["subscriber.left"]


def test_who_left_may_come_back_by_confirming_again(page: PublicPage) -> None:
    ask(page)
    subscriber = Subscriber.objects.get()
    end_subscription(token=token_of(subscriber, "leave"), now=NOW)

    ask(page, now=NOW + timedelta(hours=1))

    subscriber.refresh_from_db()
    assert (subscriber.status, subscriber.address) == ("pending", "noa@example.org")
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize(
    "status", [SubscriberStatus.CONFIRMED, SubscriberStatus.PENDING, SubscriberStatus.LEFT]
)
def test_asking_says_the_same_whoever_is_known(page: PublicPage, status: str) -> None:
    SubscriberFactory(page=page, address="noa@example.org", status=status)

    assert ask(page, "Noa@Example.org") is None  # type: ignore[func-returns-value]
    assert Subscriber.objects.count() == 1


def test_who_is_confirmed_is_not_asked_again(page: PublicPage) -> None:
    SubscriberFactory(page=page, address="noa@example.org")

    ask(page)

    assert not SubscriberMail.objects.exists()
    assert Subscriber.objects.get().status == "confirmed"


def test_nobodys_mailbox_is_flooded(page: PublicPage) -> None:
    for minute in range(PER_ADDRESS + 3):
        ask(page, client=f"192.0.2.{minute}", now=NOW + timedelta(minutes=minute))
        SubscriberMail.objects.filter(status="pending").update(status="sent")

    assert SubscriberMail.objects.count() == PER_ADDRESS


def test_one_network_address_does_not_ask_for_everybody(page: PublicPage) -> None:
    for number in range(PER_CLIENT):
        ask(page, f"noa{number}@example.org")

    with pytest.raises(TooManyRequests) as refused:
        ask(page, "one-more@example.org")

    assert refused.value.retry_after
    ask(page, "one-more@example.org", client="192.0.2.8")
    ask(page, "tomorrow@example.org", now=NOW + timedelta(hours=25))


def test_what_is_no_address_is_refused(page: PublicPage) -> None:
    with pytest.raises(InvalidInput):
        ask(page, "noa@example")

    assert not SubscriptionRequest.objects.exists()


@pytest.mark.parametrize("fields", [{"takes_subscribers": False}, {"is_published": False}])
def test_a_page_that_takes_none_takes_none(fields: dict[str, bool]) -> None:
    with pytest.raises(NoSubscriptions):
        ask(PublicPageFactory(**fields))


def test_without_a_mail_server_nobody_is_promised_mails(page: PublicPage, settings: Any) -> None:
    settings.MAIL_IS_ON = False

    with pytest.raises(NoSubscriptions):
        ask(page)


def test_a_link_to_confirm_dies_in_a_week_one_to_leave_never(page: PublicPage) -> None:
    subscriber = SubscriberFactory(page=page, status="pending", asked_at=NOW)
    later = NOW + CONFIRM_WITHIN + timedelta(minutes=1)

    with pytest.raises(DeadLink):
        confirm_subscriber(token=token_of(subscriber, "confirm"), now=later)
    end_subscription(token=token_of(subscriber, "leave"), now=NOW + timedelta(days=3_000))


def test_a_link_for_one_thing_is_no_link_for_another(page: PublicPage) -> None:
    subscriber = SubscriberFactory(page=page, status="pending")

    for token in (token_of(subscriber, "leave"), "forged", "a:b:c", ""):
        with pytest.raises(DeadLink):
            confirm_subscriber(token=token, now=NOW)


def test_who_never_confirms_is_forgotten(page: PublicPage) -> None:
    SubscriberMailFactory(
        subscriber__page=page, subscriber__status="pending", subscriber__asked_at=NOW
    )
    SubscriberFactory(page=page, asked_at=NOW)
    SubscriptionRequest.objects.create(address_hash="a", client_hash="b", created_at=NOW)

    forgotten = forget_unconfirmed(now=NOW + CONFIRM_WITHIN + timedelta(minutes=1))

    assert forgotten == 1
    assert [row.status for row in Subscriber.objects.all()] == ["confirmed"]
    assert not SubscriptionRequest.objects.exists()
