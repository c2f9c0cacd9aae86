"""Nudges: tell a worker that there is work now; the sweep finds it when the nudge is lost."""

import time
from functools import lru_cache

import redis
import structlog
from celery import Task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError

log = structlog.get_logger(__name__)

# After a failure nobody waits for Redis again for a while.
BREAK_SECONDS = 5.0
# A nudge that no worker took is sent again after this time.
PENDING_SECONDS = 10

_broken_until = 0.0


def nudge(task: Task[..., None], about: str = "") -> None:
    """Send the task after the commit, at most once until a worker starts on it.

    `about` is its one argument, where it has one: the nudges of each are counted apart.
    """
    transaction.on_commit(lambda: _send(task, about), robust=True)


def nudge_taken(task_name: str, about: str = "") -> None:
    """Say, first thing in the task, that whatever is committed from now on needs a new nudge."""
    try:
        _redis().delete(_key(task_name, about))
    except redis.RedisError:
        log.warning("nudge.not_cleared", task=task_name)


def _send(task: Task[..., None], about: str) -> None:
    global _broken_until  # noqa: PLW0603 - the state of a connection is the process's own
    if time.monotonic() < _broken_until:
        return
    try:
        if _redis().set(_key(task.name, about), 1, nx=True, ex=PENDING_SECONDS):
            task.apply_async((about,) if about else ())
    except (redis.RedisError, OperationalError, KombuError, OSError):
        _broken_until = time.monotonic() + BREAK_SECONDS
        log.warning("nudge.lost", task=task.name)


def _key(task_name: str, about: str) -> str:
    return f"nudge:{task_name}:{about}" if about else f"nudge:{task_name}"


def _redis() -> redis.Redis:
    return _client_of(settings.REDIS_URL)


@lru_cache(maxsize=2)
def _client_of(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
