"""Reading a chain from its start to see whether it holds."""

from dataclasses import dataclass

from crisisapi.accounts.models import Brand
from crisisapi.events.models import ChainHead, Event
from crisisapi.events.rules.chain import hash_event


@dataclass(frozen=True)
class BrokenLink:
    """Where a chain first breaks, and how."""

    brand: str
    position: int
    reason: str


@dataclass(frozen=True)
class ChainReport:
    """What a check of one brand's chain found; `broken` is None when it holds."""

    brand: str
    length: int
    hash: str
    broken: BrokenLink | None


def check_chain(brand: Brand) -> ChainReport:
    """Recompute every hash of a brand's chain, in order, and compare the end with its head."""
    expected, previous = 0, ""
    events = Event.objects.filter(brand=brand).order_by("position")
    for event in events.iterator(chunk_size=2000):
        expected += 1
        reason = _fault(event, expected, previous)
        if reason:
            broken = BrokenLink(brand.slug, expected, reason)
            return ChainReport(brand.slug, expected, previous, broken)
        previous = event.hash
    head = ChainHead.objects.filter(brand=brand).first()
    at, head_hash = (head.position, head.hash) if head else (0, "")
    if (at, head_hash) != (expected, previous):
        reason = f"the head stands at {at}, the log ends at {expected}"
        broken = BrokenLink(brand.slug, expected + 1, reason)
        return ChainReport(brand.slug, expected, previous, broken)
    return ChainReport(brand.slug, expected, previous, None)


def _fault(event: Event, expected: int, previous: str) -> str:
    if event.position != expected:
        return f"event {expected} is missing"
    if event.previous_hash != previous:
        return f"event {event.pk} does not follow the one before it"
    if event.hash != hash_event(event):
        return f"event {event.pk} was changed after it was written"
    return ""
