"""The service as real processes on a database of its own, to be killed at any moment."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
import redis
from celery import Task
from psycopg.conninfo import make_conninfo

from tests import templates

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
HURRY_SECONDS = 1.0
# A trigger of a test lets a worker sleep inside of its transaction, as if it were slow there.
_ASLEEP = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'PgSleep'
"""
_OF_OTHERS = """
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Process:
    """A process of the service, in a session of its own."""

    pid: int
    log: Path

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return True
        return False

    def wait(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Return its exit status once it has ended; that of a killed one is not 0."""
        end = time.monotonic() + seconds
        while self.is_running:
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.01)
        status = Path(f"{self.log}.status")
        return int(status.read_text()) if status.exists() else -signal.SIGKILL


class Service:
    """Starts workers and commands, kills them, and asks the database what is true."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self.directory = directory
        self.database_url = database_url
        # Pytest tells the test in it, and tests with one environment share a nursery.
        told = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        self.environment = told | {
            "DATABASE_URL": database_url,
            "LOG_LEVEL": "WARNING",
            # All of the code is read for them, seconds of it for each worker; tests check it.
            "CELERY_SKIP_CHECKS": "true",
        }
        # What is sent to the workers again and again while a test waits, ahead of the beat.
        self.hurried: Task[..., None] | None = None
        # Put before each program, for one that adds a platform of the tests to the sources.
        self.through: list[str] = []
        self._started: list[Process] = []

    def run(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed."""
        command = self.start_command(*arguments)
        status = command.wait()
        printed = command.log.read_text()
        assert status == 0, printed
        return printed

    def start_command(self, *arguments: str) -> Process:
        """Start a management command and go on."""
        return self._start(arguments[0], ["manage.py", *arguments])

    def start_worker(self, *options: str) -> Process:
        """Start a worker of two processes with the beat inside, of all queues unless told."""
        schedule = str(self.directory / "beat")
        celery = ["celery", "-A", "crisisapi", "worker", "-c", "2", "-B", "-s", schedule]
        alone = ["--without-mingle", "--without-gossip"]  # nobody else is waited for
        return self._start("worker", [*celery, *alone, *options])

    def kill(self, process: Process) -> None:
        """Kill a process and its children on the spot, as a lost machine would."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_asleep(self, process: Process, saying: str) -> None:
        """Kill a worker once it sleeps in the database, with all that is still done for it there.

        What a killed worker asked last may be with the database already, which would do it after
        the test has gone on.
        """
        self.wait_for(lambda: self.number(_ASLEEP) > 0, saying)
        self.kill(process)
        self.number(f"SELECT count(pg_terminate_backend(pid)) {_OF_OTHERS}")
        self.wait_for(lambda: not self.number(f"SELECT count(*) {_OF_OTHERS}"), "some go on")

    def stop_softly(self, process: Process, *, within: float) -> int:
        """Ask a process to stop; returns its code, fails when it takes too long (seconds)."""
        os.kill(process.pid, signal.SIGTERM)
        return process.wait(within)

    def number(self, sql: str) -> int:
        """Return the one number a query answers."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(sql.encode()).fetchone()
            assert row is not None
            return int(row[0])

    def change(self, sql: str) -> None:
        """Change rows as nobody but a test may."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(sql.encode())

    def wait_for(
        self, what: Callable[[], bool], saying: str, *, seconds: float = PATIENCE_SECONDS
    ) -> None:
        """Wait until something is so; fail with the logs when it does not come to be."""
        end = time.monotonic() + seconds
        hurry_at = time.monotonic()
        while not what():
            assert time.monotonic() < end, f"{saying}\n{self._logs()}"
            if self.hurried and time.monotonic() >= hurry_at:
                self.hurried.apply_async(expires=HURRY_SECONDS)
                hurry_at += HURRY_SECONDS
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            if process.is_running:
                self.kill(process)

    def _start(self, name: str, arguments: list[str]) -> Process:
        log = self.directory / f"{len(self._started)}-{name}.log"
        nursery = _nursery(tuple(sorted(self.environment.items())))
        wanted = {"arguments": [*self.through, *arguments], "log": str(log)}
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write(json.dumps(wanted) + "\n")
        nursery.stdin.flush()
        process = Process(int(nursery.stdout.readline()), log)
        self._started.append(process)
        return process

    def _logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self.directory.glob("*.log"))


@cache
def _nursery(environment: tuple[tuple[str, str], ...]) -> subprocess.Popen[str]:
    """Return the process that forks others with this environment; it ends with this one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.processes.nursery"],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def service_on_a_new_database(directory: Path) -> Iterator[Service]:
    """Yield the service on a migrated database that is dropped afterwards."""
    name = f"processes_{os.getpid()}"
    templates.create_migrated(name)
    service = Service(directory, make_conninfo(os.environ["DATABASE_URL"], dbname=name))
    try:
        yield service
    finally:
        service.stop()
        templates.drop(name)


def flush_redis() -> None:
    """Lose everything Redis holds for this service."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()
