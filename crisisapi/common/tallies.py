"""Tallies: what happens too often to be written down each time is counted in Redis.

Gathered now and then by a worker. What Redis forgets was counted for nothing: only for what may
be off by a little.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

# After a failure nobody waits for Redis again for a while.
BREAK_SECONDS = 5.0
KEPT_SECONDS = 86_400

# By address, until when; the state of a connection is the process's own.
_broken: dict[str, float] = {}


@dataclass(frozen=True)
class Tally:
    """How often something happened from the first to the last time, and what was said last."""

    times: int
    first_at: datetime
    last_at: datetime
    said: str


def tally(name: str, *, said: str, now: datetime) -> None:
    """Count something once more; never fails, and waits for Redis a second at most."""
    url = settings.REDIS_URL
    if time.monotonic() < _broken.get(url, 0.0):
        return
    try:
        with _client_of(url).pipeline() as pipe:
            pipe.hincrby(_key(name), "times", 1)
            pipe.hsetnx(_key(name), "first", now.timestamp())
            pipe.hset(_key(name), mapping={"last": now.timestamp(), "said": said[:200]})
            pipe.expire(_key(name), KEPT_SECONDS)
            pipe.execute()
    except redis.RedisError:
        _broken[url] = time.monotonic() + BREAK_SECONDS
        log.warning("tally.lost", name=name)


def gather_tallies(names: Iterable[str]) -> dict[str, Tally]:
    """Return what was counted under these names since it was last gathered, and begin anew."""
    asked = list(names)
    try:
        with _client_of(settings.REDIS_URL).pipeline() as pipe:
            for name in asked:
                pipe.hgetall(_key(name))
                pipe.delete(_key(name))
            found = pipe.execute()[::2]
    except redis.RedisError:
        log.warning("tallies.not_gathered")
        return {}
    return {name: _read(row) for name, row in zip(asked, found, strict=True) if b"times" in row}


def _read(row: Mapping[bytes, bytes]) -> Tally:
    first, last = (datetime.fromtimestamp(float(row[name]), UTC) for name in (b"first", b"last"))
    return Tally(int(row[b"times"]), first, last, row[b"said"].decode())


def _key(name: str) -> str:
    return f"tally:{name}"


@lru_cache(maxsize=2)
def _client_of(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
