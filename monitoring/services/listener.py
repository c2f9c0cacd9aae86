"""The process that listens: a thread for each stream it could take."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from uuid import UUID

import structlog
from django.db import Error, connection, connections
from django.utils import timezone

from monitoring.models import Source
from monitoring.services.intakes import LeaseLost, postpone
from monitoring.services.listening import (
    STREAM_SECONDS,
    Listening,
    begin_listening,
    due_streams,
    give_back,
)

log = structlog.get_logger(__name__)

# Each stream keeps a connection to the database.
MOST = 50
# Containers are killed ten seconds after they were asked to stop.
STOP_SECONDS = 7.0


@dataclass
class _Stream:
    thread: Thread
    listening: Listening
    over: Event = field(default_factory=Event)


class Listener:
    """Takes what nobody listens to, lets go of what was changed; `turn` it about each second."""

    def __init__(
        self, *, stored: Callable[[], None], most: int = MOST, seconds: float = STREAM_SECONDS
    ) -> None:
        self._stored = stored
        self._most = most
        self._seconds = seconds
        self._streams: dict[UUID, _Stream] = {}

    def turn(self) -> None:
        """Look once at what there is to do; survives a database that is away."""
        self._forget()
        try:
            self._let_go()
            self._take()
        except Error as error:
            log.warning("listener.database_away", error=type(error).__name__)
            connection.close()

    def stop(self) -> None:
        """Let go of all within seconds; whoever does not hear it loses its lease."""
        for stream in self._streams.values():
            stream.over.set()
        end = time.monotonic() + STOP_SECONDS
        for stream in self._streams.values():
            stream.thread.join(max(0.0, end - time.monotonic()))
        for stream in self._streams.values():
            if stream.thread.is_alive():
                _take_from(stream.listening)
        self._forget()

    @property
    def held(self) -> frozenset[UUID]:
        """The sources this process listens to."""
        return frozenset(self._streams)

    def _forget(self) -> None:
        self._streams = {k: one for k, one in self._streams.items() if one.thread.is_alive()}

    def _let_go(self) -> None:
        known = Source.objects.filter(pk__in=self._streams, is_active=True)
        versions = dict(known.values_list("pk", "version"))
        for source_id, stream in self._streams.items():
            if versions.get(source_id) != stream.listening.version:
                stream.over.set()

    def _take(self) -> None:
        for source_id in due_streams(now=timezone.now()):
            if len(self._streams) >= self._most:
                return
            if source_id not in self._streams:
                self._begin(source_id)

    def _begin(self, source_id: UUID) -> None:
        over = Event()
        listening = begin_listening(
            source_id, wants_end=over.is_set, stored=self._stored, seconds=self._seconds
        )
        if listening is None:
            return
        thread = Thread(
            target=_run, args=(listening, over), name=f"listen-{source_id}", daemon=True
        )
        self._streams[source_id] = _Stream(thread, listening, over)
        thread.start()


def _run(listening: Listening, over: Event) -> None:
    try:
        listening.run()
    except Error as error:
        log.warning("listener.database_away", error=type(error).__name__)
        give_back(listening.intake, wants_end=over.is_set)
    finally:
        connections.close_all()


def _take_from(listening: Listening) -> None:
    try:
        postpone(listening.intake, until=timezone.now())
    except (LeaseLost, Error):
        log.warning("listener.lease_left", source=str(listening.intake.pk))
