"""Events, through the service: their chain cannot be made by hand."""

from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event


def record(brand: Brand, verb: str = "brand.changed") -> Event:
    """Record an event about the brand."""
    return record_event(
        brand_id=brand.pk, verb=verb, instance=brand, actor=SYSTEM, now=timezone.now()
    )
