"""Trying a source: does it work, what would become of a payload, ask it now."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.errors import DomainError
from crisisapi.common.setup import Problem
from crisisapi.events.services.log import lock_chain, record_event
from monitoring.models import Mention, Source
from monitoring.rules.incoming import COUNTERS, Batch, IncomingMention, Unreadable
from monitoring.services.accounts import account_of
from monitoring.services.budgets import spend_aside
from monitoring.services.deliveries import SourcePaused, read_batch
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
        return provider.test(account, calls)
    except SourceFault as fault:
        return [Problem(fault.code, str(fault.sentence))]


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


def preview_delivery(*, source: Source, body: bytes, now: datetime) -> dict[str, Any]:
    """Say what would become of the bytes; stores nothing."""
    try:
        batch = read_batch(body, source=source, said_at=now, now=now)
    except Unreadable as error:
        return _told(Batch([], 0, []), [], error.code, error.reason)
    return _told(batch, _outcomes(batch.mentions, source), "", "")


def _told(batch: Batch, mentions: list[dict[str, Any]], code: str, detail: str) -> dict[str, Any]:
    return {
        "mentions": mentions,
        "repeated": batch.repeated,
        "rejected": batch.rejections,
        "removed": batch.removed,
        "wanted": [one.key for one in batch.wanted],
        "error_code": code,
        "error_detail": detail,
    }


def _outcomes(mentions: list[IncomingMention], source: Source) -> list[dict[str, Any]]:
    known = {
        one.external_id: one
        for one in Mention.objects.filter(
            source=source, external_id__in=[one.id for one in mentions]
        )
    }
    return [_outcome(one, known.get(one.id), source) for one in mentions]


def _outcome(mention: IncomingMention, known: Mention | None, source: Source) -> dict[str, Any]:
    outcome, rule = "new", ""
    if known is not None:
        outcome, rule = "duplicate", "same_id"
        if mention.revision > known.revision and known.removed_at is None:
            outcome, rule = "updated", "edited"
        elif any(getattr(mention, name) > getattr(known, name) for name in COUNTERS):
            outcome, rule = "updated", "engagement_grew"
    return {
        "id": mention.id,
        "text": mention.text,
        "platform": mention.platform or source.platform,
        "author": mention.author.handle or mention.author.name,
        "published_at": mention.published_at,
        "outcome": outcome,
        "rule": rule,
    }
