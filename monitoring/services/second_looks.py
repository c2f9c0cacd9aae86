"""Second looks: the slow tier judges what is worth it, and the counts follow by difference."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import structlog
from django.db import connection, transaction

from crisisapi.common.database import server_cursor
from monitoring.models import SecondLook
from monitoring.rules.sentiment import Sentiment
from monitoring.rules.transformer import Transformer
from monitoring.services.analysers import AND, second_analyser
from monitoring.services.matching import matched
from monitoring.services.reading import READ_COLUMNS, Reading, found_sentiment, save_readings

log = structlog.get_logger(__name__)

BATCH = 16
# Longer than any run: what is claimed longer belonged to a worker that died.
LEASE = timedelta(minutes=5)
# A text that so many workers died of, or failed at, is left as it is.
CLAIMS_LIMIT = 3
# The first look comes within seconds; nobody waits for it here.
PAUSE = timedelta(minutes=1)
# What nobody came to in a day is old news; what was looked at stays for figures.
DUE_KEPT, DONE_KEPT = timedelta(days=1), timedelta(days=90)
REMOVED_AT_ONCE = 5_000

# What failed before comes last, and alone: it may have taken others down with it.
_CLAIM = """
UPDATE monitoring_secondlook SET claimed_until = %(until)s, claims = claims + 1
WHERE mention_id IN (
    SELECT mention_id FROM monitoring_secondlook
    WHERE finished_at IS NULL AND coalesce(claimed_until, '-infinity') < %(now)s AND {which}
    ORDER BY asked_at DESC, mention_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING mention_id
"""
_CLAIMS = (
    (_CLAIM.format(which="claims = 0 AND reason = 'alert'"), None),
    (_CLAIM.format(which="claims = 0"), None),
    (_CLAIM.format(which=f"claims BETWEEN 1 AND {CLAIMS_LIMIT - 1}"), 1),
)
_READ = f"SELECT {READ_COLUMNS} FROM monitoring_mention m WHERE m.id = ANY(%s) ORDER BY m.id"  # noqa: S608
# Waits for nobody: whoever stores mentions locks them in another order.
_LOCK = f"{_READ} FOR UPDATE SKIP LOCKED"
# Whoever waits for one of these rows while it holds others has locked their mentions, so that no
# two wait for each other; rows of other mentions are taken only as far as they are free.
_FINISH = """
UPDATE monitoring_secondlook l
SET finished_at = %(now)s, claimed_until = NULL, claims = 0, analyser = %(analyser)s,
    first_sentiment = given.first_sentiment, sentiment = given.sentiment
FROM json_to_recordset(%(looks)s) AS given (mention_id uuid, first_sentiment text, sentiment text)
WHERE l.mention_id = given.mention_id AND l.finished_at IS NULL
"""
_DROP = "DELETE FROM monitoring_secondlook WHERE mention_id = ANY(%s)"
_LEAVE = """
UPDATE monitoring_secondlook SET claimed_until = %s, claims = 0
WHERE mention_id IN (
    SELECT mention_id FROM monitoring_secondlook WHERE mention_id = ANY(%s)
    FOR UPDATE SKIP LOCKED
)
"""
_REMOVE = """
DELETE FROM monitoring_secondlook WHERE mention_id IN (
    SELECT mention_id FROM monitoring_secondlook
    WHERE finished_at < %(done)s OR (finished_at IS NULL AND (
        claims >= %(claims)s AND claimed_until < %(now)s
        OR asked_at < %(due)s AND reason IN ('unsure', 'sampled')
    ))
    ORDER BY mention_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
"""


class Looked(NamedTuple):
    """How many mentions were judged again, and how many of them otherwise than before."""

    done: int
    changed: int


def look_next(
    *, now: datetime, limit: int = BATCH, model: Transformer | None = None
) -> Looked | None:
    """Judge a batch of what is due again, alerts and the newest first; None when none is.

    Nothing is locked while the model judges: what was edited, erased or is held by somebody
    meanwhile is left for another time. Killed in between, a batch is due again when its lease is
    over. Raises `BadTransformer` before anything is claimed.
    """
    model = model or second_analyser()
    claimed = _claim(now, limit)
    if not claimed:
        return None
    with server_cursor() as cursor:
        cursor.execute(_READ, [claimed])
        seen = [Reading._make(row) for row in cursor.fetchall()]
    judged = _judged(model, [row for row in seen if _can_be_judged(row)])
    return _save(model, claimed, judged, now)


def _claim(now: datetime, limit: int) -> list[UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, most in _CLAIMS:
            values: dict[str, Any] = {"now": now, "until": now + LEASE, "limit": most or limit}
            cursor.execute(statement, values)
            if claimed := [mention_id for (mention_id,) in cursor.fetchall()]:
                return claimed
    return []


def _can_be_judged(row: Reading) -> bool:
    return row.removed_at is None and row.analysed_at is not None


def _judged(
    model: Transformer, rows: Sequence[Reading]
) -> dict[UUID, tuple[str, Sentiment | None]]:
    """Return the verdict on each text, and on which text it was."""
    found = model.judge_all([row.text for row in rows])
    return {row.id: (row.text, one) for row, one in zip(rows, found, strict=True)}


@transaction.atomic
def _save(
    model: Transformer,
    claimed: Sequence[UUID],
    judged: dict[UUID, tuple[str, Sentiment | None]],
    now: datetime,
) -> Looked:
    with server_cursor() as cursor:
        cursor.execute(_LOCK, [list(claimed)])
        locked = [Reading._make(row) for row in cursor.fetchall()]
        gone = [row.id for row in locked if row.removed_at is not None]
        before = [row for row in locked if _is_what_was_judged(row, judged)]
        name = f"{model.name}/{model.version}"
        after = [_looked_at(row, judged[row.id][1], name) for row in before]
        changed = save_readings(cursor, before, matched(after))
        looks = [_shown(row, judged[row.id][1]) for row in before]
        cursor.execute(_FINISH, {"looks": _json(looks), "now": now, "analyser": name})
        cursor.execute(_DROP, [gone])
        left = set(claimed).difference(gone, (row.id for row in before))
        cursor.execute(_LEAVE, [now + PAUSE, list(left)])
    return Looked(len(before), changed)


def _is_what_was_judged(row: Reading, judged: dict[UUID, tuple[str, Sentiment | None]]) -> bool:
    return _can_be_judged(row) and row.id in judged and judged[row.id][0] == row.text


def _looked_at(row: Reading, judged: Sentiment | None, name: str) -> Reading:
    """Return a mention as the model judges it; a person's word stays, over another verdict."""
    if judged is None:
        return row
    first, _and, _second = row.analyser.partition(AND)
    found: dict[str, Any] = {
        "sentiment": judged.label,
        "sentiment_score": judged.score,
        "sentiment_confidence": judged.confidence,
    }
    looked = row._replace(analyser=f"{first}{AND}{name}")
    if "sentiment" in (row.overruled or {}):
        return looked._replace(overruled={**(row.overruled or {}), **found})
    return looked._replace(**found)


def _shown(row: Reading, judged: Sentiment | None) -> dict[str, Any]:
    return {
        "mention_id": row.id,
        "first_sentiment": found_sentiment(row)["sentiment"],
        "sentiment": judged.label if judged else "",
    }


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return msgspec.json.encode(list(rows)).decode()


def remove_old_looks(*, now: datetime) -> int:
    """Remove what was looked at long ago, what nobody came to, and what workers died of."""
    values: dict[str, Any] = {
        "done": now - DONE_KEPT,
        "due": now - DUE_KEPT,
        "now": now,
        "claims": CLAIMS_LIMIT,
        "limit": REMOVED_AT_ONCE,
    }
    removed = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_REMOVE, values)
            if not cursor.rowcount:
                return removed
            removed += int(cursor.rowcount)


def are_looks_due(*, now: datetime) -> bool:
    """Whether a worker would find something."""
    due = SecondLook.objects.due()
    return due.exclude(claimed_until__gte=now).exists()
