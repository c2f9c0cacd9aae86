"""A brand's own receiver of posts, counted: what it was asked, what it did of it."""

import base64
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from crisisapi.events.models import Event
from messaging.models import Channel, Message, Publication, PublicationPart
from messaging.services.performing import due_channels, due_parts, perform_part
from messaging.tasks import perform_channel, perform_publications
from tests.factories.messaging import ChannelFactory, MessageFactory, PublicationFactory
from tests.servers import FakeServer, Reply, Seen

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


class Receiver:
    """Posts what it reads; `posted` has the keys in the order they got out, twice if it did."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.posted: list[str] = []
        self.taken_down: list[str] = []
        server.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        """Do what is asked."""
        said = seen.json()
        key = said["data"]["id"]
        if said["type"] == "post.withdraw":
            self.taken_down.append(key)
            return Reply(204)
        self.posted.append(key)
        return Reply(201, {"id": key, "url": f"https://rimon.example/{key}"})

    def asked(self, part: PublicationPart) -> int:
        """Return how often it has read a part."""
        ids = [seen.headers.get("webhook-id") for seen in self.server.seen]
        return ids.count(str(part.pk))


def a_channel(brand: Any, server: FakeServer, **settings: str) -> Channel:
    """Return a channel that leads to the server."""
    said = {"url": server.url, "takes_withdrawals": "true", **settings}
    channel: Channel = ChannelFactory(
        brand=brand,
        kind="webhook",
        platform="website",
        settings=said,
        credentials={"secret": SECRET},
    )
    return channel


def a_thread(incident: Any, channel: Channel, *texts: str, now: datetime) -> Publication:
    """Return a publication asked for just now, of as many posts as there are texts."""
    message: Message = MessageFactory(incident=incident, status="publishing")
    publication: Publication = PublicationFactory(
        message=message, channel=channel, requested_at=now, texts=list(texts) or ["One."]
    )
    return publication


def work(now: datetime) -> None:
    """Do once what is due, as a worker would."""
    for part_id in due_parts(now=now, limit=50):
        perform_part(part_id=part_id, clock=lambda: now)


def sweep() -> None:
    """Do what the beat and the workers would do now."""
    perform_publications()
    for channel_id in due_channels(now=timezone.now()):
        perform_channel(str(channel_id))


def work_until_quiet(now: datetime, *, hours: float = 12) -> datetime:
    """Do what is due and what becomes due, from one time to the next; return the last one."""
    end = now + timedelta(hours=hours)
    while now <= end:
        work(now)
        waiting = PublicationPart.objects.filter(next_attempt_at__isnull=False)
        channels = waiting.values_list("next_attempt_at", "publication__channel__resume_at")
        times = [max(filter(None, both)) for both in channels]
        if not times:
            return now
        now = max(min(times), now)
    return now


def states(publication: Publication) -> tuple[str, list[str]]:
    """Return where a publication and its parts stand in the database."""
    publication.refresh_from_db()
    parts = publication.parts.order_by("number")
    return publication.status, [part.status for part in parts]


def message_of(publication: Publication) -> str:
    """Return where its message stands."""
    return Message.objects.get(pk=publication.message_id).status


def verbs_of(publication: Publication) -> list[str]:
    """Return what happened to it, in order."""
    events = Event.objects.filter(object_id=publication.pk).order_by("position")
    return [verb.removeprefix("publication.") for verb in events.values_list("verb", flat=True)]


def first(publication: Publication) -> PublicationPart:
    """Return its first part."""
    return publication.parts.get(number=1)
