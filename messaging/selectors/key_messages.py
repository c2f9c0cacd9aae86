"""Which key messages have been said to whom, in which language, where."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from incidents.models import Incident
from messaging.models import KeyMessage, Publication, PublicationStatus


@dataclass(frozen=True)
class Place:
    """Where a key message was said: language, audience, platform."""

    language: str
    audience: str
    platform: str
    messages: int
    first_published_at: datetime


@dataclass(frozen=True)
class Coverage:
    """A key message, where it was said, and in which of its brand's languages it was not."""

    key_message: KeyMessage
    places: list[Place] = field(default_factory=list)
    missing_languages: list[str] = field(default_factory=list)


def coverage_of(incident: Incident) -> list[Coverage]:
    """Return the coverage of the key messages that stand, the most important first; two queries."""
    standing = KeyMessage.objects.standing().filter(incident=incident)
    said = _said(incident.pk)
    spoken = incident.brand.languages
    return [
        Coverage(one, said[one.pk], _missing(one, said[one.pk], spoken))
        for one in standing.order_by("position", "created_at", "id")
    ]


def _missing(one: KeyMessage, places: list[Place], spoken: list[str]) -> list[str]:
    wanted = list(dict.fromkeys([*spoken, *one.texts]))
    return [code for code in wanted if code not in {place.language for place in places}]


def _said(incident_id: UUID) -> dict[UUID, list[Place]]:
    rows = (
        Publication.objects.filter(
            message__incident_id=incident_id,
            message__key_messages__isnull=False,
            status=PublicationStatus.PUBLISHED,
            published_at__isnull=False,
        )
        .values_list(
            "message__key_messages",
            "message__language",
            "message__audience",
            "channel__platform",
        )
        .annotate(messages=Count("message", distinct=True), first=Min("published_at"))
        .order_by("first")
    )
    said: dict[UUID, list[Place]] = defaultdict(list)
    for key_message_id, *place in rows:
        said[key_message_id].append(Place(*place))
    return said
