"""Overload: the intake slows down and says so, instead of taking what it cannot keep."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import DomainError, Refusal
from monitoring.models import Mention

log = structlog.get_logger(__name__)

# So many mentions have to wait too long before the analysis counts as behind: one that was
# edited, or a quiet night without a worker, is no overload.
BEHIND_FROM = 1000
MEASURED_EVERY = 2
# The sender comes back somewhere between, so that not all come back together.
BUSY_SECONDS = (1, 3)
BEHIND_SECONDS = (20, 40)
# What is being stored takes tenths of a second, so that most who wait get their turn.
TURN_SECONDS = 2.0


class IntakeBusy(DomainError):
    """As much is being stored as may be at once."""

    code = "intake_busy"
    refusal = Refusal.TOO_MANY
    detail = _("More is pushed than can be stored right now. Push the same again in a moment.")


class IntakeBehind(DomainError):
    """The analysis does not keep up with what is pushed."""

    code = "intake_behind"
    refusal = Refusal.TOO_MANY
    detail = _("The analysis does not keep up. Push the same again later.")


class Gate:
    """Lets so many through at once; others wait for their turn, and not for long."""

    def __init__(self, most: int, *, seconds: float = TURN_SECONDS) -> None:
        self.seconds = seconds
        self._places = BoundedSemaphore(most)

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Hold a place; raises `IntakeBusy` when none gets free in time."""
        if not self._places.acquire(timeout=self.seconds):
            log.warning("intake.busy")
            raise IntakeBusy(retry_after=_between(BUSY_SECONDS))
        try:
            yield
        finally:
            self._places.release()


# One for each web process: its other threads go on answering people.
GATE = Gate(settings.INTAKE_AT_ONCE)


def refuse_when_behind(*, now: datetime) -> None:
    """Raise `IntakeBehind` while many mentions wait for the analysis for too long."""
    is_behind = cache.get("intake_behind")
    if is_behind is None:
        is_behind = _is_behind(now)
        cache.set("intake_behind", is_behind, MEASURED_EVERY)
    if is_behind:
        log.warning("intake.behind")
        raise IntakeBehind(retry_after=_between(BEHIND_SECONDS))


@contextmanager
def bounded_statements() -> Iterator[None]:
    """Break off what the database does not do in time; all of the block, or nothing, is stored."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {settings.INTAKE_PATIENCE_SECONDS}000")
        yield


def _is_behind(now: datetime) -> bool:
    """Look at one row behind a thousand of the index of those that wait, however many there are."""
    waiting = Mention.objects.filter(analysed_at__isnull=True).order_by("id")
    since = waiting.values_list("created_at", flat=True)[BEHIND_FROM - 1 : BEHIND_FROM].first()
    patience = timedelta(seconds=settings.INTAKE_BACKLOG_SECONDS)
    return since is not None and now - since > patience


def _between(seconds: tuple[int, int]) -> int:
    return random.randint(*seconds)  # noqa: S311
