"""How the minutes of the story become seconds."""

import time
from collections.abc import Callable

from crisisapi.local.demo.story import FIRST_MINUTE, LAST_MINUTE

# The hours before the crisis are dull.
_QUIET_SHARE = 0.1


class Pace:
    """Tells the story in so many seconds; one that is taken up later goes on at its place."""

    def __init__(self, seconds: float, *, pause: Callable[[float], None]) -> None:
        self.pause = pause
        self._seconds = seconds
        self._zero: float | None = None

    def wait_for(self, minute: float) -> None:
        """Wait until it is time for a minute; the first one asked for is now."""
        due = self._seconds * share_before(minute)
        if self._zero is None:
            self._zero = time.monotonic() - due
        ahead = self._zero + due - time.monotonic()
        if ahead > 0:
            self.pause(ahead)


def share_before(minute: float) -> float:
    """Return the share of the whole time that is gone when a minute comes, 0 to 1."""
    if minute < 0:
        return _QUIET_SHARE * (minute - FIRST_MINUTE) / -FIRST_MINUTE
    return _QUIET_SHARE + (1 - _QUIET_SHARE) * minute / LAST_MINUTE
