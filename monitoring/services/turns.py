"""Work of which one worker does one piece at a time: whose turn it is, until the commit.

Advisory locks of PostgreSQL; every number of ours is given out here, so that no two kinds of work
wait for each other by accident.
"""

import hashlib
from enum import IntEnum, unique
from typing import Any
from uuid import UUID


@unique
class Work(IntEnum):
    """Kinds of work that are done for all brands together."""

    FOLD_BUCKETS = 4_812_001
    FOLD_SKETCHES = 4_812_002
    FOLD_ECHOES = 4_812_003
    FOLD_ASKED = 4_812_004
    FOLD_AUTHORS = 4_812_005


def turn_of_brand(work: str, brand_id: UUID) -> int:
    """Return the number of a kind of work that is done for each brand apart."""
    digest = hashlib.sha256(f"monitoring.{work}:".encode() + brand_id.bytes).digest()
    return int.from_bytes(digest[:8], signed=True)


def is_our_turn(cursor: Any, turn: int) -> bool:
    """Take a turn that nobody has; False when another worker is at it."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [turn])
    return bool(cursor.fetchone()[0])


def wait_for_turn(cursor: Any, turn: int) -> None:
    """Take a turn as soon as nobody has it."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn])


def fold(cursor: Any, statement: str, *sweeps: str, turn: Work, limit: int) -> int:
    """Fold up to `limit` deltas, and remove what they emptied; 0 when another worker is at it.

    The statement answers with how many it took and, for each sweep, the ids of what holds nothing
    any more.
    """
    if not is_our_turn(cursor, turn):
        return 0
    cursor.execute(statement, [limit])
    folded, *emptied = cursor.fetchone()
    for sweep, empty in zip(sweeps, emptied, strict=True):
        if empty:
            cursor.execute(sweep, [empty])
    return int(folded)
