"""The example crisis in a process of its own, so that no fault of it reaches the service."""

import io
import json
import os
import signal
import sys
from types import FrameType

from crisisapi.local.demo import SECONDS, mailbox_of, play


def _leave(number: int, frame: FrameType | None) -> None:
    # An orderly end, so that the terminal gets its cursor back.
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without Hebrew shows question marks instead.
        sys.stdout.reconfigure(errors="replace")
    play(
        **json.load(sys.stdin),
        seconds=float(os.environ.get("DEMO_SECONDS") or SECONDS),
        mailbox=mailbox_of(os.environ),
    )
