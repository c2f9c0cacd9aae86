"""The tasks that publish: the sweep, and the worker at a channel."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import connection
from django.utils import timezone

from messaging.models import Channel, Message, Publication
from messaging.tasks import perform_channel, perform_publications
from tests.factories.messaging import ChannelFactory, MessageFactory, PublicationFactory
from tests.messaging.outward import sweep
from tests.threads import turn_of_another_worker

pytestmark = pytest.mark.django_db

_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'refused'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON messaging_publicationpart FOR EACH ROW
WHEN (NEW.id = '{}') EXECUTE FUNCTION refuse()
"""


def test_every_pending_publication_is_attempted() -> None:
    PublicationFactory.create_batch(3)

    sweep()

    assert (
        list(Publication.objects.values_list("status", "attempts")) == [("awaiting_person", 1)] * 3
    )


def test_running_twice_attempts_once() -> None:
    publication = PublicationFactory()

    sweep()
    sweep()

    publication.refresh_from_db()
    assert publication.attempts == 1


def test_an_attempt_broken_off_is_unknown_and_not_tried_again() -> None:
    begun = timezone.now() - timedelta(minutes=6)
    publication = PublicationFactory(status="attempting", attempts=1, attempted_at=begun)

    sweep()

    publication.refresh_from_db()
    assert (publication.status, publication.attempts) == ("unknown", 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_attempt_each_publication_once() -> None:
    message = MessageFactory(status="publishing")
    PublicationFactory.create_batch(8, message=message)

    def work(_number: int) -> None:
        try:
            sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    rows: Callable[..., Any] = Publication.objects.values_list
    assert set(rows("status", "attempts")) == {("awaiting_person", 1)}
    assert Message.objects.get().status == "publishing"


def test_the_sweep_sends_a_worker_to_each_channel(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()
    first = PublicationFactory()
    PublicationFactory(message=first.message, channel=ChannelFactory(brand=first.brand))
    PublicationFactory(
        message=MessageFactory(incident=first.message.incident, status="publishing"),
        channel=first.channel,
    )

    with django_capture_on_commit_callbacks(execute=True):
        perform_publications()

    sent = [json.loads(row)["headers"] for row in broker.lrange("celery", 0, -1)]
    assert {row["task"] for row in sent} == {"messaging.perform_channel"}
    channels = {str(channel.pk) for channel in Channel.objects.all()}
    assert sorted(row["argsrepr"] for row in sent) == sorted(f"('{pk}',)" for pk in channels)


def test_a_channel_another_worker_is_at_is_left_to_it() -> None:
    publication = PublicationFactory()

    with turn_of_another_worker(publication.channel_id):
        perform_channel(str(publication.channel_id))

    publication.refresh_from_db()
    assert publication.attempts == 0


def test_a_fault_about_one_part_keeps_no_other_waiting(caplog: pytest.LogCaptureFixture) -> None:
    broken = PublicationFactory()
    sound = PublicationFactory(
        message=MessageFactory(incident=broken.message.incident, status="publishing"),
        channel=broken.channel,
    )
    with connection.cursor() as cursor:
        cursor.execute(_REFUSE.format(broken.parts.get().pk))

    perform_channel(str(broken.channel_id))

    caplog.clear()
    sound.refresh_from_db()
    assert (sound.status, sound.attempts) == ("awaiting_person", 1)
