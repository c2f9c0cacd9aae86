"""The running service a benchmark looks at, and what it costs in processor time."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil  # type: ignore[import-untyped]

from crisisapi.local.errors import failure
from crisisapi.local.home import Home
from crisisapi.local.ports import free_port, is_healthy
from crisisapi.local.processes import Child, Program, start
from crisisapi.local.programs import programs

_START_SECONDS = 90.0


def pause() -> None:
    """Wait a moment; Ctrl-C ends it."""
    time.sleep(0.1)


@dataclass
class Stage:
    """PostgreSQL and Valkey that run already, and the programs of ours that were started."""

    home: Home
    services: Sequence[Child]
    port: int = field(default_factory=free_port)
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start web, worker or beat exactly as `make run` does."""
        environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
        for program in programs(self.home, environ, self.port):
            if program.name in names:
                self._start(program)
        if "web" in names:
            self._wait_for_health("web", self.port)

    def start_web(self, name: str, settings: str) -> int:
        """Start one more web server of the same size with other settings; returns its port."""
        port = free_port()
        environ = {**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": settings}
        web = programs(self.home, environ, port)[0]
        self._start(Program(name=name, command=web.command, environ=environ))
        self._wait_for_health(name, port)
        return port

    def stop(self, *names: str) -> None:
        """Stop the named programs, or all but the services."""
        for name in reversed(names or tuple(self.children)):
            self.children.pop(name).stop()

    def processor_seconds(self) -> dict[str, float]:
        """Return the processor time every part has used so far, its children included."""
        everything = {child.program.name: child for child in self.services} | self.children
        return {name: _seconds(child.process.pid) for name, child in everything.items()}

    def _start(self, program: Program) -> None:
        self.home.rotate(program.name)
        self.children[program.name] = start(program, self.home)

    def _wait_for_health(self, name: str, port: int) -> None:
        end = time.monotonic() + _START_SECONDS
        while not is_healthy(port):
            if time.monotonic() > end or self.children[name].exit_code is not None:
                raise failure(f"{name} did not start", self.home.log(name))
            pause()


def _seconds(number: int) -> float:
    leader = psutil.Process(number)
    total = 0.0
    for process in (leader, *leader.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def machine_seconds() -> float:
    """Return the processor time everything on this machine has used since its start."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - _guests(times))


def _guests(times: object) -> float:
    # Linux counts guests in user time already.
    return float(getattr(times, "guest", 0.0)) + float(getattr(times, "guest_nice", 0.0))


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
