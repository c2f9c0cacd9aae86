"""Reading a stream beside storing it: what comes while something is stored waits in a queue."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue

# How long nothing may come before whoever listens is asked whether to go on.
PULSE_SECONDS = 1.0
# Lines that wait, and how much they hold; above it nothing more is read, and the platform feels it.
LINES_WAITING = 1000
BYTES_WAITING = 8 * 1024 * 1024

# Yields lines, None once the stream is open; is told by a callable when nobody wants more.
Read = Callable[[Callable[[], bool]], Iterator[bytes | None]]


class Ended:
    """What a stream ended with; None when it ended by itself."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Hearing:
    """A stream that is read by a thread of its own."""

    def __init__(self, read: Read) -> None:
        self._read = read
        # No more is wanted; and nobody takes what was read by then.
        self._over = threading.Event()
        self._gone = threading.Event()
        self._queue: Queue[bytes | Ended | None] = Queue()
        self._room = threading.Condition()
        self._bytes = 0
        self.thread = threading.Thread(target=self._run, name="hearing", daemon=True)

    def start(self) -> None:
        """Read from now on."""
        self.thread.start()

    def stop(self) -> None:
        """Read no more, and forget what was read."""
        self._over.set()
        self._gone.set()
        with self._room:
            self._room.notify()

    def lines(self, goes_on: Callable[[bool], bool]) -> Iterator[bytes]:
        """Yield what was read, and an empty line for each second in which nothing more came.

        `goes_on` hears about each second whether anything came. When it says no, what was read
        by then is yielded before the end. Raises what the reading ended with.
        """
        heard, pulse_at, is_open = False, time.monotonic() + PULSE_SECONDS, False
        while not self._over.is_set():
            item = self._next(pulse_at - time.monotonic())
            if isinstance(item, Ended):
                if item.error is not None:
                    raise item.error
                return
            heard = heard or item != _NOTHING
            is_open = is_open or heard
            if time.monotonic() >= pulse_at:
                if not goes_on(heard):
                    self._over.set()
                heard, pulse_at = False, time.monotonic() + PULSE_SECONDS
            if is_open and item is not None:
                yield b"" if item == _NOTHING else item
        yield from self._left()

    def _next(self, seconds: float) -> bytes | Ended | None:
        try:
            item = self._queue.get(timeout=max(0.0, seconds))
        except Empty:
            return _NOTHING
        with self._room:
            self._bytes -= _size_of(item)
            self._room.notify()
        return item

    def _left(self) -> Iterator[bytes]:
        end = time.monotonic() + 2 * PULSE_SECONDS
        while not isinstance(item := self._next(end - time.monotonic()), Ended):
            if item == _NOTHING:
                return
            if item is not None:
                yield item

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for line in self._read(self._over.is_set):
                self._put(line)
        except BaseException as raised:  # noqa: BLE001 - it is raised where somebody listens
            error = raised
        self._put(Ended(error))

    def _put(self, item: bytes | Ended | None) -> None:
        """Let an item wait for whoever listens, as soon as there is room; nobody gone has any."""
        size = _size_of(item)
        with self._room:
            self._room.wait_for(lambda: self._gone.is_set() or self._has_room(size))
            if not self._gone.is_set():
                self._bytes += size
                self._queue.put(item)

    def _has_room(self, size: int) -> bool:
        """Whether an item may wait; one that is larger than all of the room may alone."""
        waiting = self._queue.qsize()
        return not waiting or (waiting < LINES_WAITING and self._bytes + size <= BYTES_WAITING)


def _size_of(item: bytes | Ended | None) -> int:
    return len(item) if isinstance(item, bytes) else 0


# No line of a platform is a line break.
_NOTHING = b"\n"


@contextmanager
def reading(read: Read) -> Iterator[Hearing]:
    """Yield a stream that is being read, until somebody has had enough."""
    hearing = Hearing(read)
    hearing.start()
    try:
        yield hearing
    finally:
        hearing.stop()
