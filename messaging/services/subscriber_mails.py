"""Mails to subscribers: made ready for each update, claimed, sent once, recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from crisisapi.common.ids import uuid7
from crisisapi.common.mail import MailOutcome, MailSession
from crisisapi.events.services.log import lock_for_change
from messaging.models import (
    MailKind,
    MailStatus,
    PublicUpdate,
    Subscriber,
    SubscriberMail,
    SubscriberStatus,
)
from messaging.services.subscriber_letters import letter_of
from messaging.services.subscribers import part_with

log = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(minutes=10)
# Whether news of yesterday is worth a mail: an update that could not be made ready in time is not.
FRESH = timedelta(hours=24)
# Waits between attempts; after the last one the mail has failed.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (60, 300, 1_200, 3_600, 14_400))
# Mails in a row that were refused for good; then the address is given up.
REFUSALS = 3
_BATCH = 1_000


def make_mails_ready(*, now: datetime) -> int:
    """Write a mail to each confirmed subscriber for every update that waits; return how many.

    An update is taken by one worker; subscribers who come later get the next one.
    """
    made = 0
    waiting = PublicUpdate.objects.filter(mailed_at=None, withdrawn_at=None)
    for pk in waiting.order_by("published_at").values_list("pk", flat=True)[:_BATCH]:
        made += _make_ready(pk, now)
    return made


@transaction.atomic
def _make_ready(update_id: UUID, now: datetime) -> int:
    rows = PublicUpdate.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    update = rows.filter(pk=update_id, mailed_at=None, withdrawn_at=None).first()
    if update is None:
        return 0
    PublicUpdate.objects.filter(pk=update.pk).update(mailed_at=now)
    if update.published_at < now - FRESH:
        return 0
    readers = Subscriber.objects.confirmed().filter(
        page__brand_id=update.brand_id, confirmed_at__lte=now
    )
    mails = [
        SubscriberMail(
            id=uuid7(),
            brand_id=update.brand_id,
            subscriber_id=reader,
            kind=MailKind.UPDATE,
            update=update,
            next_attempt_at=now,
            created_at=now,
        )
        for reader in readers.values_list("pk", flat=True).iterator()
    ]
    SubscriberMail.objects.bulk_create(mails, batch_size=_BATCH, ignore_conflicts=True)
    return len(mails)


def due_mails(*, now: datetime, limit: int) -> list[UUID]:
    """Return the ids of mails to send, those that ask to confirm first."""
    return list(SubscriberMail.objects.due(now=now).values_list("pk", flat=True)[:limit])


def send_mail(*, mail_id: UUID, session: MailSession, clock: Callable[[], datetime]) -> None:
    """Send a mail that is still pending; whoever comes second does nothing.

    A crash in between leaves it `attempting`, and the sweep makes that `unknown`: an update may
    fail to arrive once, it never arrives twice.
    """
    mail = _claim(mail_id, clock())
    if mail is not None:
        _record(mail, session.send(letter_of(mail)), clock())


def give_up_mails(*, now: datetime) -> int:
    """Set mails whose attempt broke off to `unknown`; return how many."""
    stuck = SubscriberMail.objects.stuck(before=now - GIVE_UP_AFTER)
    return stuck.update(status=MailStatus.UNKNOWN, last_error="broken_off")


def _claim(mail_id: UUID, now: datetime) -> SubscriberMail | None:
    """Claim a pending mail; one that nobody wants any more, or of what was taken down, is not."""
    mine = SubscriberMail.objects.filter(pk=mail_id, status=MailStatus.PENDING)
    if not mine.update(status=MailStatus.ATTEMPTING, attempts=F("attempts") + 1, attempted_at=now):
        return None
    mail = SubscriberMail.objects.select_related("subscriber__page", "update").get(pk=mail_id)
    if _is_wanted(mail):
        return mail
    SubscriberMail.objects.filter(pk=mail_id).update(status=MailStatus.CANCELLED)
    return None


def _is_wanted(mail: SubscriberMail) -> bool:
    if mail.update is None:
        return mail.subscriber.status == SubscriberStatus.PENDING
    return (
        mail.subscriber.status == SubscriberStatus.CONFIRMED
        and not mail.update.is_withdrawn
        and mail.subscriber.page.is_published
    )


def _record(mail: SubscriberMail, outcome: MailOutcome, now: datetime) -> None:
    log.info("subscriber_mail.attempted", mail=str(mail.pk), outcome=outcome.result)
    fields: dict[str, object] = {"status": outcome.result, "last_error": outcome.code}
    if outcome.result == "sent":
        fields["sent_at"] = now
    elif outcome.result == "retry":
        fields |= _next_attempt(mail, now)
    SubscriberMail.objects.filter(pk=mail.pk, status=MailStatus.ATTEMPTING).update(**fields)
    if outcome.result == "failed":
        _count_refusal(mail.subscriber, now)
    elif outcome.result == "sent" and mail.subscriber.failures:
        Subscriber.objects.filter(pk=mail.subscriber_id).update(failures=0)


def _next_attempt(mail: SubscriberMail, now: datetime) -> dict[str, object]:
    if mail.attempts > len(WAITS):
        return {"status": MailStatus.FAILED}
    wait = WAITS[mail.attempts - 1]
    return {"status": MailStatus.PENDING, "next_attempt_at": now + wait}


@transaction.atomic
def _count_refusal(subscriber: Subscriber, now: datetime) -> None:
    """Give an address up that refuses mail after mail."""
    locked = lock_for_change(subscriber, expected_version=None)
    locked.failures += 1
    if locked.failures >= REFUSALS and locked.status == SubscriberStatus.CONFIRMED:
        part_with(locked, SubscriberStatus.UNREACHABLE, now=now)
    else:
        locked.save(update_fields=["failures"])
