"""Looking up posts of which only the id came."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from monitoring.models import Intake, Source, WantedPost
from monitoring.rules.backoff import next_wait
from monitoring.services.accounts import account_of
from monitoring.services.deliveries import receive_delivery
from monitoring.services.intakes import hold_lease
from monitoring.sources import PROVIDERS
from monitoring.sources.http import Calls, SourceFault

ATTEMPTS = 8
A_RUN = 200
_FIRST_WAIT = timedelta(minutes=1)


def resolve_wanted(intake: Intake, calls: Calls, *, end: float) -> None:
    """Look up what this source can and what is due, its own and others' of the brand.

    Ends at `end`, on the monotonic clock. Raises `SourceFault` when the platform wants no more
    calls; a post that cannot be had is given up after some attempts, with its reason kept.
    """
    source = intake.source
    due = WantedPost.objects.filter(
        source__brand_id=source.brand_id, kind=source.kind, due_at__lte=timezone.now()
    ).select_related("source")
    for wanted in due.order_by("due_at", "id")[:A_RUN]:
        if time.monotonic() > end:
            return
        _look_up(wanted, intake, calls)


def _look_up(wanted: WantedPost, intake: Intake, calls: Calls) -> None:
    asking = intake.source
    account = account_of(asking, now=timezone.now(), tokens=intake.tokens)
    try:
        body = PROVIDERS[asking.kind].resolve(account, wanted.reference, calls)
    except SourceFault as fault:
        if fault.code in ("rate_limited", "budget_used_up", "credentials_refused"):
            raise
        _put_off(wanted, fault, now=timezone.now())
        return
    _found(wanted, intake, body, now=timezone.now())


@transaction.atomic
def _found(wanted: WantedPost, intake: Intake, body: bytes, *, now: datetime) -> None:
    hold_lease(intake)
    receive_delivery(
        source=_home_of(wanted, intake), external_id=f"wanted:{wanted.pk}", body=body, now=now
    )
    wanted.delete()


def _home_of(wanted: WantedPost, intake: Intake) -> Source:
    """Return whose delivery it becomes: of the source whose provider can read the answer."""
    return intake.source


@transaction.atomic
def _put_off(wanted: WantedPost, fault: SourceFault, *, now: datetime) -> None:
    wanted.attempts += 1
    wanted.error_code, wanted.error_detail = fault.code, str(fault.sentence)
    is_over = fault.needs_person or wanted.attempts >= ATTEMPTS
    wait = next_wait(_FIRST_WAIT, failures=wanted.attempts, asked=fault.retry_after)
    wanted.due_at = None if is_over else now + wait
    wanted.save(update_fields=["attempts", "error_code", "error_detail", "due_at"])
