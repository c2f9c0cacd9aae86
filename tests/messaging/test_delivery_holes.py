"""What comes between a claim and its end, or between asking and sending."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from incidents.models import Incident
from messaging.channels.base import Outcome
from messaging.models import Channel, Message, Publication
from messaging.services.lookups import end_look, look_for_part
from messaging.services.publications import publish_message, record_publication
from messaging.services.retries import retry_publication
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.messaging.conftest import NOW
from tests.messaging.outward import Receiver, a_channel, a_thread, work
from tests.servers import FakeServer, Reply, serving

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
URL = "https://rimon.example/1"


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


def test_what_does_not_fit_any_more_when_its_time_comes_fails_and_says_why(
    incident: Incident, approver: User, by: By
) -> None:
    channel = ChannelFactory(
        brand=incident.brand, platform="mastodon", limits={"max_characters": 500}
    )
    message = MessageFactory(incident=incident, status="approved", body="word " * 60)
    at = NOW + timedelta(hours=1)
    publish_message(message=message, channels=[channel], publish_at=at, **by(approver))
    Channel.objects.update(limits={"max_characters": 100})

    work(at)

    publication = Publication.objects.get()
    message.refresh_from_db()
    assert (publication.status, publication.error_code) == ("failed", "does_not_fit")
    assert "100" in publication.last_error
    with override("he"):
        assert "חריגה של" in str(publication.last_error)
    assert (publication.attempts, message.status) == (0, "failed")


def test_the_first_post_of_a_thread_is_told_and_timed(
    incident: Incident, website: Channel, receiver: Receiver, approver: User, by: By
) -> None:
    thread = a_thread(incident, website, "One.", "Two.", now=NOW)
    receiver.server.then(Reply(500, does=True))
    work(NOW)
    found: dict[str, Any] = {"url": URL, "external_id": "1", "posted_at": NOW}

    record_publication(publication=thread, **found, **by(approver))

    message = Message.objects.get()
    told = Event.objects.filter(verb="publication.part_published").get()
    assert (message.published_at, told.data["published_at"][:16]) == (NOW, NOW.isoformat()[:16])


def test_an_answer_to_a_question_of_before_another_attempt_is_no_answer(
    incident: Incident, server: FakeServer, receiver: Receiver, approver: User, by: By
) -> None:
    channel = a_channel(incident.brand, server, is_idempotent="true")
    post = a_thread(incident, channel, "One.", now=NOW)
    part = post.parts.get()
    server.then(Reply(500), Reply(500, does=True))
    work(NOW)
    first, later = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    asked = look_for_part(part.pk, now=first)
    assert asked
    retry_publication(publication=post, reason="I looked.", **by(approver, now=first))
    work(first)
    assert look_for_part(part.pk, now=later)

    end_look(claim=asked[0], found=Outcome("failed"), now=later)

    part.refresh_from_db()
    assert part.status == "unknown"
