"""Alerts as the floor above tells of them, and targets that are told."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event
from messaging.models import NotificationTarget
from messaging.services.news import spread_news
from messaging.services.news_composing import compose_due
from messaging.services.news_sending import send_due
from tests.factories.messaging import NotificationTargetFactory
from tests.factories.monitoring import AlertFactory
from tests.servers import FakeServer

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SAID = {"name": "Rimon", "kind": "mentions_an_hour", "observed": "420", "usual": "35"}


def tell_alert(
    brand: Brand,
    *,
    now: datetime,
    verb: str = "alert.raised",
    about: Any = None,
    incident: Any = None,
    **data: Any,
) -> Event:
    """Record what the floor above records of an alert."""
    waits_on = {"person": None, "department": None, "role": "manager"}
    told = {"name": "Rimon", "first": None, "said": SAID, "waits_on": waits_on, **data}
    with transaction.atomic():
        return record_event(
            brand_id=brand.pk,
            incident_id=incident.pk if incident else None,
            verb=verb,
            instance=about or AlertFactory(rule__brand=brand),
            actor=SYSTEM,
            now=now,
            data=told,
        )


def a_receiver(brand: Brand, server: FakeServer, **fields: Any) -> NotificationTarget:
    """Return a team's target that takes signed webhooks."""
    told = {"way": "webhook", "secret": SECRET, "language": "en", **fields}
    made: NotificationTarget = NotificationTargetFactory(
        brand=brand, address=f"{server.url}/news", **told
    )
    return made


def work(brand: Brand, now: datetime, *, after: timedelta = timedelta(0)) -> None:
    """Read the log now, and send so much later what is due then."""
    spread_news(brand_id=brand.pk, now=now)
    compose_due(now=now + after)
    send_due(clock=lambda: now + after)
