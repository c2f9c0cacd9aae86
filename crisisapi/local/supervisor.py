"""Keeps programs running: starts again what ends, and gives up on what keeps ending."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from crisisapi.local.errors import failure
from crisisapi.local.home import Home
from crisisapi.local.processes import Child, Program, start

# So many ends within so many seconds, and it is not going to get better.
_TOO_MANY = 5
_WITHIN = 60.0
_FIRST_DELAY = 0.5


@dataclass
class _Watched:
    child: Child
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=_TOO_MANY))
    # When to start it again; None while it runs.
    due: float | None = None


class Supervisor:
    """The programs of one home, in the order of their start."""

    def __init__(
        self,
        home: Home,
        *,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = home
        self._tell = tell
        self._clock = clock
        self._watched: list[_Watched] = []

    def adopt(self, child: Child) -> None:
        """Watch a program that already runs."""
        self._watched.append(_Watched(child))

    def start(self, program: Program) -> None:
        """Start a program with a new log and watch it."""
        self._home.rotate(program.name)
        self.adopt(start(program, self._home))

    def check(self) -> None:
        """Start again what ended; refuse to go on when a program keeps ending."""
        for watched in self._watched:
            if watched.due is None:
                self._notice_end(watched)
            elif self._clock() >= watched.due:
                watched.child = start(watched.child.program, self._home)
                watched.due = None

    def stop(self, *, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """Stop all programs, the last started first; without patience once it is urgent."""
        while self._watched:
            self._watched.pop().child.stop(is_urgent=is_urgent)

    def _notice_end(self, watched: _Watched) -> None:
        child, now = watched.child, self._clock()
        code = child.exit_code
        if code is None:
            return
        # What it started may have outlived it.
        child.stop()
        watched.ends.append(now)
        recent = [moment for moment in watched.ends if now - moment < _WITHIN]
        name = child.program.name
        if len(recent) >= _TOO_MANY:
            raise failure(
                f"{name} ended {_TOO_MANY} times in a minute, so all was stopped", child.log
            )
        delay = _FIRST_DELAY * 2 ** (len(recent) - 1)
        watched.due = now + delay
        self._tell(f"{name} ended ({_in_words(code)}); it starts again in {delay:g} s.")


def _in_words(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
