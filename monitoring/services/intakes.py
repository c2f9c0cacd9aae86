"""The course of a source: who may fetch, when next, and how it fares.

One worker holds the lease of a source. It is renewed before each call, and whatever is stored is
stored only by its holder: one that was thought dead and wakes up again changes nothing.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from crisisapi.accounts.models import Role
from crisisapi.common.actors import SYSTEM
from crisisapi.common.ids import uuid7
from crisisapi.common.sentences import reason_told, shortened
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Intake, Source, SourceState
from monitoring.rules.backoff import is_break, next_connect, next_wait
from monitoring.services.accounts import hiding_of
from monitoring.sources import PROVIDERS
from monitoring.sources.http import SourceFault

LEASE = timedelta(seconds=settings.SOURCE_LEASE_SECONDS)
# Failures in a row from which a source is failing; a refusal that needs a person fails at once.
FAILING_FROM = 3
# A stream that breaks is opened again within seconds: it is failing when that does not help.
UNHEARD_FOR = timedelta(seconds=60)
# A push notes the state at most this often, so that a storm does not queue at one row.
NOTED_EVERY = timedelta(seconds=30)
_LONGEST_LAG = 2**31 - 1
# Of an intake: for conditions of updates, which must not join.
ACTIVE_SOURCES = Source.objects.filter(pk=OuterRef("source_id"), is_active=True)


class LeaseLost(Exception):
    """Somebody else fetches by now."""


def claim_intake(source_id: UUID, *, now: datetime) -> Intake | None:
    """Take the lease of a source that is due; None when it is not, or somebody holds it."""
    lease = uuid7()
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    # With a join the conditions would move into a subquery, which whoever waited for the row
    # does not look at again: both would take it.
    taken = Intake.objects.filter(
        free, Exists(ACTIVE_SOURCES), source_id=source_id, due_at__lte=now
    ).update(lease=lease, leased_until=now + LEASE, attempted_at=now)
    if not taken:
        return None
    intake = Intake.objects.select_related("source__brand").get(source_id=source_id)
    # Somebody may have taken it away since: what is kept is what was taken.
    intake.lease = lease
    return intake


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
    due = now if goes_on else now + _jittered(intake.source)
    fields = {"due_at": due, "failures": 0, "succeeded_at": now}
    if unread is None:
        settle(intake, SourceState.ACTIVE, now, **fields)
    else:
        settle(intake, SourceState.DEGRADED, now, **_failed(intake, unread, now) | fields)


def settle_failure(intake: Intake, fault: SourceFault, *, now: datetime) -> None:
    """Note what went wrong, and when to try again: when the platform says, or ever later."""
    failed = _failed(intake, fault, now)
    state = SourceState.FAILING if fault.needs_person else _worse(intake, failed)
    interval = _jittered(intake.source)
    wait = next_wait(interval, failures=failed["failures"], asked=fault.retry_after)
    settle(intake, state, now, due_at=now + wait, **failed)


def settle_break(intake: Intake, fault: SourceFault, *, now: datetime) -> None:
    """Note why a stream ended, and when to open it again: at once when it broke the first time.

    Platforms close streams now and then; a first break alone is no change of state.
    """
    failures = intake.failures + 1
    wait = next_connect(
        fault.code, failures=failures, asked=fault.retry_after, needs_person=fault.needs_person
    )
    settle(
        intake,
        _state_after_break(intake, fault, failures, now),
        now,
        due_at=now + wait,
        failures=failures,
        **error_fields(intake, fault, now),
    )


def _state_after_break(
    intake: Intake, fault: SourceFault, failures: int, now: datetime
) -> SourceState:
    was_heard = intake.succeeded_at is not None and now - intake.succeeded_at < UNHEARD_FOR
    stays = intake.state == SourceState.FAILING
    if fault.needs_person or stays or (failures >= FAILING_FROM and not was_heard):
        return SourceState.FAILING
    if failures == 1 and was_heard and is_break(fault.code):
        return SourceState(intake.state)
    return SourceState.DEGRADED


@transaction.atomic
def note_heard(intake: Intake, *, now: datetime, unread: SourceFault | None = None) -> None:
    """Note in the midst of listening that a stream is heard; keeps the lease, or `LeaseLost`."""
    lock_chain(intake.source.brand_id)
    hold_lease(intake, succeeded_at=now, failures=0)
    state = SourceState.DEGRADED if unread else SourceState.ACTIVE
    _change(intake, state, now, error_fields(intake, unread, now) if unread else {})
    intake.state = state


def postpone(intake: Intake, *, until: datetime) -> None:
    """Give the lease back without having asked: what it shares with others is in use."""
    hold_lease(intake, due_at=until)
    Intake.objects.filter(pk=intake.pk, lease=intake.lease).update(lease=None, leased_until=None)


def note_push(
    source: Source, fault: SourceFault | None, *, now: datetime, newest_at: datetime | None = None
) -> None:
    """Note that something was pushed, or why it could not be read.

    `newest_at` is when the newest of what was new in it was said. What goes well is noted twice a
    minute at most; what goes wrong at once.
    """
    if fault is None and not _is_news(source, newest_at is not None, now - NOTED_EVERY):
        return
    intake = Intake.objects.filter(source=source).select_related("source").first()
    if intake is None:
        return
    heard = heard_now(intake, newest_at, now=now)
    with transaction.atomic():
        lock_chain(source.brand_id)
        if fault is None:
            fields = {"attempted_at": now, "succeeded_at": now, "failures": 0, **heard}
            _change(intake, SourceState.ACTIVE, now, fields)
        else:
            fields = {"attempted_at": now, **_failed(intake, fault, now)}
            _change(intake, _worse(intake, fields), now, fields)


_NEWS = """
SELECT 1 FROM monitoring_intake WHERE source_id = %(source)s AND (
    state <> 'active' OR succeeded_at IS NULL OR succeeded_at <= %(earlier)s
    OR (%(brought)s AND (heard_at IS NULL OR heard_at <= %(earlier)s))
)
"""


def _is_news(source: Source, brought: bool, earlier: datetime) -> bool:  # noqa: FBT001 - a fact
    """Whether it was noted before `earlier`; by hand, since the ORM takes a sixth of a push."""
    values: dict[str, Any] = {"source": source.pk, "brought": brought, "earlier": earlier}
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, values)
        return cursor.fetchone() is not None


def heard_now(intake: Intake, newest_at: datetime | None, *, now: datetime) -> dict[str, Any]:
    """Return what to note of mentions that were new, the newest said at `newest_at`; {} of none.

    The lag is how old the newest one of all was when it came; older ones that are found later
    say nothing of it.
    """
    if newest_at is None:
        return {}
    said_at = min(newest_at, now)
    if intake.newest_at and said_at <= intake.newest_at:
        return {"heard_at": now}
    lag = min(int((now - said_at).total_seconds()), _LONGEST_LAG)
    return {"heard_at": now, "newest_at": said_at, "lag_seconds": lag}


def _failed(intake: Intake, fault: SourceFault, now: datetime) -> dict[str, Any]:
    # A budget that is used up is no failure of the source, however often it is.
    failures = intake.failures + (fault.code != "budget_used_up")
    return {"failures": failures, **error_fields(intake, fault, now)}


def error_fields(intake: Intake, fault: SourceFault, now: datetime) -> dict[str, Any]:
    """Return what to note of what went wrong, without the secrets that a platform repeated."""
    return {
        "error_code": fault.code[:40],
        "error_detail": hiding_of(intake.source).sentence(shortened(fault.sentence)),
        "error_at": now,
    }


def _worse(intake: Intake, failed: Mapping[str, Any]) -> SourceState:
    """Return the state after a failure: what is failing stays so until something is heard."""
    stays = intake.state == SourceState.FAILING and intake.failures > 0
    is_failing = stays or failed["failures"] >= FAILING_FROM
    return SourceState.FAILING if is_failing else SourceState.DEGRADED


@transaction.atomic
def settle(intake: Intake, state: SourceState, now: datetime, **fields: Any) -> None:
    """Store fields and the state, and give the lease back; raises `LeaseLost`."""
    lock_chain(intake.source.brand_id)
    hold_lease(intake)
    _change(intake, state, now, {**fields, "lease": None, "leased_until": None})


def _change(intake: Intake, state: SourceState, now: datetime, fields: Mapping[str, Any]) -> None:
    """Store fields under the lock of the chain, and tell the log when the state is another one."""
    source = intake.source
    stored = Intake.objects.select_for_update().get(pk=intake.pk)
    before = SourceState(stored.state)
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
        data={
            "before": before,
            "name": source.name,
            "code": fields.get("error_code", ""),
            **reason_told(fields.get("error_detail", "")),
            "waits_on": waited_on(is_failing=after == SourceState.FAILING, silent=stored),
        },
    )


def waited_on(*, is_failing: bool, silent: Intake | None = None) -> dict[str, Any] | None:
    """Return whom a source waits on that is failing or silent: a manager; else nobody."""
    if is_failing or (silent and silent.silent_since):
        return {"person": None, "department": None, "role": Role.MANAGER}
    return None


_VERBS = {
    SourceState.ACTIVE: "recovered",
    SourceState.DEGRADED: "degraded",
    SourceState.FAILING: "failing",
}


def interval_of(source: Source) -> timedelta:
    """Return how often a source is asked: as it is set, or as suits its kind."""
    provider = PROVIDERS[source.kind]
    asked = timedelta(seconds=source.interval_seconds or 0) or provider.interval
    return max(asked, provider.least_interval)


def _jittered(source: Source) -> timedelta:
    # Sources that were made together must not ask together for ever.
    return interval_of(source) * random.uniform(0.9, 1.1)  # noqa: S311
