"""Fetching: page by page, each stored together with the cursor behind it."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db import Error, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitoring.models import Delivery, DeliveryStatus, Intake, Source
from monitoring.services.accounts import account_of, hiding_of
from monitoring.services.budgets import BudgetInUse, holding, pause_budget
from monitoring.services.deliveries import keep_failed, receive_delivery
from monitoring.services.intakes import (
    LeaseLost,
    claim_intake,
    heard_now,
    hold_lease,
    interval_of,
    postpone,
    settle_failure,
    settle_success,
)
from monitoring.services.wanted import resolve_wanted
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account, Budget, Page
from monitoring.sources.http import Calls, SourceFault

# Shorter than the soft limit of a task, so that a run ends by itself between two pages.
RUN_SECONDS = 40.0
# What one source gets when others may wait behind it.
SHARE_SECONDS = 20.0
# How many somebody who asks tries to take, when others take them before.
NEXT = 20
LOOKED_AT = 1000

log = structlog.get_logger(__name__)


class _NothingToAsk(Exception):
    """No call was made: the source is only pushed to, and how that goes is known by the pushes."""


def _nobody() -> None:
    """Call nobody to help."""


def fetch_source(source_id: UUID, *, seconds: float = RUN_SECONDS) -> bool:
    """Ask a source that is due for what is new; returns whether it was asked at all.

    Goes on where the last run stopped, for `seconds` at most; what is left is due at once. What
    goes wrong is noted at the source, never raised.
    """
    intake = claim_intake(source_id, now=timezone.now())
    if intake is None:
        return False
    source = intake.source
    account = account_of(source, now=timezone.now(), tokens=intake.tokens)
    budget = PROVIDERS[source.kind].budget(account)
    try:
        with holding(budget, now=timezone.now()) as spend:
            goes_on, unread = _fetch(intake, account, spend, seconds)
            settle_success(intake, goes_on=goes_on, unread=unread, now=timezone.now())
    except LeaseLost:
        return True
    except BudgetInUse as busy:
        postpone(intake, until=busy.until)
        return False
    except _NothingToAsk:
        postpone(intake, until=timezone.now() + interval_of(source))
        return False
    except SourceFault as fault:
        _note(intake, budget, fault, now=timezone.now())
    except Error:
        # The database is away, or threw us out; there is nowhere to note it.
        raise
    except Exception:
        log.exception("source.provider_failed", source=str(source.pk), kind=source.kind)
        _note(intake, budget, SourceFault.broken(), now=timezone.now())
    return True


def fetch_next(*, more: Callable[[], None] = _nobody) -> bool:
    """Ask the source that has waited longest; returns whether there was one.

    `more` is called first when others wait as well, so that somebody can join in.
    """
    due = due_sources(now=timezone.now(), limit=NEXT)
    if len(due) > 1:
        more()
    return any(fetch_source(source_id, seconds=SHARE_SECONDS) for source_id in due)


def due_sources(*, now: datetime, limit: int | None = None) -> list[UUID]:
    """Return the sources that are to be asked now and that nobody asks, the longest due first."""
    busy = _busy_kinds(now)
    waiting = [one for one in due_intakes(now=now) if not is_streamed(one.source, now=now)]
    # A platform that takes its time takes no more than its share of those who ask.
    waiting.sort(key=lambda one: (busy[one.source.kind], one.due_at))
    return [one.pk for one in waiting[:limit]]


def due_intakes(*, now: datetime) -> QuerySet[Intake]:
    """Return those that are to be asked or listened to now, and that nobody holds."""
    fetched = [kind for kind, provider in PROVIDERS.items() if provider.is_fetched]
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    due = Intake.objects.filter(
        free, due_at__lte=now, source__is_active=True, source__kind__in=fetched
    )
    return due.select_related("source").order_by("due_at")[:LOOKED_AT]


def is_streamed(source: Source, *, now: datetime) -> bool:
    """Say whether a source is listened to instead of being asked from time to time."""
    return PROVIDERS[source.kind].streams(account_of(source, now=now))


def _busy_kinds(now: datetime) -> Counter[str]:
    held = Intake.objects.filter(leased_until__gt=now)
    return Counter(held.values_list("source__kind", flat=True))


def _fetch(
    intake: Intake, account: Account, spend: Callable[[], None], seconds: float
) -> tuple[bool, SourceFault | None]:
    """Store page after page; returns whether there may be more, and why one was not read.

    Raises why when none was, and `_NothingToAsk`.
    """
    end = time.monotonic() + seconds
    calls = Calls(
        before=partial(before_call, intake, spend),
        goes_on=partial(_renews, intake),
        stream_seconds=seconds,
    )
    provider = PROVIDERS[intake.source.kind]
    resolve_wanted(intake, calls, end=end)
    unread: SourceFault | None = None
    is_heard = goes_on = False
    for page in provider.fetch(account, intake.cursor, calls, now=timezone.now()):
        delivery = store_page(intake, page, now=timezone.now())
        unread = page.warning or unread
        if delivery.status == DeliveryStatus.FAILED:
            unread = SourceFault(delivery.error_code, delivery.error_detail)
        else:
            is_heard = True
        if goes_on := time.monotonic() > end:
            break
    if unread and not is_heard:
        raise unread
    if not calls.made and not is_heard:
        raise _NothingToAsk
    return goes_on, unread


def _renews(intake: Intake, _heard: bool) -> bool:  # noqa: FBT001 - a callback with one fact
    hold_lease(intake)
    return True


def before_call(intake: Intake, spend: Callable[[], None]) -> None:
    """Renew the lease and count the call; raises `LeaseLost`, `SourceFault`."""
    hold_lease(intake)
    spend()


@transaction.atomic
def store_page(intake: Intake, page: Page, *, now: datetime) -> Delivery:
    """Keep a page as a delivery and move the cursor behind it; both or neither.

    The same bytes again are the same delivery: asking in vain leaves no trace.
    """
    hold_lease(intake, cursor=dict(page.cursor))
    body = hiding_of(intake.source).body(page.body)
    delivery, _again = receive_delivery(
        source=intake.source, external_id=fetched_id(body), body=body, now=now
    )
    if delivery.status != DeliveryStatus.FAILED:
        # What goes wrong behind it is the first failure since.
        heard = heard_now(intake, delivery.newest_at, now=now)
        hold_lease(intake, failures=0, succeeded_at=now, **heard)
    return delivery


def fetched_id(body: bytes) -> str:
    """Return the id of a delivery that was fetched: its bytes are all there is to name it by."""
    return f"fetched:{hashlib.sha256(body).hexdigest()}"


def _note(intake: Intake, budget: Budget | None, fault: SourceFault, *, now: datetime) -> None:
    keep_evidence(intake, budget, fault, now=now)
    try:
        settle_failure(intake, fault, now=now)
    except LeaseLost:
        return


def keep_evidence(
    intake: Intake, budget: Budget | None, fault: SourceFault, *, now: datetime
) -> None:
    """Keep the answer that was not understood, and let a budget wait that was refused."""
    if fault.body:
        hiding = hiding_of(intake.source)
        body = hiding.body(fault.body)
        keep_failed(
            source=intake.source,
            external_id=fetched_id(body),
            body=body,
            code=fault.code,
            reason=hiding.sentence(fault.sentence),
            now=now,
        )
    if budget is not None and fault.code == "rate_limited" and fault.retry_after:
        pause_budget(budget, until=now + timedelta(seconds=fault.retry_after))
