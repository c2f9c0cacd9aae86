"""Withdrawing a message that is public: everything of it is taken down, now or when it is known."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.models import Channel, Message, Publication
from messaging.services.attempts import attempt_part, end_attempt
from messaging.services.messages import withdraw_message
from messaging.services.publications import publish_message, record_publication
from messaging.services.retries import retry_publication
from messaging.services.steps import WrongStatus
from messaging.services.withdrawals import record_withdrawal
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.messaging.conftest import NOW, post
from tests.messaging.outward import Receiver, a_channel, work, work_until_quiet
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _loopback_is_called(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


@pytest.fixture
def receiver(server: FakeServer) -> Receiver:
    return Receiver(server)


@pytest.fixture
def website(brand: Brand, receiver: Receiver) -> Channel:
    return a_channel(brand, receiver.server)


@pytest.fixture
def press(brand: Brand) -> Channel:
    """A channel where a person posts."""
    return ChannelFactory(brand=brand)


@pytest.fixture
def message(incident: Incident) -> Message:
    return MessageFactory(incident=incident, status="approved")


def _withdraw(message: Message, **by: Any) -> Message:
    return withdraw_message(message=message, reason="It was another series.", **by)


def test_a_public_message_is_taken_down_everywhere(
    message: Message, website: Channel, press: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[website, press], **by(approver))
    work(NOW)
    posted = Publication.objects.get(channel=press)
    record_publication(publication=posted, url="https://rimon.example/1", **by(approver))

    _withdraw(message, **by(approver))
    work_until_quiet(NOW)
    posted.refresh_from_db()
    assert (posted.status, posted.waits_on_person) == ("withdrawing", True)
    record_withdrawal(publication=posted, **by(approver))

    message.refresh_from_db()
    assert message.status == "withdrawn"
    assert receiver.taken_down == receiver.posted
    told = Event.objects.get(verb="message.withdrawal_requested")
    assert told.data["reason"] == "It was another series."


def test_what_has_not_left_stays_and_the_message_is_withdrawn(
    message: Message, website: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[website], **by(approver))

    withdrawn = _withdraw(message, **by(approver))
    work_until_quiet(NOW)

    assert (withdrawn.status, Publication.objects.get().status) == ("withdrawn", "cancelled")
    assert receiver.posted == []


def test_what_is_being_sent_at_that_moment_is_taken_down_when_it_is_out(
    message: Message, website: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[website], **by(approver))
    claimed = attempt_part(Publication.objects.get().parts.get().pk, now=NOW)
    assert claimed
    _withdraw(message, **by(approver))

    end_attempt(claim=claimed[0], outcome=claimed[1], now=NOW)
    work_until_quiet(NOW)

    message.refresh_from_db()
    assert (message.status, receiver.taken_down) == ("withdrawn", receiver.posted)


def test_what_may_be_out_is_taken_down_once_somebody_found_it(
    message: Message, website: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[website], **by(approver))
    receiver.server.then(Reply(500, does=True))
    work(NOW)
    publication = Publication.objects.get()
    _withdraw(message, **by(approver))

    with pytest.raises(WrongStatus):
        retry_publication(publication=publication, reason="Not there.", **by(approver))
    found: dict[str, Any] = {"url": "https://rimon.example/1", "external_id": receiver.posted[0]}
    record_publication(publication=publication, **found, **by(approver))
    work_until_quiet(NOW)

    message.refresh_from_db()
    assert (message.status, receiver.taken_down) == ("withdrawn", receiver.posted)


def test_what_a_person_was_told_to_post_they_are_asked_about(
    message: Message, press: Channel, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[press], **by(approver))
    work(NOW)

    _withdraw(message, **by(approver))

    publication = Publication.objects.get()
    assert (publication.status, publication.waits_on_person) == ("unknown", True)


def test_a_withdrawn_message_is_not_withdrawn_twice(
    message: Message, approver: User, by: By
) -> None:
    _withdraw(message, **by(approver))

    with pytest.raises(WrongStatus):
        _withdraw(message, **by(approver))


def test_a_responder_withdraws_a_draft_and_no_public_message(
    client_of: Any, responder: User, incident: Incident
) -> None:
    draft = MessageFactory(incident=incident)
    public = MessageFactory(incident=incident, status="published")

    answers = [
        post(client_of(responder), f"messages/{one.pk}/withdraw/", reason="Wrong.").status_code
        for one in (draft, public)
    ]

    assert answers == [200, 403]
