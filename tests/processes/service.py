"""The service as real processes on a database of its own, to be killed at any moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from celery import Task
from psycopg.conninfo import make_conninfo

from tests import templates

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
HURRY_SECONDS = 1.0


class Service:
    """Starts workers and commands, kills them, and asks the database what is true."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self.directory = directory
        self.database_url = database_url
        self.environment = os.environ | {"DATABASE_URL": database_url, "LOG_LEVEL": "WARNING"}
        # What is sent to the workers again and again while a test waits, ahead of the beat.
        self.hurried: Task[..., None] | None = None
        self.manage = [sys.executable, "manage.py"]
        self.celery = [sys.executable, "-m", "celery", "-A", "crisisapi"]
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed."""
        done = subprocess.run(
            [*self.manage, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a management command and go on."""
        return self._start(arguments[0], [*self.manage, *arguments])

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker of two processes with the beat inside, of all queues unless told."""
        schedule = str(self.directory / "beat")
        return self._start(
            "worker", [*self.celery, "worker", "-c", "2", "-B", "-s", schedule, *options]
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and its children on the spot, as a lost machine would."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_softly(self, process: subprocess.Popen[bytes], *, within: float) -> int:
        """Ask a process to stop; returns its code, fails when it takes too long (seconds)."""
        process.terminate()
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
        for process in self._running:
            if process.poll() is None:
                self.kill(process)

    def _start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def _logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self.directory.glob("*.log"))


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
