"""The migrated database, kept as a template: migrations run once, not in every run of the tests."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import sql

_PREFIX = "migrated_"


def template_name() -> str:
    """Return the name of the template that these migrations make."""
    digest = hashlib.sha256(django.__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda one: one.name):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.name}/{path.name}\n".encode() + path.read_bytes())
    return _PREFIX + digest.hexdigest()[:16]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one pytest process after the other look for the template, so that one makes it."""
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [_PREFIX])
        yield


def has_template() -> bool:
    """Say whether an earlier run kept the template."""
    with _server() as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template_name()])
        return found.fetchone() is not None


def make_template() -> None:
    """Run the migrations on a database of their own, and keep it as the template."""
    name = template_name() + "_new"
    with _server() as server:
        _drop_all(server)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()  # nobody may be connected to what is renamed
    names = sql.Identifier(name), sql.Identifier(template_name())
    with _server() as server:
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def keep_template() -> None:
    """Keep a copy of the test database, fresh from its migrations, and drop those of before."""
    migrated = str(connection.settings_dict["NAME"])
    assert migrated.startswith("test_"), "no test of this run asked for the test database"
    connection.close()  # nobody may be connected to what is copied
    with _server() as server:
        _drop_all(server)
        _copy(server, migrated, template_name())


def create_migrated(name: str) -> None:
    """Create a database with all tables and no rows."""
    with _server() as server:
        _copy(server, template_name(), name)


def drop(name: str) -> None:
    """Drop a database, whoever is still connected."""
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def end_sessions() -> None:
    """End every connection to the test database, those of threads that nobody waits for too."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    with _server() as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def _drop_all(server: psycopg.Connection) -> None:
    like = [_PREFIX + "%"]
    old = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", like)
    for (name,) in old.fetchall():
        server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _copy(server: psycopg.Connection, source: str, name: str) -> None:
    names = sql.Identifier(name), sql.Identifier(source)
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
