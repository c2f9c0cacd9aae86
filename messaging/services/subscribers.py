"""Subscribers: they ask, confirm by a link that only they get, and leave with one click."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import SYSTEM
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput, Refusal
from crisisapi.events.services.log import lock_for_change, record_event
from messaging.models import (
    MailKind,
    MailStatus,
    PublicPage,
    Subscriber,
    SubscriberMail,
    SubscriberStatus,
    SubscriptionRequest,
)
from messaging.rules.mail_addresses import cleaned

# How often one address may be asked to confirm, and one network address may ask, in that time.
WITHIN = timedelta(hours=24)
PER_ADDRESS = 3
PER_CLIENT = 30
# Who does not confirm in this time is forgotten, and the link is dead.
CONFIRM_WITHIN = timedelta(days=7)

_SALT = "crisisapi.subscribers"
Step = Literal["confirm", "leave"]


class NoSubscriptions(DomainError):
    """The page does not take subscribers, or no mail leaves."""

    code = "no_subscriptions"
    detail = _("This page sends no updates by e-mail.")


class TooManyRequests(DomainError):
    """Somebody asks for too many addresses."""

    code = "too_many_requests"
    refusal = Refusal.TOO_MANY
    detail = _("Too many requests from your network. Try again tomorrow.")


class DeadLink(DomainError):
    """The link is not one of ours, or too old, or who it was for is gone."""

    code = "dead_link"
    refusal = Refusal.MISSING
    detail = _("This link does not work any more.")


@transaction.atomic
def ask_to_subscribe(
    *, page: PublicPage, address: str, language: str, client: str, now: datetime
) -> None:
    """Send a link to confirm, and say nothing of whether the address is known.

    Refuses what is no address, too many requests of one network address, and a page that takes no
    subscribers. An address that confirmed already, or was asked three times in a day, gets nothing.
    """
    if not can_subscribe(page):
        raise NoSubscriptions
    written = cleaned(address)
    if not written:
        raise InvalidInput(
            errors={"address": [_("Give an e-mail address, e.g. name@example.org.")]}
        )
    address_hash = keyed_hash(written.lower())
    is_asked_enough = _count_request(address_hash, keyed_hash(f"client:{client}"), now)
    subscriber = _known_or_new(page, address_hash, language, now)
    if subscriber.status == SubscriberStatus.CONFIRMED or is_asked_enough:
        return
    subscriber.status = SubscriberStatus.PENDING
    subscriber.address = written
    subscriber.language = _language_of(page, language)
    subscriber.asked_at = now
    subscriber.confirmed_at = subscriber.ended_at = None
    subscriber.failures = 0
    save_change(subscriber, *_ASKED_FIELDS, now=now)
    _ask_to_confirm(subscriber, now)


@transaction.atomic
def confirm_subscriber(*, token: str, now: datetime) -> Subscriber:
    """They followed the link: write to them from now on; confirming twice changes nothing."""
    locked = _lock(token, "confirm", now)
    if locked.status == SubscriberStatus.CONFIRMED:
        return locked
    if locked.status != SubscriberStatus.PENDING:
        raise DeadLink
    locked.status = SubscriberStatus.CONFIRMED
    locked.confirmed_at = now
    save_change(locked, "status", "confirmed_at", now=now)
    _record(locked, "subscriber.confirmed", now)
    return locked


@transaction.atomic
def end_subscription(*, token: str, now: datetime) -> Subscriber:
    """They leave: nothing more is sent, and the address is erased; leaving twice is no mistake."""
    locked = _lock(token, "leave", now)
    if locked.status != SubscriberStatus.LEFT:
        part_with(locked, SubscriberStatus.LEFT, now=now)
    return locked


def part_with(locked: Subscriber, status: SubscriberStatus, *, now: datetime) -> None:
    """Erase the address of a locked subscriber and cancel what was on its way to them."""
    locked.status = status
    locked.address = ""
    locked.ended_at = now
    save_change(locked, "status", "address", "ended_at", "failures", now=now)
    waiting = SubscriberMail.objects.filter(subscriber=locked, status=MailStatus.PENDING)
    waiting.update(status=MailStatus.CANCELLED)
    _record(locked, f"subscriber.{status}", now)


@transaction.atomic
def forget_unconfirmed(*, now: datetime) -> int:
    """Forget who never confirmed, and requests that count no more; return how many people."""
    SubscriptionRequest.objects.filter(created_at__lt=now - WITHIN).delete()
    pending = Subscriber.objects.filter(
        status=SubscriberStatus.PENDING, asked_at__lt=now - CONFIRM_WITHIN
    )
    _rows, by_model = pending.delete()
    return by_model.get(Subscriber._meta.label, 0)


def can_subscribe(page: PublicPage) -> bool:
    """Say whether people may ask for mails of this page."""
    return bool(page.is_published and page.takes_subscribers and settings.MAIL_IS_ON)


def token_of(subscriber: Subscriber, step: Step) -> str:
    """Return what a link to confirm or to leave carries; nobody else can make one."""
    asked = int(subscriber.asked_at.timestamp())
    return signing.dumps([str(subscriber.pk), asked], salt=f"{_SALT}.{step}")


def subscriber_of(token: str, step: Step, *, now: datetime) -> Subscriber:
    """Return whose link it is; refuses one that is forged, too old, or of somebody forgotten."""
    try:
        pk, asked = signing.loads(token, salt=f"{_SALT}.{step}")
    except signing.BadSignature as error:
        raise DeadLink from error
    found = Subscriber.objects.select_related("page").filter(pk=UUID(pk)).first()
    is_old = step == "confirm" and now.timestamp() - asked > CONFIRM_WITHIN.total_seconds()
    if found is None or is_old:
        raise DeadLink
    return found


_ASKED_FIELDS = (
    "status",
    "address",
    "language",
    "asked_at",
    "confirmed_at",
    "ended_at",
    "failures",
)


def _lock(token: str, step: Step, now: datetime) -> Subscriber:
    return lock_for_change(subscriber_of(token, step, now=now), expected_version=None)


def _known_or_new(page: PublicPage, address_hash: str, language: str, now: datetime) -> Subscriber:
    row = Subscriber(
        brand_id=page.brand_id,
        page=page,
        address_hash=address_hash,
        language=_language_of(page, language),
        asked_at=now,
        created_at=now,
        updated_at=now,
    )
    Subscriber.objects.bulk_create([row], ignore_conflicts=True)
    known = Subscriber.objects.get(page=page, address_hash=address_hash)
    return lock_version(Subscriber.objects.all(), known.pk, expected_version=None)


def _count_request(address_hash: str, client_hash: str, now: datetime) -> bool:
    """Write the request down; say whether the address was asked often enough."""
    recent = SubscriptionRequest.objects.filter(created_at__gt=now - WITHIN)
    if recent.filter(client_hash=client_hash).count() >= PER_CLIENT:
        raise TooManyRequests(retry_after=int(WITHIN.total_seconds()))
    asked = recent.filter(address_hash=address_hash).count()
    SubscriptionRequest.objects.create(
        address_hash=address_hash, client_hash=client_hash, created_at=now
    )
    return asked >= PER_ADDRESS


def _ask_to_confirm(subscriber: Subscriber, now: datetime) -> None:
    waiting = {"subscriber": subscriber, "kind": MailKind.CONFIRMATION}
    if SubscriberMail.objects.filter(**waiting, status=MailStatus.PENDING).exists():
        return
    SubscriberMail.objects.create(
        brand_id=subscriber.brand_id, next_attempt_at=now, created_at=now, **waiting
    )


def _language_of(page: PublicPage, language: str) -> str:
    return language if language in page.languages else page.main_language


def keyed_hash(text: str) -> str:
    """Return a keyed hash: without the key of the service, addresses cannot be tried out."""
    key = f"crisisapi.subscribers:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _record(subscriber: Subscriber, verb: str, now: datetime) -> None:
    record_event(
        brand_id=subscriber.brand_id,
        verb=verb,
        instance=subscriber,
        actor=SYSTEM,
        now=now,
        data={"language": subscriber.language},
    )
