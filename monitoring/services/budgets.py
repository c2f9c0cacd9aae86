"""Budgets of calls that sources share: counted in one row, whoever calls from wherever."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crisisapi.common.ids import uuid7
from crisisapi.common.sentences import sentence as _
from monitoring.models import CallBudget
from monitoring.rules.call_windows import UsedUp, spend
from monitoring.services.intakes import LEASE, LeaseLost
from monitoring.sources.base import Budget
from monitoring.sources.http import SourceFault


class BudgetInUse(Exception):
    """Another source of the same budget is asking; `until` is when to look again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()


@contextmanager
def holding(budget: Budget | None, *, now: datetime) -> Iterator[Callable[[], None]]:
    """Let one source of a budget ask at a time; yields what to call ahead of each call.

    That raises `SourceFault` when no call is left, and `LeaseLost` when somebody else asks by now.
    Raises `BudgetInUse`.
    """
    if budget is None:
        yield _nothing
        return
    lease = uuid7()
    CallBudget.objects.get_or_create(key=budget.key)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    ready = Q(resume_at__isnull=True) | Q(resume_at__lte=now)
    held = CallBudget.objects.filter(key=budget.key)
    if not held.filter(free, ready).update(lease=lease, leased_until=now + LEASE):
        raise BudgetInUse(_free_at(held.get(), now))
    try:
        yield partial(_spend, budget, lease)
    finally:
        held.filter(lease=lease).update(lease=None, leased_until=None)


@contextmanager
def holding_stream(budget: Budget | None, *, now: datetime) -> Iterator[Callable[[], None]]:
    """Let one stream be open, where the platform allows no more; yields what counts its calls.

    Other streams take no turn: they would keep those that ask out. Raises `SourceFault`.
    """
    if not budget or not budget.one_stream:
        yield partial(spend_aside, budget)
        return
    try:
        with holding(budget, now=now) as spend:
            yield spend
    except BudgetInUse as busy:
        sentence = _("Another source listens to this account, and its platform allows one stream.")
        wait = (busy.until - now).total_seconds()
        raise SourceFault("stream_in_use", sentence, retry_after=wait) from busy


def renew_stream(budget: Budget | None) -> None:
    """Keep the place of a stream that is open and spends nothing."""
    if budget and budget.one_stream:
        held = CallBudget.objects.filter(key=budget.key, lease__isnull=False)
        held.update(leased_until=timezone.now() + LEASE)


@transaction.atomic
def spend_aside(budget: Budget | None) -> None:
    """Take one call out of a budget for somebody who does not wait for a turn.

    That is a person who tries a source, or a stream. Raises `SourceFault` when none is left, or
    while all of the budget waits.
    """
    if budget is None:
        return
    CallBudget.objects.get_or_create(key=budget.key)
    locked, now = _locked(budget), timezone.now()
    if locked.resume_at and locked.resume_at > now:
        raise SourceFault.rate_limited((locked.resume_at - now).total_seconds())
    _count(locked, budget, now)
    locked.save(update_fields=["spent"])


def pause_budget(budget: Budget, *, until: datetime) -> None:
    """Let all sources of a budget wait: the platform refused one of them."""
    CallBudget.objects.filter(key=budget.key).update(resume_at=until)


@transaction.atomic
def _spend(budget: Budget, lease: UUID) -> None:
    locked, now = _locked(budget), timezone.now()
    if locked.lease != lease:
        raise LeaseLost
    _count(locked, budget, now)
    locked.leased_until = now + LEASE
    locked.save(update_fields=["spent", "leased_until"])


def _locked(budget: Budget) -> CallBudget:
    return CallBudget.objects.select_for_update().get(key=budget.key)


def _count(locked: CallBudget, budget: Budget, now: datetime) -> None:
    """Note one call more; raises `SourceFault` when none is left."""
    spent = [(parse_datetime(at) or now, count) for at, count in locked.spent]
    try:
        spent = spend(spent, calls=budget.calls, window=timedelta(seconds=budget.seconds), now=now)
    except UsedUp as used_up:
        sentence = _("The calls the plan allows are used up for now.")
        wait = used_up.wait.total_seconds()
        raise SourceFault("budget_used_up", sentence, retry_after=wait) from used_up
    locked.spent = [(at.isoformat(), count) for at, count in spent]


def _free_at(held: CallBudget, now: datetime) -> datetime:
    soon = now + timedelta(seconds=5)
    return max(soon, held.resume_at) if held.resume_at else soon


def _nothing() -> None:
    """Count nothing: nobody shares the calls."""
