"""Turns: one worker at a time at what may be slow, so that the others are free for the rest.

No promise rests on a turn, what is done in it is claimed row by row; it ends with the connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from uuid import UUID

from django.db import connection


@contextmanager
def turn_at(what: UUID) -> Iterator[bool]:
    """Say whether a channel or target is ours to work for, until the end of the block."""
    is_ours = take_turn(what)
    try:
        yield is_ours
    finally:
        if is_ours:
            end_turn(what)


def take_turn(what: UUID) -> bool:
    """Return whether it is ours from now on; false while another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(what)])
        (is_ours,) = cursor.fetchone()
    return bool(is_ours)


def end_turn(what: UUID) -> None:
    """Let others have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(what)])


def _key(what: UUID) -> int:
    return int.from_bytes(blake2b(what.bytes, digest_size=8).digest(), signed=True)
