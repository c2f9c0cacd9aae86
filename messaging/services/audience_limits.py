"""How often one caller may ask or vote, without keeping who they are.

Kept is a keyed hash of the network address (an IPv6 /64 counts as one) that changes with the day,
and for votes of the browser's name too; a day later the rows are deleted.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import DomainError, Refusal
from messaging.models import AudienceTurn
from messaging.rules.audience import day_of, network_of

KEPT_FOR = timedelta(hours=24)
AGENT_LENGTH = 300


@dataclass(frozen=True)
class Caller:
    """Where a request comes from; used for its hash, never stored."""

    address: str
    agent: str = ""


@dataclass(frozen=True)
class Limit:
    """At most so many turns in that time."""

    most: int
    within: timedelta


class TooFast(DomainError):
    """The same caller was here too often."""

    code = "too_fast"
    refusal = Refusal.TOO_MANY
    detail = _("That was too much in a short time. Try again later.")


def network_key(purpose: str, caller: Caller, now: datetime) -> str:
    """Return what tells one network from another, for one purpose and one day."""
    return keyed(f"{purpose}:{day_of(now)}:{network_of(caller.address)}")


def browser_key(purpose: str, caller: Caller, now: datetime) -> str:
    """Return the same of a network together with the name of the browser."""
    agent = caller.agent[:AGENT_LENGTH]
    return keyed(f"{purpose}:{day_of(now)}:{network_of(caller.address)}:{agent}")


def keyed(text: str) -> str:
    """Return a keyed hash: without the key of the service nothing can be tried out."""
    key = f"crisisapi.audience:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def take_turns(limits: dict[str, tuple[Limit, ...]], *, now: datetime) -> None:
    """Count one turn for each key; refuses with the seconds to wait when one was used up.

    Callers of one key come one after the other until the transaction ends, so that a limit is
    kept to the last turn.
    """
    for key in sorted(limits):
        _wait_for(key)
    for key, bounds in limits.items():
        for bound in bounds:
            _require_room(key, bound, now)
    AudienceTurn.objects.bulk_create(AudienceTurn(key_hash=key, created_at=now) for key in limits)


def forget_turns(*, now: datetime) -> int:
    """Delete turns that count no more; return how many."""
    return AudienceTurn.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _require_room(key: str, bound: Limit, now: datetime) -> None:
    recent = AudienceTurn.objects.filter(key_hash=key, created_at__gt=now - bound.within)
    newest = list(recent.order_by("-created_at").values_list("created_at", flat=True)[: bound.most])
    if len(newest) >= bound.most:
        wait = newest[-1] + bound.within - now
        raise TooFast(retry_after=max(1, int(wait.total_seconds()) + 1))


def _wait_for(key: str) -> None:
    number = int.from_bytes(bytes.fromhex(key[:16]), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
