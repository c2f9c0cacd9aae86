"""An incident with key messages, and mentions that repeat them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from messaging.models import KeyMessage
from messaging.services.key_messages import add_key_message
from monitoring.models import Mention, Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.rereadings import reread_next
from tests.factories.incidents import IncidentFactory
from tests.monitoring.pushing import body_of, mention

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
START = NOW - timedelta(hours=20)
REFUND = {
    "en": "Every owner of the kettle gets a full refund.",
    "he": "כל מי שקנה קומקום יקבל החזר כספי מלא.",
}
PRAISED = "Thank you, wonderful: every owner of the kettle gets a full refund, great service"
MOCKED = "Every owner of the kettle gets a full refund, what a disgusting terrible joke, shame"
DENIED = "Not every owner of the kettle gets a full refund"
APART = "The handle of my kettle cracked this morning"


def open_story(brand: Any, **texts: Any) -> tuple[Incident, KeyMessage]:
    """Return an incident that began twenty hours ago, and its key message."""
    incident = IncidentFactory(brand=brand, started_at=START)
    return incident, write(incident, **texts)


def write(incident: Incident, texts: Any = None, **fields: Any) -> KeyMessage:
    """Write a key message, and look for it in what was said before."""
    made = add_key_message(
        incident=incident, texts=texts or REFUND, actor=SYSTEM, now=NOW, **fields
    )
    look()
    return made


def look() -> None:
    """Read again whatever waits for it."""
    while reread_next(now=NOW):
        pass


def hear(source: Source, *texts: str, name: str = "one", **fields: Any) -> list[Mention]:
    """Return what was said, an hour apart from the beginning on, read and matched."""
    items = [
        mention(
            number,
            text=text,
            id=f"{name}-{number}",
            published_at=(START + timedelta(hours=number)).isoformat(),
            **fields,
        )
        for number, text in enumerate(texts)
    ]
    receive_delivery(source=source, external_id=name, body=body_of(*items), now=NOW)
    while analyse_batch(now=NOW):
        pass
    rows = Mention.objects.filter(source=source, external_id__startswith=f"{name}-")
    return list(rows.order_by("published_at"))
