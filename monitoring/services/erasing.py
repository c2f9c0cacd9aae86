"""Erasing a person step by step: each a short transaction, safe to break off and to repeat."""

import json
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crisisapi.common.actors import SYSTEM
from crisisapi.events.services.log import lock_chain, record_event
from messaging.services.forgetting import forget_questions
from monitoring.models import Author, Delivery, Erasure, ErasureState, Mention, Privacy, WantedPost
from monitoring.rules.forgetting import Person
from monitoring.selectors.people import COPIES_LIMIT, copies_of, parts_by, wanted_of
from monitoring.services.redacting import redact_delivery
from monitoring.services.reports import drop_reports
from monitoring.services.shielding import forget_mentions, lock_alone

MENTIONS_AT_ONCE = 500
DELIVERIES_AT_ONCE = 20
# Nothing of the brand is stored meanwhile.
STEP_SECONDS = 1.0
URLS_KEPT = 500


def erase_next(*, now: datetime) -> bool:
    """Take the next step of the oldest erasure that nobody works at; False when there is none."""
    due = Erasure.objects.filter(finished_at__isnull=True).order_by("pk")
    return any(_step(pk, now) for pk in due.values_list("pk", flat=True)[:20])


@transaction.atomic
def _step(pk: UUID, now: datetime) -> bool:
    """Take a step unless somebody else is at it; the last one tells the chain, which comes first.

    The others hold off those who store instead, who tell the chain themselves.
    """
    asked = Erasure.objects.get(pk=pk)
    is_last = asked.state == ErasureState.COPIES
    (lock_chain if is_last else lock_alone)(asked.brand_id)
    rows = Erasure.objects.select_for_update(skip_locked=True, no_key=True)
    erasure = rows.filter(pk=pk, state=asked.state).first()
    if erasure is None or erasure.state == ErasureState.DONE:
        return False
    _STEPS[ErasureState(erasure.state)](erasure, now)
    erasure.save()
    return True


def names_for(person: Person) -> dict[str, str]:
    """Return the names of a person as an erasure keeps them while it is at work."""
    return {
        name: json.dumps(sorted(getattr(person, name))) for name in ("ids", "handles", "aliases")
    }


def _person(erasure: Erasure) -> Person:
    named = {name: frozenset(_list(erasure, name)) for name in ("ids", "handles", "aliases")}
    return Person(platform=erasure.platform, **named)


def _list(erasure: Erasure, name: str) -> list[str]:
    kept: list[str] = json.loads(erasure.names.get(name, "[]"))
    return kept


def _key(erasure: Erasure) -> str:
    return Privacy.objects.get(pk=erasure.brand_id).key


def _erase_mentions(erasure: Erasure, now: datetime) -> None:
    rows = _held(erasure)
    _remember(erasure, "mentions", [str(one.pk) for one in rows])
    _remember(erasure, "urls", [url for one in rows for url in (one.url, one.author_profile)])
    _remember(erasure, "stakeholders", _linked(erasure, rows))
    _forget_wanted(erasure, rows)
    found = [(one.pk, one.external_id) for one in rows]
    erasure.erased_mentions += forget_mentions(found, key=_key(erasure), now=now)
    if len(rows) < MENTIONS_AT_ONCE:
        erasure.state = ErasureState.DELIVERIES


def _held(erasure: Erasure) -> list[Mention]:
    rows: list[Mention] = []
    for part in parts_by(_person(erasure), brand_id=erasure.brand_id):
        rows += part[: MENTIONS_AT_ONCE - len(rows)]
    return rows


def _linked(erasure: Erasure, rows: list[Mention]) -> list[str]:
    """Return the stakeholders that the team says these authors are: the links end."""
    keys = {one.author_key for one in rows if one.author_key is not None}
    linked = Author.objects.filter(
        brand_id=erasure.brand_id, key__in=keys, stakeholder__isnull=False
    )
    return [str(one) for one in linked.values_list("stakeholder_id", flat=True).order_by("pk")]


def _remember(erasure: Erasure, name: str, more: list[str]) -> None:
    known = dict.fromkeys([*_list(erasure, name), *(one for one in more if one)])
    limit = URLS_KEPT if name == "urls" else None
    erasure.names[name] = json.dumps(list(known)[:limit])


def _forget_wanted(erasure: Erasure, rows: list[Mention]) -> None:
    wanted = WantedPost.objects.filter(source__brand_id=erasure.brand_id)
    wanted.filter(key__in=[one.external_id for one in rows]).delete()


def _redact_deliveries(erasure: Erasure, now: datetime) -> None:
    end, key, person = time.monotonic() + STEP_SECONDS, _key(erasure), _person(erasure)
    for delivery in _next_deliveries(erasure):
        is_redacted, found = redact_delivery(delivery, person=person, key=key, now=now)
        erasure.cursor = delivery.pk
        erasure.seen_deliveries += 1
        erasure.redacted_deliveries += is_redacted
        erasure.erased_mentions += len(found)
        _remember(erasure, "mentions", [str(one) for one in found])
        if time.monotonic() > end:
            return
    if not _next_deliveries(erasure)[:1]:
        wanted = [one.pk for one in wanted_of(person, brand_id=erasure.brand_id)]
        WantedPost.objects.filter(pk__in=wanted).delete()
        erasure.state = ErasureState.COPIES


def _next_deliveries(erasure: Erasure) -> Any:
    held = Delivery.objects.filter(brand_id=erasure.brand_id).order_by("pk")
    further = held if erasure.cursor is None else held.filter(pk__gt=erasure.cursor)
    return further.select_related("source").select_for_update(of=("self",))[:DELIVERIES_AT_ONCE]


def _finish(erasure: Erasure, now: datetime) -> None:
    brand_id, person = erasure.brand_id, _person(erasure)
    mention_ids = [UUID(one) for one in _list(erasure, "mentions")]
    erasure.erased_questions = forget_questions(brand_id=brand_id, mention_ids=mention_ids, now=now)
    drop_reports(brand_id=brand_id)
    found = copies_of(person, _list(erasure, "urls"), brand_id=brand_id)
    linked = [{"kind": "stakeholder", "id": one} for one in _list(erasure, "stakeholders")]
    erasure.left = [*linked, *(one for one in found if one not in linked)][:COPIES_LIMIT]
    erasure.names, erasure.cursor = {}, None
    erasure.state, erasure.finished_at = ErasureState.DONE, now
    record_event(
        brand_id=brand_id,
        verb="erasure.finished",
        instance=erasure,
        actor=SYSTEM,
        now=now,
        data={
            "mentions": erasure.erased_mentions,
            "deliveries": erasure.redacted_deliveries,
            "questions": erasure.erased_questions,
            "left": len(erasure.left),
        },
    )


_STEPS = {
    ErasureState.MENTIONS: _erase_mentions,
    ErasureState.DELIVERIES: _redact_deliveries,
    ErasureState.COPIES: _finish,
}
