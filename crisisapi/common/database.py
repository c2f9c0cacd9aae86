"""Statements with server-side binding, for bulk work where client-side escaping is dear."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def server_cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """Yield a psycopg cursor on Django's connection, in its transaction.

    Parameters travel apart from the statement, bytes as bytes; errors come as Django's.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor
