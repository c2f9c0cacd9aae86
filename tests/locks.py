"""Workers that meet at a lock: one waits until another one stands behind it."""

from threading import Event

from django.db import connection

_WAITING = """
SELECT EXISTS (
    SELECT FROM pg_locks AS awaited JOIN pg_locks AS held USING (pid)
    WHERE NOT awaited.granted
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


def let_somebody_wait() -> None:
    """Return as soon as another connection to this database waits for a lock, or after seconds."""
    never = Event()
    with connection.cursor() as cursor:
        for _look in range(1000):
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
            never.wait(0.01)
