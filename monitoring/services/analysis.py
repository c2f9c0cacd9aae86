"""Reading mentions in batches: each once, counted in the transaction that reads it."""

from datetime import datetime

from django.db import transaction

from crisisapi.common.database import server_cursor
from monitoring.services.echoing import echoed
from monitoring.services.looks_due import ask_looks
from monitoring.services.matching import matched
from monitoring.services.reading import READ_COLUMNS, Reading, analysed, save_readings

BATCH = 500

# Rows another worker holds are skipped, so that any number of workers share the queue.
_TAKE = f"""
SELECT {READ_COLUMNS} FROM monitoring_mention m
WHERE m.analysed_at IS NULL ORDER BY m.id LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - only names of columns are put in


@transaction.atomic
def analyse_batch(*, now: datetime, limit: int = BATCH) -> int:
    """Analyse and match up to `limit` waiting mentions; returns how many, 0 when none is left.

    A worker that dies in the middle leaves all of them waiting and none counted.
    """
    with server_cursor() as cursor:
        cursor.execute(_TAKE, [limit])
        taken = [Reading._make(row) for row in cursor.fetchall()]
        if not taken:
            return 0
        # Queries and key messages are loaded here, behind the locks: who looks for one in what was
        # read before counts on it (ADR 16).
        read = echoed(matched(analysed(taken, now=now)))
        count = save_readings(cursor, taken, read)
        ask_looks(cursor, read, now=now)
        return count
