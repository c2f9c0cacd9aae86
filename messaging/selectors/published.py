"""What a new text is held against: the facts of its incident, and what was published there."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from incidents.models import Fact, FactStatus, Incident
from messaging.models import Message
from messaging.rules.language.consistency import Record, Said

# The newest of each; older ones are seldom what a new text is about.
MOST_FACTS = 200
MOST_MESSAGES = 50


def record_of(incident: Incident, *, now: datetime, without: UUID | None = None) -> Record:
    """Return what was said and is known in an incident, in two queries.

    Facts that were superseded are left out, and the message `without`.
    """
    said = [*_facts(incident), *_published(incident, without)]
    zone = ZoneInfo(incident.brand.time_zone)
    return Record(said, now, zone, common=f"{incident.title} {incident.brand.name}")


def _facts(incident: Incident) -> list[Said]:
    standing = {
        FactStatus.CONFIRMED: "confirmed",
        FactStatus.UNCONFIRMED: "unconfirmed",
        FactStatus.FALSE: "false",
    }
    facts = Fact.objects.filter(incident=incident, superseded_by=None).order_by("-created_at")
    return [
        Said(
            source="fact",
            id=str(fact.pk),
            text=fact.statement,
            said_at=fact.decided_at or fact.created_at,
            standing=standing[FactStatus(fact.status)],  # type: ignore[arg-type]  # one of them
        )
        for fact in facts[:MOST_FACTS]
    ]


def _published(incident: Incident, without: UUID | None) -> list[Said]:
    messages = Message.objects.public().filter(incident=incident)
    if without is not None:
        messages = messages.exclude(pk=without)
    newest = messages.order_by(F("published_at").desc(nulls_last=True), "-id")
    return [
        Said(
            source="message",
            id=str(message.pk),
            text=f"{message.title}\n\n{message.body}",
            said_at=message.published_at or message.approved_at or message.created_at,
            standing="published",
        )
        for message in newest[:MOST_MESSAGES]
    ]
