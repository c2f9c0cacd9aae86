"""Emptying the database after a test that committed: only tables that hold rows, nothing else.

Django's own flush empties every table and makes all permissions anew, which takes longer than
most of the tests it follows.
"""

from typing import Any

from django.db import connection

# What the migrations leave, and Django needs.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_tables(_test: Any = None) -> None:
    """Leave the database as a flush would: no rows but those of content types and permissions."""
    filled = [name for name in _filled() if name not in _KEPT]
    if filled:
        names = ", ".join(map(connection.ops.quote_name, filled))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names} CASCADE")


def _filled() -> list[str]:
    quoted = connection.ops.quote_name
    asked = [
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {quoted(name)})"  # noqa: S608
        for name in connection.introspection.django_table_names(only_existing=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]
