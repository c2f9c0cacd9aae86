"""Trying a source: does it work, ask it now."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError
from crisisapi.common.setup import Problem
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Source
from monitoring.services.accounts import account_of, hiding_of
from monitoring.services.budgets import spend_aside
from monitoring.services.deliveries import SourcePaused
from monitoring.services.intakes import ask_now
from monitoring.sources import PROVIDERS
from monitoring.sources.http import Calls, SourceFault


class NotFetched(DomainError):
    """The source is pushed to."""

    code = "source_not_fetched"
    detail = _("Nobody can ask a source of this kind: it is pushed to.")


def try_source(*, source: Source, now: datetime) -> list[Problem]:
    """Ask the platform whether the source would work; changes nothing there, stores nothing."""
    account = account_of(source, now=now, tokens=source.intake.tokens)
    provider = PROVIDERS[source.kind]
    calls = Calls(before=partial(spend_aside, provider.budget(account)))
    try:
        problems = provider.test(account, calls)
    except SourceFault as fault:
        problems = [Problem(fault.code, fault.sentence)]
    hiding = hiding_of(source)
    return [replace(one, sentence=hiding.sentence(one.sentence)) for one in problems]


@transaction.atomic
def sync_source(*, source: Source, actor: Actor, now: datetime) -> None:
    """Let a source be asked at once; raises `SourcePaused`, `NotFetched`."""
    if not PROVIDERS[source.kind].is_fetched:
        raise NotFetched
    if not source.is_active:
        raise SourcePaused
    lock_chain(source.brand_id)
    ask_now(source, now=now)
    record_event(
        brand_id=source.brand_id, verb="source.synced", instance=source, actor=actor, now=now
    )
