"""Child processes that end with us, and what a crash of ours left behind."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from crisisapi.local.errors import RefusedError, failure
from crisisapi.local.home import CHECKOUT, Home

# Seconds by which a start time may differ: it is counted from a boot time that clocks move.
_SAME_START = 2.0
# Linux only: the kernel signals the child when we die, even by SIGKILL.
_SETPRIV = shutil.which("setpriv")


@dataclass(frozen=True)
class Program:
    """A command to keep running, and how it wants to be stopped."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    # Seconds between the stop signal and SIGKILL.
    patience: float = 4.0
    # Options of setpriv for a program that refuses to run as root.
    privileges: tuple[str, ...] = ()
    directory: Path = CHECKOUT


@dataclass(frozen=True)
class Child:
    """A running program, leader of its own process group."""

    program: Program
    process: subprocess.Popen[bytes]
    home: Home

    @property
    def log(self) -> Path:
        return self.home.log(self.program.name)

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    def stop(self, *, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """Ask the child to end, then end it and all that it started, at once when urgent."""
        stop_group(
            self.process.pid,
            self.program.stop_signal,
            self.program.patience,
            is_awaited=lambda: self.process.poll() is None and not is_urgent(),
        )
        self.process.wait()
        self.forget()

    def forget(self) -> None:
        """Remove the note that the child is running."""
        (self.home.processes / self.program.name).unlink(missing_ok=True)


def leash(program: Program) -> tuple[str, ...]:
    """Return the prefix that makes the kernel stop the program when we die."""
    if not _SETPRIV:
        return ()
    name = program.stop_signal.name.removeprefix("SIG")
    return (_SETPRIV, *program.privileges, "--pdeathsig", name, "--")


def start(program: Program, home: Home) -> Child:
    """Start a program with its output in its log, and note its number for a later clean-up."""
    with home.log(program.name).open("ab") as log:
        process = subprocess.Popen(
            [*leash(program), *program.command],
            cwd=program.directory,
            env=dict(program.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    note = f"{process.pid} {started_at(process.pid)} {program.stop_signal.name}"
    (home.processes / program.name).write_text(note, encoding="ascii")
    return Child(program, process, home)


def wait_for(
    ready: Callable[[], bool], child: Child, *, seconds: float, pause: Callable[[], None]
) -> None:
    """Wait until a child is ready; refuse when it ends or takes too long."""
    end = time.monotonic() + seconds
    while not ready():
        if child.exit_code is not None:
            raise failure(f"{child.program.name} ended while starting", child.log)
        if time.monotonic() > end:
            raise failure(f"{child.program.name} was not ready in {seconds:.0f} seconds", child.log)
        pause()


def stop_leftovers(home: Home) -> list[str]:
    """Stop what an earlier run left running in this home, and return the names."""
    stopped = []
    # Backwards like an orderly end: services were noted first.
    notes = sorted(home.processes.iterdir(), key=lambda file: -file.stat().st_mtime)
    for file in notes:
        match file.read_text(encoding="ascii").split():
            case [number, began, name] if _is_same(int(number), float(began)):
                _stop_stranger(int(number), signal.Signals[name])
                stopped.append(file.name)
        file.unlink(missing_ok=True)
    return stopped


def stop_group(
    leader: int, stop_signal: signal.Signals, patience: float, *, is_awaited: Callable[[], bool]
) -> None:
    """Signal the leader of a process group, wait, then kill what is left of the group."""
    end = time.monotonic() + patience
    _send(os.kill, leader, stop_signal)
    while is_awaited() and time.monotonic() < end:
        time.sleep(0.05)
    _send(os.killpg, leader, signal.SIGKILL)


def started_at(number: int) -> float:
    """Return when a process began (seconds since 1970), or 0 when it is gone."""
    try:
        return float(psutil.Process(number).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def name_of(number: int) -> str:
    """Return the name of a running process, or nothing when it is gone."""
    try:
        process = psutil.Process(number)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(process.name())
    except psutil.NoSuchProcess:
        return ""


def listener(port: int) -> str:
    """Return the process that listens on a TCP port in words, as far as we may know."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        connections = []
    for connection in connections:
        if (
            connection.status == psutil.CONN_LISTEN
            and connection.laddr.port == port
            and connection.pid
        ):
            return f"{name_of(connection.pid)} (process {connection.pid})"
    return "another process"


def _stop_stranger(number: int, stop_signal: signal.Signals) -> None:
    stop_group(number, stop_signal, 10.0, is_awaited=lambda: bool(name_of(number)))
    while name_of(number):
        time.sleep(0.05)


def _is_same(number: int, began: float) -> bool:
    return abs(started_at(number) - began) < _SAME_START


def _send(kill: Callable[[int, int], None], number: int, signal_number: signal.Signals) -> None:
    try:
        kill(number, signal_number)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise RefusedError(
            f"Process {number} of an earlier run belongs to another user: stop it as that user."
        ) from error
