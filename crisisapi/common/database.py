"""How the service talks with PostgreSQL: what each connection begins with, bulk statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


def plan_alone(*, connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Let a new connection read without helpers: starting them takes longer than our reads.

    A statement of its own, since poolers refuse settings in the start of a connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


@contextmanager
def server_cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """Yield a psycopg cursor on Django's connection, in its transaction.

    Parameters travel apart from the statement, bytes as bytes; errors come as Django's.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
