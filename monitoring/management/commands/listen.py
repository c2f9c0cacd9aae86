"""Listen to the streams of all sources, until told to stop."""

import signal
from functools import partial
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crisisapi.common.nudges import nudge
from monitoring.services.listener import MOST, Listener
from monitoring.tasks import analyse_mentions

TURN_SECONDS = 1.0


class Command(BaseCommand):
    """One thread for each stream; any number of such processes share the streams."""

    help = "Listen to the streams of all sources. Any number of these may run."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many streams this process holds at most."""
        parser.add_argument(
            "--most", type=int, default=MOST, help=f"streams of this process at most ({MOST})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until SIGTERM or SIGINT."""
        over = Event()

        def end(number: int, frame: FrameType | None) -> None:
            over.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        listener = Listener(most=options["most"], stored=partial(nudge, analyse_mentions))
        while not over.wait(TURN_SECONDS):
            listener.turn()
        listener.stop()
