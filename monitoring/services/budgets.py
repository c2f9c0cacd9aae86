"""Budgets of calls that sources share: counted in one row, whoever calls from wherever."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from crisisapi.common.ids import uuid7
from monitoring.models import CallBudget
from monitoring.services.intakes import LEASE
from monitoring.sources.base import Budget
from monitoring.sources.http import SourceFault


class BudgetInUse(Exception):
    """Another source of the same budget is asking; `until` is when to look again."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()


@contextmanager
def holding(budget: Budget | None, *, now: datetime) -> Iterator[None]:
    """Let one source of a budget ask at a time; raises `BudgetInUse`."""
    if budget is None:
        yield
        return
    lease = uuid7()
    CallBudget.objects.get_or_create(key=budget.key)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    ready = Q(resume_at__isnull=True) | Q(resume_at__lte=now)
    held = CallBudget.objects.filter(key=budget.key)
    if not held.filter(free, ready).update(lease=lease, leased_until=now + LEASE):
        raise BudgetInUse(_free_at(held.get(), now))
    try:
        yield
    finally:
        held.filter(lease=lease).update(lease=None, leased_until=None)


@contextmanager
def holding_stream(budget: Budget | None, *, now: datetime) -> Iterator[None]:
    """Let one stream be open, where the platform allows no more; raises `SourceFault`."""
    alone = budget if budget and budget.one_stream else None
    try:
        with holding(alone, now=now):
            yield
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
def spend(budget: Budget) -> None:
    """Take one call out of a budget; raises `SourceFault` with the wait when none is left."""
    now = timezone.now()
    locked, _new = CallBudget.objects.select_for_update().get_or_create(key=budget.key)
    since = now - timedelta(seconds=budget.seconds)
    recent = [at for at in locked.spent if (parse_datetime(at) or since) > since]
    if len(recent) >= budget.calls:
        oldest = parse_datetime(recent[-budget.calls]) or now
        wait = oldest + timedelta(seconds=budget.seconds) - now
        sentence = _("The calls the plan allows are used up for now.")
        raise SourceFault("budget_used_up", sentence, retry_after=wait.total_seconds())
    locked.spent = [*recent, now.isoformat()]
    # Most streams spend without holding: they would keep the others out while they are open.
    locked.leased_until = now + LEASE if locked.lease else None
    locked.save(update_fields=["spent", "leased_until"])


def pause_budget(budget: Budget, *, until: datetime) -> None:
    """Let all sources of a budget wait: the platform refused one of them."""
    CallBudget.objects.filter(key=budget.key).update(resume_at=until)


def _free_at(held: CallBudget, now: datetime) -> datetime:
    soon = now + timedelta(seconds=5)
    return max(soon, held.resume_at) if held.resume_at else soon
