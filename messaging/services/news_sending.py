"""Notifications sent: claimed, tried, tried again later when they did not get there.

Many targets are told side by side, each one thing after the other, the most urgent first: one that
hangs keeps nobody else waiting. What breaks off is sent again: being told twice is better than not
at all. A mail keeps its Message-ID and a webhook its id, so that they are known again.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import translation

from crisisapi.common.sentences import sentence as _
from messaging.models import NotificationTarget, OutgoingNotification, OutgoingStatus
from messaging.models.outgoing_notification import OutgoingNotificationQuerySet
from messaging.services.news_composing import Composed, compose
from messaging.services.news_ways import Attempt, Sending, prepare, refused
from messaging.services.turns import end_turn, take_turn

log = structlog.get_logger(__name__)

# Longer than the hard limit of the task: whoever claimed it is no more.
BROKEN_OFF_AFTER = timedelta(seconds=90)
# Before each further attempt; the last pause repeats until the end.
PAUSES = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)]
GIVE_UP_AFTER = timedelta(hours=24)
# Targets that one worker tells side by side: it mostly waits for their answers.
AT_ONCE = 16

Clock = Callable[[], datetime]
Targets = Literal["all", "healthy", "failing"]


def send_due(
    *,
    clock: Clock,
    to: Targets = "all",
    is_over: Callable[[], bool] = lambda: False,
    at_once: int = AT_ONCE,
) -> None:
    """Send what is due, and what becomes due meanwhile, until nothing is or it `is_over`.

    A target that another worker is at is left to that one.
    """
    _pick_up_broken_off(clock())
    with ThreadPoolExecutor(at_once) as pool:
        sends = _Sends(pool, clock, to, at_once)
        try:
            sends.begin()
            while sends.wait_for_one():
                if not is_over():
                    sends.begin()
        finally:
            sends.end_all()


def awaits_failing(*, now: datetime) -> bool:
    """Return whether anything is due at targets that failed when they were last told."""
    return _due("failing", now=now).exists()


def send_text(target: NotificationTarget, subject: str, *, key: UUID, now: datetime) -> Attempt:
    """Send one sentence to a target, to see whether it gets there."""
    return prepare(target, Composed(subject, ()), key=key, now=now)()


class _Sends:
    """What is being sent, at most one thing to a target at a time."""

    def __init__(self, pool: ThreadPoolExecutor, clock: Clock, to: Targets, at_once: int) -> None:
        self.pool = pool
        self.clock = clock
        self.to: Targets = to
        self.at_once = at_once
        self.running: dict[Future[Attempt], OutgoingNotification] = {}

    def begin(self) -> None:
        """Begin with what is due at targets that nothing is being sent to."""
        busy = {outgoing.target_id for outgoing in self.running.values()}
        for outgoing in _next_of_each(self.to, busy, now=self.clock()):
            if len(self.running) >= self.at_once:
                return
            if take_turn(outgoing.target_id):
                self._begin_one(outgoing)

    def wait_for_one(self) -> bool:
        """Wait until something was sent, or was not; false when nothing is being sent."""
        done, _rest = wait(self.running, return_when=FIRST_COMPLETED)
        self._end(done)
        return bool(done)

    def end_all(self) -> None:
        """Wait for what is being sent."""
        done, _rest = wait(self.running)
        self._end(done)

    def _begin_one(self, outgoing: OutgoingNotification) -> None:
        is_begun = False
        try:
            if _claim(outgoing, now := self.clock()):
                self.running[self.pool.submit(_prepared(outgoing, now))] = outgoing
                is_begun = True
        finally:
            if not is_begun:
                end_turn(outgoing.target_id)

    def _end(self, done: Iterable[Future[Attempt]]) -> None:
        for future in done:
            outgoing = self.running.pop(future)
            try:
                _record(outgoing, _outcome(future), self.clock())
            finally:
                end_turn(outgoing.target_id)


def _pick_up_broken_off(now: datetime) -> None:
    stuck = OutgoingNotification.objects.stuck(before=now - BROKEN_OFF_AFTER)
    stuck.update(status=OutgoingStatus.PENDING, due_at=now)


def _due(to: Targets, *, now: datetime) -> OutgoingNotificationQuerySet:
    due = OutgoingNotification.objects.due(now=now)
    return due if to == "all" else due.filter(target__failing_since__isnull=to == "healthy")


def _next_of_each(
    to: Targets, busy: Iterable[UUID], *, now: datetime
) -> list[OutgoingNotification]:
    """Return what leaves next to each target that is not busy, the most urgent first."""
    due = _due(to, now=now).exclude(target_id__in=list(busy))
    first = due.order_by("target_id", "urgency", "due_at", "id").distinct("target_id")
    return sorted(first, key=lambda one: (one.urgency, one.due_at, one.pk))


def _claim(outgoing: OutgoingNotification, now: datetime) -> bool:
    """Return whether it is ours to send; whoever comes second does nothing."""
    mine = OutgoingNotification.objects.due(now=now).filter(pk=outgoing.pk)
    claim = {"status": OutgoingStatus.SENDING, "attempted_at": now, "attempts": F("attempts") + 1}
    return bool(mine.order_by().update(**claim))


def _prepared(outgoing: OutgoingNotification, now: datetime) -> Sending:
    """Return what sends it; a fault of ours in one keeps no other waiting."""
    try:
        return _worded(outgoing, now)
    except Exception:
        log.exception("notification.not_worded", notification=str(outgoing.pk))
        return _broken


def _worded(outgoing: OutgoingNotification, now: datetime) -> Sending:
    rows = OutgoingNotification.objects.select_related("target__brand", "target__person")
    fresh = rows.get(pk=outgoing.pk)
    with translation.override(fresh.target.spoken):
        if not fresh.target.is_active:
            return refused(_("The target is not active."))
        composed = compose(fresh)
        if composed is None:
            return refused(_("Nothing of it may be seen at this target any more."))
        return prepare(fresh.target, composed, key=fresh.pk, now=now)


def _outcome(future: Future[Attempt]) -> Attempt:
    try:
        return future.result()
    except Exception:
        log.exception("notification.not_sent")
        return _broken()


def _broken() -> Attempt:
    error = _("A fault of ours; the log of the service tells more.")
    return Attempt(is_sent=False, error=error, is_our_fault=True)


@transaction.atomic
def _record(outgoing: OutgoingNotification, attempt: Attempt, now: datetime) -> None:
    rows = OutgoingNotification.objects.filter(pk=outgoing.pk, status=OutgoingStatus.SENDING)
    targets = NotificationTarget.objects.filter(pk=outgoing.target_id)
    log.info("notification.attempted", notification=str(outgoing.pk), sent=attempt.is_sent)
    if attempt.is_sent:
        rows.update(status=OutgoingStatus.SENT, sent_at=now, last_error="")
        targets.exclude(failing_since=None).update(failing_since=None, last_error="")
        return
    is_over = not attempt.may_retry or now - outgoing.created_at > GIVE_UP_AFTER
    pause = attempt.pause or PAUSES[min(outgoing.attempts, len(PAUSES) - 1)]
    rows.update(
        status=OutgoingStatus.FAILED if is_over else OutgoingStatus.PENDING,
        due_at=now + pause,
        last_error=attempt.error,
    )
    if attempt.is_our_fault:
        return
    if attempt.may_retry:
        _let_wait(outgoing.target_id, now + (attempt.pause or PAUSES[0]))
    targets.filter(failing_since=None).update(failing_since=now)
    targets.update(last_error=attempt.error)
    if attempt.is_gone:
        targets.update(is_active=False)


def _let_wait(target_id: UUID, until: datetime) -> None:
    """Let the rest that is due at a target wait as well: it would not get there either."""
    rest = OutgoingNotification.objects.due(now=until).filter(target_id=target_id)
    rest.order_by().update(due_at=until)
