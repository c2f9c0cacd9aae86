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
    # A stream spends without holding: it would keep the others out for as long as it is open.
    locked.leased_until = now + LEASE if locked.lease else None
    locked.save(update_fields=["spent", "leased_until"])


def pause_budget(budget: Budget, *, until: datetime) -> None:
    """Let all sources of a budget wait: the platform refused one of them."""
    CallBudget.objects.filter(key=budget.key).update(resume_at=until)


def _free_at(held: CallBudget, now: datetime) -> datetime:
    soon = now + timedelta(seconds=5)
    return max(soon, held.resume_at) if held.resume_at else soon
