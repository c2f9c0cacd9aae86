"""Looking up posts of which only the id came."""

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from monitoring.models import Intake, WantedPost
from monitoring.rules.backoff import next_wait
from monitoring.services.accounts import account_of, hiding_of
from monitoring.services.deliveries import receive_delivery
from monitoring.services.intakes import hold_lease
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
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
    account = account_of(source, now=timezone.now(), tokens=intake.tokens)
    at_once = PROVIDERS[source.kind].looks_up(account)
    due = WantedPost.objects.filter(
        source__brand_id=source.brand_id, kind=source.kind, due_at__lte=timezone.now()
    )
    rows = list(due.select_related("source").order_by("due_at", "id")[: A_RUN * at_once])
    for start in range(0, len(rows), at_once or 1):
        if time.monotonic() > end:
            return
        if not _look_up(rows[start : start + at_once], intake, account, calls):
            return


def _look_up(rows: list[WantedPost], intake: Intake, account: Account, calls: Calls) -> bool:
    """Ask for some posts; returns whether to go on with others."""
    provider = PROVIDERS[intake.source.kind]
    try:
        body, gone = provider.resolve_many(account, [one.reference for one in rows], calls)
    except SourceFault as fault:
        if fault.code in ("rate_limited", "budget_used_up", "credentials_refused"):
            raise
        # A refusal of many says nothing of any one of them.
        is_of_post = provider.looks_up(account) == 1
        for wanted in rows:
            _put_off(wanted, fault, is_over=is_of_post and fault.needs_person)
        return is_of_post
    _found([one for index, one in enumerate(rows) if index not in gone], intake, body)
    for index in sorted(gone):
        _put_off(rows[index], SourceFault.gone(), is_over=True)
    return True


@transaction.atomic
def _found(rows: list[WantedPost], intake: Intake, body: bytes) -> None:
    """Keep an answer as a delivery of whoever asked: its provider can read it."""
    if not rows:
        return
    hold_lease(intake)
    receive_delivery(
        source=intake.source,
        external_id=f"wanted:{rows[0].pk}",
        body=hiding_of(intake.source).body(body),
        now=timezone.now(),
    )
    WantedPost.objects.filter(pk__in=[one.pk for one in rows]).delete()


def _put_off(wanted: WantedPost, fault: SourceFault, *, is_over: bool) -> None:
    wanted.attempts += 1
    wanted.error_code = fault.code
    wanted.error_detail = hiding_of(wanted.source).sentence(fault.sentence)
    is_over = is_over or wanted.attempts >= ATTEMPTS
    wait = next_wait(_FIRST_WAIT, failures=wanted.attempts, asked=fault.retry_after)
    wanted.due_at = None if is_over else timezone.now() + wait
    wanted.save(update_fields=["attempts", "error_code", "error_detail", "due_at"])
