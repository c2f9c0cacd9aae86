"""What would become of a payload: all that storing it does is done, told, and undone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from msgspec.structs import replace

from crisisapi.common.sentences import cleaned
from monitoring.models import Delivery, Mention, Source
from monitoring.rules.incoming import IncomingMention, Rejection
from monitoring.rules.signature import BadSignature
from monitoring.services.accounts import account_of
from monitoring.services.deliveries import Told, body_hash, known_delivery, rehearse_delivery
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account, Push


@dataclass(frozen=True)
class Letter:
    """A payload as a platform would send it; headers are there where the signature is asked for."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    query: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@transaction.atomic
def preview_delivery(*, source: Source, letter: Letter, now: datetime) -> dict[str, Any]:
    """Say what would become of a payload that is delivered now; stores nothing.

    A source that is paused is read all the same; whether a push would be taken is told apart.
    """
    delivery, told = rehearse_delivery(source=source, body=letter.body, now=now)
    return {
        "signature": _signature(source, letter, now) if letter.headers else None,
        "handshake": _handshake(source, letter, now) if letter.query else None,
        "would_be_taken": source.is_active,
        "mentions": _mentions(told, source),
        "ignored": told.batch.ignored,
        "removed": _removed(told),
        "wanted": _wanted(told),
        "states": told.batch.states,
        "asked_about": told.followed.asked,
        "accepted": delivery.accepted,
        "duplicates": delivery.duplicates,
        "updated": delivery.updated,
        "rejected": [_refused(one) for one in told.batch.rejections],
        "error_code": delivery.error_code,
        "error_detail": delivery.error_detail,
    }


def _mentions(told: Told, source: Source) -> list[dict[str, Any]]:
    gone = _gone_before(told, source)
    found = [_row(one, source, *_became(one.id, told, gone)) for one in told.batch.mentions]
    again = [_row(one, source, "duplicate", ["repeated_in_payload"]) for one in told.batch.repeats]
    return found + again


def _gone_before(told: Told, source: Source) -> Collection[str]:
    ids = [one.id for one in told.batch.mentions]
    known = Mention.objects.filter(source=source, external_id__in=ids, removed_at__isnull=False)
    return set(known.values_list("external_id", flat=True))


def _became(one: str, told: Told, gone: Collection[str]) -> tuple[str, list[str]]:
    """Return the outcome of a mention as storing it reported, and by which rules."""
    stored, followed = told.stored, told.followed
    if one in stored.fresh:
        return "new", ["removed_before"] if one in followed.late else []
    changes = {"edited": stored.edited, "engagement_grew": stored.grown}
    if rules := [rule for rule, ids in changes.items() if one in ids]:
        return "updated", rules
    return ("ignored", ["removed_before"]) if one in gone else ("duplicate", ["same_id"])


def _row(
    mention: IncomingMention, source: Source, outcome: str, rules: list[str]
) -> dict[str, Any]:
    return {
        "id": mention.id,
        "text": mention.text,
        "platform": mention.platform or source.platform,
        "author": mention.author.handle or mention.author.name,
        "published_at": mention.published_at,
        "outcome": outcome,
        "rules": rules,
    }


def _refused(one: Rejection) -> Rejection:
    return replace(one, reason=cleaned(one.reason))


def _removed(told: Told) -> list[dict[str, str]]:
    removed = told.followed.removed
    became = {"removed": removed.now, "removed_before": removed.before, "remembered": removed.yet}
    return [
        {"id": one, "outcome": next(word for word, ids in became.items() if one in ids)}
        for one in dict.fromkeys(told.batch.removed)
    ]


def _wanted(told: Told) -> list[dict[str, str]]:
    fresh = set(told.followed.wanted)
    return [
        {
            "id": one.key,
            "kind": one.kind,
            "outcome": "looked_up" if one.key in fresh else "known",
        }
        for one in told.batch.wanted
    ]


def _signature(source: Source, letter: Letter, now: datetime) -> dict[str, Any]:
    """Return what a push with these headers would hear, and whether it would be a repetition."""
    provider, account = PROVIDERS[source.kind], account_of(source, now=now)
    push = _push_of(letter)
    if provider.ping(account, push):
        return _heard("ping")
    try:
        name = provider.verify(account, push, now=now)
    except BadSignature as fault:
        return _heard("refused", fault.code, str(cleaned(fault.sentence)))
    known = known_delivery(source_id=source.pk, external_id=name)
    return _heard(_again(known, letter.body), delivery=known and known.pk)


def _again(known: Delivery | None, body: bytes) -> str:
    if known is None:
        return "taken"
    return "repeated" if known.body_hash == body_hash(body) else "conflict"


def _heard(outcome: str, code: str = "", detail: str = "", delivery: Any = None) -> dict[str, Any]:
    return {"outcome": outcome, "code": code, "detail": detail, "delivery": delivery}


def _handshake(source: Source, letter: Letter, now: datetime) -> dict[str, Any]:
    """Return whether the handshake would be answered; the answer may be a secret of the brand."""
    account: Account = account_of(source, now=now)
    reply = PROVIDERS[source.kind].handshake(account, _push_of(letter))
    return {"is_answered": reply is not None, "status": reply.status if reply else 401}


def _push_of(letter: Letter) -> Push:
    headers = {name.lower(): value for name, value in letter.headers.items()}
    return Push(headers, letter.query, letter.body)
