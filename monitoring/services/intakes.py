"""The course of a source: who may fetch, when next, and how it fares.

One worker holds the lease of a source. It is renewed before each call, and whatever is stored is
stored only by its holder: one that was thought dead and wakes up again changes nothing.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crisisapi.common.actors import SYSTEM
from crisisapi.common.ids import uuid7
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Intake, Source, SourceState
from monitoring.rules.backoff import next_wait
from monitoring.sources import PROVIDERS
from monitoring.sources.http import SourceFault

LEASE = timedelta(seconds=90)
# Failures in a row from which a source is failing; a refusal that needs a person fails at once.
FAILING_FROM = 3
# A push notes the state at most this often, so that a storm does not queue at one row.
NOTED_EVERY = timedelta(seconds=30)


class LeaseLost(Exception):
    """Somebody else fetches by now."""


def claim_intake(source_id: UUID, *, now: datetime) -> Intake | None:
    """Take the lease of a source that is due; None when it is not, or somebody holds it."""
    lease = uuid7()
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    taken = Intake.objects.filter(
        free, source_id=source_id, due_at__lte=now, source__is_active=True
    ).update(lease=lease, leased_until=now + LEASE, attempted_at=now)
    if not taken:
        return None
    return Intake.objects.select_related("source__brand").get(source_id=source_id)


def ask_now(source: Source, *, now: datetime) -> None:
    """Let a source be asked at once, whatever it waits for."""
    Intake.objects.filter(source=source).update(due_at=now)


def hold_lease(intake: Intake, **fields: Any) -> None:
    """Renew the lease and store fields with it; raises `LeaseLost`."""
    held = Intake.objects.filter(pk=intake.pk, lease=intake.lease)
    if not held.update(leased_until=timezone.now() + LEASE, **fields):
        raise LeaseLost
    for name, value in fields.items():
        setattr(intake, name, value)


def settle_success(
    intake: Intake, *, goes_on: bool, now: datetime, unread: SourceFault | None = None
) -> None:
    """Note that it was heard, and when to ask next: at once when it `goes_on`.

    `unread` is why some of what came could not be read.
    """
    due = now if goes_on else now + _interval(intake.source)
    fields = {"due_at": due, "failures": 0, "succeeded_at": now}
    if unread is None:
        _settle(intake, SourceState.ACTIVE, now, **fields)
    else:
        _settle(intake, SourceState.DEGRADED, now, **fields, **_error(unread, now))


def settle_failure(intake: Intake, fault: SourceFault, *, now: datetime) -> None:
    """Note what went wrong, and when to try again: when the platform says, or ever later."""
    failures = intake.failures + 1
    is_failing = fault.needs_person or failures >= FAILING_FROM
    wait = next_wait(_interval(intake.source), failures=failures, asked=fault.wait_after(failures))
    _settle(
        intake,
        SourceState.FAILING if is_failing else SourceState.DEGRADED,
        now,
        due_at=now + wait,
        failures=failures,
        **_error(fault, now),
    )


def postpone(intake: Intake, *, until: datetime) -> None:
    """Give the lease back without having asked: what it shares with others is in use."""
    hold_lease(intake, due_at=until)
    Intake.objects.filter(pk=intake.pk, lease=intake.lease).update(lease=None, leased_until=None)


def note_push(source: Source, fault: SourceFault | None, *, now: datetime) -> None:
    """Note that something was pushed, or why it could not be read.

    What goes well is noted twice a minute at most; what goes wrong at once.
    """
    stale = Q(succeeded_at__isnull=True) | Q(succeeded_at__lte=now - NOTED_EVERY)
    well = ~Q(state=SourceState.ACTIVE) | stale
    noted = Intake.objects.filter(source=source).select_related("source")
    intake = (noted if fault else noted.filter(well)).first()
    if intake is None:
        return
    with transaction.atomic():
        lock_chain(source.brand_id)
        if fault is None:
            fields = {"attempted_at": now, "succeeded_at": now, "failures": 0}
            _change(intake, SourceState.ACTIVE, now, fields)
        else:
            fields = {"attempted_at": now, "failures": intake.failures + 1, **_error(fault, now)}
            _change(intake, SourceState.DEGRADED, now, fields)


def _error(fault: SourceFault, now: datetime) -> dict[str, Any]:
    return {
        "error_code": fault.code[:40],
        "error_detail": str(fault.sentence)[:1000],
        "error_at": now,
    }


@transaction.atomic
def _settle(intake: Intake, state: SourceState, now: datetime, **fields: Any) -> None:
    lock_chain(intake.source.brand_id)
    hold_lease(intake)
    _change(intake, state, now, {**fields, "lease": None, "leased_until": None})


def _change(intake: Intake, state: SourceState, now: datetime, fields: Mapping[str, Any]) -> None:
    """Store fields under the lock of the chain, and tell the log when the state is another one."""
    source = intake.source
    before = Intake.objects.select_for_update().get(pk=intake.pk).state
    after = SourceState.PAUSED if before == SourceState.PAUSED else state
    Intake.objects.filter(pk=intake.pk).update(**fields, state=after)
    if before == after:
        return
    record_event(
        brand_id=source.brand_id,
        verb=f"source.{_VERBS[after]}",
        instance=source,
        actor=SYSTEM,
        now=now,
        data={"before": before, "code": fields.get("error_code", "")},
    )


_VERBS = {
    SourceState.ACTIVE: "recovered",
    SourceState.DEGRADED: "degraded",
    SourceState.FAILING: "failing",
}


def _interval(source: Source) -> timedelta:
    provider = PROVIDERS[source.kind]
    asked = timedelta(seconds=source.interval_seconds or 0) or provider.interval
    # Sources that were made together must not ask together for ever.
    return max(asked, provider.least_interval) * random.uniform(0.9, 1.1)  # noqa: S311
