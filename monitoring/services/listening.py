"""Listening: a stream that stays open is held by one process, page by page into the store."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db import Error, connection
from django.utils import timezone

from crisisapi.common.sentences import sentence as _
from monitoring.models import Delivery, DeliveryStatus, Intake, SourceState
from monitoring.services.accounts import account_of
from monitoring.services.budgets import holding_stream, renew_stream, spend_aside
from monitoring.services.fetching import (
    before_call,
    due_intakes,
    is_streamed,
    keep_evidence,
    store_page,
)
from monitoring.services.intakes import (
    LEASE,
    LeaseLost,
    claim_intake,
    error_fields,
    hold_lease,
    note_heard,
    postpone,
    settle,
    settle_break,
)
from monitoring.services.wanted import resolve_wanted
from monitoring.sources import PROVIDERS
from monitoring.sources.http import Calls, SourceFault

log = structlog.get_logger(__name__)

# Opened anew from time to time: a connection that is half dead ends so.
STREAM_SECONDS = 3600.0
# A stream that ends sooner by itself is not opened at once again and again.
SHORT_SECONDS = 5.0
RENEWED_EVERY = LEASE.total_seconds() / 6
LOOKED_UP_EVERY = 15.0
LOOKED_UP_SECONDS = 5.0
# A stream that waits so long for somebody to listen has nobody.
UNHEARD_AFTER = timedelta(minutes=2)


class Listening:
    """One source that is listened to, until `wants_end` says so or the stream is over.

    `stored` is called after each page. `version` is that of the source it listens with.
    """

    def __init__(
        self,
        intake: Intake,
        *,
        wants_end: Callable[[], bool],
        stored: Callable[[], None],
        seconds: float = STREAM_SECONDS,
    ) -> None:
        self.intake = intake
        self.version = intake.source.version
        self._wants_end = wants_end
        self._stored = stored
        self._account = account_of(intake.source, now=timezone.now(), tokens=intake.tokens)
        self._provider = PROVIDERS[intake.source.kind]
        self._budget = self._provider.budget(self._account)
        self._spend: Callable[[], None] = partial(spend_aside, self._budget)
        self._calls = Calls(self._before, goes_on=self._goes_on, stream_seconds=seconds)
        self._unread: SourceFault | None = None
        self._noted = self._came = False
        self._renew_at = self._look_up_at = 0.0

    def run(self) -> None:
        """Listen, and note how it ended; what goes wrong is never raised but by the database."""
        began = time.monotonic()
        try:
            with holding_stream(self._budget, now=timezone.now()) as self._spend:
                self._listen()
            if not self._wants_end() and time.monotonic() - began < SHORT_SECONDS:
                raise SourceFault("ended", _("The platform ended the stream at once."))
            postpone(self.intake, until=timezone.now())
        except LeaseLost:
            log.info("stream.taken_over", source=str(self.intake.pk))
        except SourceFault as fault:
            self._break(fault)
        except Error:
            raise
        except Exception:
            source = self.intake.source
            log.exception("source.provider_failed", source=str(source.pk), kind=source.kind)
            self._break(SourceFault.broken())

    def _listen(self) -> None:
        pages = self._provider.fetch(
            self._account, self.intake.cursor, self._calls, now=timezone.now()
        )
        for page in pages:
            self._heard(store_page(self.intake, page, now=timezone.now()), page.warning)
            self._stored()
            if self._wants_end():
                return

    def _before(self) -> None:
        before_call(self.intake, self._spend)

    def _goes_on(self, heard: bool) -> bool:  # noqa: FBT001 - a callback with one fact
        now = time.monotonic()
        self._came = self._came or heard
        if heard and not self._noted:
            self._note()
        elif now >= self._renew_at:
            self._renew()
        if now >= self._look_up_at:
            self._look_up_at = now + LOOKED_UP_EVERY
            self._look_up()
        return not self._wants_end()

    def _heard(self, delivery: Delivery, warning: SourceFault | None) -> None:
        before, self._unread = self._unread, warning
        if delivery.status == DeliveryStatus.FAILED:
            self._unread = SourceFault(delivery.error_code, delivery.error_detail)
        if not self._noted or (before is None) != (self._unread is None):
            self._note()

    def _renew(self) -> None:
        hold_lease(self.intake, **({"succeeded_at": timezone.now()} if self._came else {}))
        renew_stream(self._budget)
        self._renew_at, self._came = time.monotonic() + RENEWED_EVERY, False

    def _note(self) -> None:
        note_heard(self.intake, now=timezone.now(), unread=self._unread)
        self._noted = True
        self._renew_at = time.monotonic() + RENEWED_EVERY

    def _look_up(self) -> None:
        """Look up ids that came without their posts; the stream waits, and so do its lines."""
        try:
            end = time.monotonic() + LOOKED_UP_SECONDS
            resolve_wanted(self.intake, Calls(self._before), end=end)
        except SourceFault as fault:
            self._look_up_at += fault.retry_after or LOOKED_UP_EVERY

    def _break(self, fault: SourceFault) -> None:
        now = timezone.now()
        log.info("stream.broke", source=str(self.intake.pk), code=fault.code)
        keep_evidence(self.intake, self._budget, fault, now=now)
        try:
            settle_break(self.intake, fault, now=now)
        except LeaseLost:
            log.info("stream.taken_over", source=str(self.intake.pk))


def due_streams(*, now: datetime) -> list[UUID]:
    """Return the streams that are to be listened to and that nobody holds."""
    return [one.pk for one in due_intakes(now=now) if is_streamed(one.source, now=now)]


def begin_listening(
    source_id: UUID,
    *,
    wants_end: Callable[[], bool],
    stored: Callable[[], None],
    seconds: float = STREAM_SECONDS,
) -> Listening | None:
    """Take a stream; None when somebody else has it."""
    intake = claim_intake(source_id, now=timezone.now())
    if intake is None:
        return None
    return Listening(intake, wants_end=wants_end, stored=stored, seconds=seconds)


def give_back(intake: Intake, *, wants_end: Callable[[], bool]) -> None:
    """Let others listen after the database threw us out, as soon as it answers again."""
    end = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            connection.close()
            postpone(intake, until=timezone.now())
        except LeaseLost:
            return
        except Error:
            if wants_end() or time.monotonic() > end:
                return
            time.sleep(1)
        else:
            return


def note_unheard(*, now: datetime) -> None:
    """Say at each stream that waits for long that nobody listens."""
    for waiting in due_streams(now=now - UNHEARD_AFTER):
        intake = Intake.objects.get(pk=waiting)
        if intake.error_code == "not_listened" and intake.state == SourceState.FAILING:
            continue
        claimed = claim_intake(waiting, now=now)
        if claimed is not None:
            sentence = _("No process listens to streams. Start `manage.py listen`.")
            fault = SourceFault("not_listened", sentence, needs_person=True)
            fields = error_fields(claimed, fault, now)
            settle(claimed, SourceState.FAILING, now, attempted_at=intake.attempted_at, **fields)
