"""A directory under `.local/` that belongs to one set of running processes."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crisisapi.local.errors import RefusedError

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """Where one set of processes keeps data, logs, secrets and its lock."""

    path: Path

    @classmethod
    def named(cls, name: str) -> "Home":
        """Return the home of that name in this checkout."""
        return cls(CHECKOUT / ".local" / name)

    @property
    def processes(self) -> Path:
        return self.path / "processes"

    def make(self) -> None:
        """Make the directories."""
        for directory in (self.path, self.path / "logs", self.processes):
            directory.mkdir(parents=True, exist_ok=True)

    def log(self, name: str) -> Path:
        """Return the log of a process."""
        return self.path / "logs" / f"{name}.log"

    def rotate(self, name: str) -> Path:
        """Keep the last log beside a new empty one, and return the new one."""
        log = self.log(name)
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
        return log

    @contextmanager
    def locked(self, command: str) -> Iterator[None]:
        """Hold the home; refuse when another process holds it."""
        self.make()
        # Never truncated on opening: the loser of the race reads the holder's number.
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = lock.read().strip()
                raise RefusedError(
                    f"`{command}` is already running in this checkout (process {holder}); "
                    "wait for it or stop it."
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def is_in_use(self) -> bool:
        """Return whether another process holds the home now."""
        try:
            with (self.path / "lock").open("r+", encoding="utf-8") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def secret_key(self) -> str:
        """Return the key that signs sessions here, made once and kept."""
        file = self.path / "secret-key"
        if not file.exists() or not (key := file.read_text(encoding="ascii").strip()):
            key = secrets.token_urlsafe(50)
            write_privately(file, key)
        return key

    def share(self, settings: Mapping[str, str]) -> None:
        """Leave the variables that tell of the running services for later commands."""
        write_privately(self.path / "environment.json", json.dumps(dict(settings)))

    def shared(self) -> dict[str, str]:
        """Return the variables that the running services left; refuse when they are not up yet."""
        try:
            text = (self.path / "environment.json").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise RefusedError("The services are still starting; try again in a moment.") from error
        settings: dict[str, str] = json.loads(text)
        return settings

    def unshare(self) -> None:
        """Take the variables back: the services no longer run."""
        (self.path / "environment.json").unlink(missing_ok=True)


def write_privately(file: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    new.replace(file)
