"""Asking for second looks: which mentions are worth one, and how many a brand gets."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection

from monitoring.models import Alert, LookReason, SecondLook
from monitoring.rules.transformer import has_letters
from monitoring.rules.windows import FIVE_MINUTES, HOUR, bucket_start
from monitoring.services.analysers import (
    AND,
    is_second,
    looks_twice,
    was_looked_at_by_present,
)
from monitoring.services.reading import Reading
from monitoring.services.turns import turn_of_brand, wait_for_turn

# Below it the first look is right hardly more often than not (docs/analysis.md).
UNSURE_BELOW = 0.6
# Of what a brand gets: the rest is drawn at random, so that what seemed sure is looked at, too.
SHARE_OF_UNSURE = 0.75

# Who looks at an alert does so in its first hour.
ALERTS_OF = HOUR

# One that is finished is due anew; one that waits becomes an alert, and never less.
_ASK = """
INSERT INTO monitoring_secondlook AS l (
    mention_id, brand_id, reason, asked_at, claims, first_sentiment, sentiment, analyser
)
SELECT r.id, r.brand_id, r.reason, %(now)s, 0, '', '', ''
FROM json_to_recordset(%(asked)s) AS r (id uuid, brand_id uuid, reason text)
ON CONFLICT (mention_id) DO UPDATE
SET reason = EXCLUDED.reason, asked_at = EXCLUDED.asked_at, finished_at = NULL,
    claimed_until = NULL, claims = 0
WHERE l.finished_at IS NOT NULL OR (EXCLUDED.reason = 'alert' AND l.reason <> 'alert')
"""
# With who looked at it since it was read, whether the model could tell or not.
_WORTH = """
SELECT m.id, m.brand_id, m.analyser, coalesce(l.analyser, '')
FROM monitoring_mention m LEFT JOIN monitoring_secondlook l
    ON l.mention_id = m.id AND l.finished_at >= m.analysed_at
WHERE m.id = ANY(%(ids)s) AND m.removed_at IS NULL AND NOT EXISTS (
    SELECT FROM monitoring_secondlook d
    WHERE d.mention_id = m.id AND d.finished_at IS NULL AND d.reason IN ('alert', %(reason)s)
)
ORDER BY m.id
"""
_FORGET = """
DELETE FROM monitoring_secondlook WHERE mention_id = ANY(%s)
"""


def look_again(mention_ids: Iterable[UUID], reason: LookReason, *, now: datetime) -> int:
    """Have mentions looked at by the slow tier, before others for an alert; returns how many.

    Does nothing where no model is set. Mentions that are gone, or that the present model has
    looked at already, are passed over. Safe to call again, and for use outside of transactions:
    each is asked for by itself, since nobody here holds the mentions (see `second_looks`).
    """
    if not looks_twice():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WORTH, {"ids": list(mention_ids), "reason": reason.value})
        asked = [
            (mention_id, brand_id, reason)
            for mention_id, brand_id, reader, looker in cursor.fetchall()
            if not was_looked_at_by_present(reader) and not is_second(looker)
        ]
        return sum(_ask(cursor, [one], now) for one in asked)


def look_at_causes(*, now: datetime) -> int:
    """Have the mentions that caused alerts of the last hour looked at again; returns how many.

    Found from the alerts rather than asked for when they are raised: these hold the chain.
    """
    if not looks_twice():
        return 0
    alerts = Alert.objects.filter(created_at__gt=now - ALERTS_OF)
    found = {UUID(one) for ids in alerts.values_list("example_ids", flat=True) for one in ids}
    return look_again(sorted(found), LookReason.ALERT, now=now)


def ask_looks(cursor: Any, rows: Sequence[Reading], *, now: datetime) -> int:
    """Have the worthiest of mentions that were just read looked at again; returns how many.

    Called last in the transaction that read them, so that brands wait for each other as shortly
    as can be. What a brand gets is counted in stretches of five minutes, alike over the hour.
    """
    if not looks_twice() or not settings.SECOND_LOOKS_HOURLY:
        return 0
    together: defaultdict[UUID, list[Reading]] = defaultdict(list)
    for row in rows:
        if _is_worth(row):
            together[row.brand_id].append(row)
    return sum(
        _ask_of_brand(cursor, brand_id, worth, now) for brand_id, worth in sorted(together.items())
    )


def ask_anew(
    cursor: Any, before: Sequence[Reading], after: Sequence[Reading], *, now: datetime
) -> int:
    """Have mentions looked at again that lost the word of another model by being read again."""
    if not looks_twice():
        return 0
    lost = [
        (new.id, new.brand_id, LookReason.REREAD)
        for old, new in zip(before, after, strict=True)
        if AND in old.analyser and AND not in new.analyser
    ]
    return _ask(cursor, lost, now)


def forget_looks(mention_ids: Iterable[UUID]) -> None:
    """Forget what was made of mentions whose words the caller has emptied."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [list(mention_ids)])


def _is_worth(row: Reading) -> bool:
    languages = settings.TRANSFORMER_LANGUAGES
    return (
        row.removed_at is None
        and has_letters(row.text)
        and (not languages or row.language in languages)
    )


def _ask_of_brand(cursor: Any, brand_id: UUID, rows: Sequence[Reading], now: datetime) -> int:
    """Ask for the least sure ones first, and for others by lot, as far as there is room."""
    wait_for_turn(cursor, turn_of_brand("second_looks", brand_id))
    unsure = [row for row in rows if (row.sentiment_confidence or 0) < UNSURE_BELOW]
    unsure.sort(key=lambda row: (row.sentiment_confidence or 0, row.id))
    sure = [row for row in rows if (row.sentiment_confidence or 0) >= UNSURE_BELOW]
    sure.sort(key=_lot)
    asked = [
        (row.id, brand_id, reason)
        for reason, chosen in ((LookReason.UNSURE, unsure), (LookReason.SAMPLED, sure))
        for row in chosen[: _room(brand_id, reason, now)]
    ]
    return _ask(cursor, asked, now)


def _lot(row: Reading) -> bytes:
    """Return what a mention draws: the same whoever draws it, and nothing that it says."""
    return hashlib.sha256(row.id.bytes).digest()


def _room(brand_id: UUID, reason: LookReason, now: datetime) -> int:
    """Return how many more of a brand may be asked for in these five minutes."""
    since = bucket_start(now, FIVE_MINUTES)
    stretches, place = HOUR // FIVE_MINUTES, since.minute // 5
    hourly = settings.SECOND_LOOKS_HOURLY
    total = hourly * (place + 1) // stretches - hourly * place // stretches
    unsure = round(total * SHARE_OF_UNSURE)
    most = unsure if reason == LookReason.UNSURE else total - unsure
    asked = SecondLook.objects.filter(brand_id=brand_id, reason=reason, asked_at__gte=since)
    return max(0, most - asked.count())


def _ask(cursor: Any, asked: Sequence[tuple[UUID, UUID, LookReason]], now: datetime) -> int:
    if not asked:
        return 0
    rows = [
        {"id": mention_id, "brand_id": brand_id, "reason": reason.value}
        for mention_id, brand_id, reason in asked
    ]
    cursor.execute(_ASK, {"asked": msgspec.json.encode(rows).decode(), "now": now})
    return int(cursor.rowcount)
