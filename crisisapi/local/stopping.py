"""Ctrl-C and the other wishes to end, noticed between two steps rather than in the midst of one."""

import signal
import time
from types import FrameType

from crisisapi.local.errors import StoppedError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """The signals that asked for an end since this was made."""

    def __init__(self) -> None:
        self.received: list[int] = []
        for number in _SIGNALS:
            signal.signal(number, self._hear)

    def is_urgent(self) -> bool:
        """Return whether somebody asked twice."""
        return len(self.received) > 1

    def pause(self, seconds: float = 0.1) -> None:
        """Sleep a little; raise StoppedError when an end was asked for."""
        if self.received:
            raise StoppedError
        time.sleep(seconds)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.received.append(number)
