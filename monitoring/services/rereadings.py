"""Reading again what was heard before: asked for, worked off in batches (ADR 16)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.database import server_cursor
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, record_event
from messaging.models import KeyMessage
from monitoring.models import (
    Bucket,
    BucketDelta,
    Query,
    Rereading,
    RereadingKind,
    RereadingState,
    Width,
)
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.services.analysers import analyser_name, is_present
from monitoring.services.echoing import echoed, is_looked_for, reechoed
from monitoring.services.looks_due import ask_anew
from monitoring.services.matching import matched, rematched
from monitoring.services.reading import READ_COLUMNS, Reading, analysed, save_readings

log = structlog.get_logger(__name__)

BATCH = 500
# A batch that fails so often in a row ends its rereading: nobody waits for it any more.
FAILURES_LIMIT = 5
OPEN_LIMIT = 5

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
_NO_ID = UUID(int=0)

# Waits for nobody, and sees who holds what: the batch ends in front of a row somebody else holds.
_TAKE = f"""
WITH wanted AS MATERIALIZED (
    SELECT id, published_at FROM monitoring_mention
    WHERE brand_id = %(brand)s AND (published_at, id) < (%(at)s, %(id)s)
        AND published_at >= %(since)s
    ORDER BY published_at DESC, id DESC LIMIT %(limit)s
)
SELECT wanted.published_at, wanted.id, locked.* FROM wanted LEFT JOIN LATERAL (
    SELECT {READ_COLUMNS} FROM monitoring_mention m WHERE m.id = wanted.id
    FOR UPDATE SKIP LOCKED
) AS locked ON TRUE
ORDER BY wanted.published_at DESC, wanted.id DESC
"""  # noqa: S608 - only names of columns are put in


class TooManyRereadings(DomainError):
    """Each is worked off one after the other."""

    code = "too_many_rereadings"
    detail = _("Enough of this brand's mentions wait to be read again. Wait until some are done.")


class QueryNotActive(DomainError):
    """Its mentions would not be kept up with."""

    code = "query_not_active"
    detail = _("Activate the query first: only active ones are matched.")


@transaction.atomic
def ask_backfill(
    *,
    query: Query,
    actor: Actor,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Rereading:
    """Have the mentions of a range matched with a query, all of them by default.

    An older backfill of the query that is not over is superseded. Refuses a query that is not
    active. A change of a query calls this in its transaction.
    """
    lock_chain(query.brand_id)
    if not query.is_active:
        raise QueryNotActive
    _check_range(since, until)
    drop_backfills(query=query, now=now)
    return _ask(
        Rereading(brand_id=query.brand_id, kind=RereadingKind.BACKFILL, query=query),
        since=since,
        until=until,
        actor=actor,
        now=now,
    )


@transaction.atomic
def ask_echoes(*, key_message: KeyMessage, actor: Actor, now: datetime) -> None:
    """Have what was said since its incident began compared with a key message.

    An older search for it that is not over is superseded. Nothing is looked for once it is put to
    rest or its incident is over: what was found stays. A change of it calls this in its
    transaction.
    """
    lock_chain(key_message.brand_id)
    searches = Rereading.objects.open().filter(key_message=key_message)
    searches.update(state=RereadingState.SUPERSEDED, finished_at=now)
    if not is_looked_for(key_message.pk):
        return
    _ask(
        Rereading(
            brand_id=key_message.brand_id,
            kind=RereadingKind.KEY_MESSAGE,
            key_message=key_message,
        ),
        since=bucket_start(key_message.incident.started_at, FIVE_MINUTES),
        until=None,
        actor=actor,
        now=now,
    )


def drop_backfills(*, query: Query, now: datetime) -> None:
    """End the backfills of a query that are not over, in the caller's transaction."""
    Rereading.objects.open().filter(query=query).update(
        state=RereadingState.SUPERSEDED, finished_at=now
    )


@transaction.atomic
def ask_reanalysis(
    *,
    brand: Brand,
    actor: Actor,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str = "",
) -> Rereading:
    """Have the mentions of a range read by the present analyser, and matched with all queries.

    Those that it has read already are left alone. Refuses a sixth one that waits.
    """
    lock_chain(brand.pk)
    _check_range(since, until)
    waiting = Rereading.objects.open().filter(brand=brand, kind=RereadingKind.REANALYSIS)
    if waiting.count() >= OPEN_LIMIT:
        raise TooManyRereadings
    rereading = Rereading(
        brand=brand,
        kind=RereadingKind.REANALYSIS,
        language=language,
        analyser=analyser_name(),
    )
    return _ask(rereading, since=since, until=until, actor=actor, now=now)


def _check_range(since: datetime | None, until: datetime | None) -> None:
    if since and until and since >= until:
        raise InvalidInput(errors={"since": [_("Give a time before `until`.")]})


def _ask(
    rereading: Rereading,
    *,
    since: datetime | None,
    until: datetime | None,
    actor: Actor,
    now: datetime,
) -> Rereading:
    rereading.created_at = now
    rereading.since, rereading.until = since, until
    rereading.requested_by_id = actor.person_id
    rereading.total = _mentions_in(rereading)
    rereading.save(force_insert=True)
    _record(rereading, "rereading.requested", actor, now)
    return rereading


def _mentions_in(rereading: Rereading) -> int:
    """Return how many mentions are in the range, to five minutes, from the rollups."""
    said = Q(brand_id=rereading.brand_id, query=None)
    if rereading.since:
        said &= Q(started_at__gte=rereading.since)
    if rereading.until:
        said &= Q(started_at__lt=rereading.until)
    if rereading.language:
        said &= Q(language=rereading.language)
    whole = rereading.since is None and rereading.until is None
    folded = Bucket.objects.filter(said, width=Width.DAY if whole else Width.FIVE_MINUTES)
    counted = [
        rows.aggregate(sum=Sum("mentions"))["sum"] or 0
        for rows in (folded, BucketDelta.objects.filter(said))
    ]
    return max(0, sum(counted))


def reread_next(*, now: datetime, limit: int = BATCH) -> bool:
    """Work one batch of what waits, backfills first; returns whether there was anything to do.

    What another worker is at is left to it. A batch that fails is tried again, and ends its
    rereading when it has failed too often.
    """
    ids = Rereading.objects.open().order_by("kind", "created_at").values_list("pk", flat=True)
    return any(_tried(rereading_id, now, limit) for rereading_id in list(ids))


def _tried(rereading_id: UUID, now: datetime, limit: int) -> bool:
    try:
        return reread_batch(rereading_id=rereading_id, now=now, limit=limit)
    except Exception:  # whatever it is, the others have to go on
        log.exception("rereading.failed", rereading=str(rereading_id))
        rows = Rereading.objects.open().filter(pk=rereading_id)
        rows.update(failures=F("failures") + 1)
        if rows.filter(failures__gte=FAILURES_LIMIT):
            _finish(rereading_id, RereadingState.FAILED, now)
        return False


def reread_batch(*, rereading_id: UUID, now: datetime, limit: int = BATCH) -> bool:
    """Read up to `limit` mentions again, the newest first; returns whether that got any further.

    The end is told in a transaction of its own: the chain of the brand comes first (ADR 6).
    """
    with transaction.atomic(), server_cursor() as cursor:
        rows = Rereading.objects.open().select_for_update(skip_locked=True, of=("self",))
        rereading = rows.select_related("query").filter(pk=rereading_id).first()
        if rereading is None:
            return False
        taken = _take(cursor, rereading, limit)
        free = _in_front(taken)
        before = [row for row in free if _is_concerned(rereading, row)]
        after = _read(rereading, before, now)
        changed = save_readings(cursor, before, after)
        ask_anew(cursor, before, after, now=now)
        _note(rereading, free, changed, now)
    if len(taken) < limit and len(free) == len(taken):
        _finish(rereading_id, RereadingState.DONE, now)
        return True
    return bool(free)


def _take(cursor: Any, rereading: Rereading, limit: int) -> list[Reading | None]:
    values = {
        "brand": rereading.brand_id,
        "at": rereading.cursor_at or rereading.until or _LATEST,
        "id": rereading.cursor_id or _NO_ID,
        "since": rereading.since or _EARLIEST,
        "limit": limit,
    }
    cursor.execute(_TAKE, values)
    return [Reading._make(row[2:]) if row[2] else None for row in cursor.fetchall()]


def _in_front(taken: list[Reading | None]) -> list[Reading]:
    """Return the rows in front of the first that somebody else holds."""
    free: list[Reading] = []
    for row in taken:
        if row is None:
            break
        free.append(row)
    return free


def _is_concerned(rereading: Rereading, row: Reading) -> bool:
    """Whoever reads a mention for the first time, after us, does it with the present queries."""
    if row.analysed_at is None or row.removed_at:
        return False
    if rereading.kind != RereadingKind.REANALYSIS:
        return True
    is_old = not is_present(row.analyser) or row.author_key is None
    return is_old and rereading.language in ("", row.language)


def _read(rereading: Rereading, rows: list[Reading], now: datetime) -> list[Reading]:
    if rereading.key_message_id is not None:
        return reechoed(rows, rereading.key_message_id)
    if rereading.query_id is None:
        return echoed(matched(analysed(rows, now=now)))
    # Loaded here, behind the locks, as a reader does.
    return rematched(rows, Query.objects.get(pk=rereading.query_id))


def _note(rereading: Rereading, rows: list[Reading], changed: int, now: datetime) -> None:
    rereading.state = RereadingState.RUNNING
    rereading.started_at = rereading.started_at or now
    rereading.failures = 0
    rereading.changed += changed
    rereading.done += len(rows)
    if rereading.kind == RereadingKind.REANALYSIS:
        rereading.analyser = analyser_name()
    if rows:
        rereading.cursor_at, rereading.cursor_id = rows[-1].published_at, rows[-1].id
    rereading.save()


@transaction.atomic
def _finish(rereading_id: UUID, state: RereadingState, now: datetime) -> None:
    brand_id = Rereading.objects.values_list("brand_id", flat=True).get(pk=rereading_id)
    lock_chain(brand_id)
    rows = Rereading.objects.open().select_for_update(of=("self",))
    rereading = rows.select_related("query", "key_message").filter(pk=rereading_id).first()
    if rereading is None:
        return
    rereading.state, rereading.finished_at = state, now
    rereading.save(update_fields=["state", "finished_at"])
    verb = "rereading.done" if state == RereadingState.DONE else "rereading.failed"
    _record(rereading, verb, SYSTEM, now)


def _record(rereading: Rereading, verb: str, actor: Actor, now: datetime) -> None:
    about = rereading.query or rereading.key_message
    record_event(
        brand_id=rereading.brand_id,
        incident_id=about.incident_id if about else None,
        verb=verb,
        instance=rereading,
        actor=actor,
        now=now,
        data={
            "kind": rereading.kind,
            "query": rereading.query_id,
            "key_message": rereading.key_message_id,
            "since": rereading.since,
            "until": rereading.until,
            "total": rereading.total,
            "changed": rereading.changed,
        },
    )
