"""Notification targets: added, changed, tried."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.common.ids import uuid7
from crisisapi.common.setup import parts_of_address
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from messaging.models import NewsKind, NotificationTarget, Timing, Way
from messaging.rules.signing import new_webhook_secret
from messaging.services.news_sending import send_text
from messaging.services.news_ways import Attempt

_check_mail = EmailValidator()
_check_url = URLValidator(schemes=["https", "http"])
_NO_RECEIVER = _("Give an address that begins with https://, without a name and password in it.")


class MailboxExists(DomainError):
    """A person has one mailbox in a brand."""

    code = "mailbox_exists"
    detail = _("Your mails have a target already. Change that one.")


class NotSigned(DomainError):
    """Only webhooks are signed."""

    code = "target_not_signed"
    detail = _("Only webhooks have a signing secret.")


@transaction.atomic
def add_target(
    *, brand: Brand, person: User | None, actor: Actor, now: datetime, **fields: Any
) -> NotificationTarget:
    """Name an address for a person, or for the team; refuses a second mailbox of a person.

    A webhook, which is for teams alone, gets a signing secret: `secret` of what is returned.
    """
    lock_chain(brand.pk)
    target = NotificationTarget(
        brand=brand, person=person, created_at=now, updated_at=now, **fields
    )
    _check(target)
    if target.way == Way.WEBHOOK:
        target.secret = new_webhook_secret()
    try:
        with transaction.atomic():
            target.save(force_insert=True)
    except IntegrityError as error:
        raise MailboxExists from error
    _record(target, "added", actor, now, way=target.way, person=target.person_id)
    return target


@transaction.atomic
def change_target(
    *,
    target: NotificationTarget,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> NotificationTarget:
    """Change when and where it is told; one that failed begins anew, whatever is said of it."""
    locked = lock_for_change(target, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed and locked.failing_since is None:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _check(locked)
    locked.failing_since, locked.last_error = None, ""
    save_change(locked, *changed, "failing_since", "last_error", now=now)
    _record(locked, "changed", actor, now, fields=sorted(changed))
    return locked


@transaction.atomic
def rotate_target_secret(
    *,
    target: NotificationTarget,
    overlap: timedelta,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> NotificationTarget:
    """Make a new signing secret; for `overlap` more the one before signs as well."""
    locked = lock_for_change(target, expected_version=expected_version)
    if locked.way != Way.WEBHOOK:
        raise NotSigned
    locked.previous_secret, locked.secret = locked.secret, new_webhook_secret()
    locked.previous_secret_until = now + overlap
    save_change(locked, "secret", "previous_secret", "previous_secret_until", now=now)
    hours = overlap.total_seconds() / 3600
    _record(locked, "secret_rotated", actor, now, overlap_hours=hours)
    return locked


def try_target(*, target: NotificationTarget, now: datetime) -> Attempt:
    """Send one sentence there now, and return what came of it; nothing is kept."""
    with translation.override(target.spoken):
        sentence = _now("This is how Crisis API tells you what happens.")
        return send_text(target, sentence, key=uuid7(), now=now)


def _check(target: NotificationTarget) -> None:
    errors = _errors_of_address(target)
    if not _are_timings(target.kinds):
        known, timings = ", ".join(NewsKind.values), ", ".join(Timing.values)
        sentence = _("Name a timing (%(timings)s) for each of these as you like: %(known)s.")
        errors["kinds"] = [sentence % {"timings": timings, "known": known}]
    if (target.quiet_from is None) != (target.quiet_until is None):
        errors["quiet_until"] = [_("Give both ends of the quiet hours, or none.")]
    if errors:
        raise InvalidInput(errors=errors)


def _errors_of_address(target: NotificationTarget) -> dict[str, list[object]]:
    address, is_of_team = target.address, target.is_of_team
    if target.way == Way.WEBHOOK and not is_of_team:
        return {"way": [_("Webhooks are for teams; managers name them.")]}
    if target.way == Way.WEBHOOK:
        return {} if parts_of_address(address) else {"address": [_NO_RECEIVER]}
    if target.way == Way.CHAT and not _is_valid(_check_url, address):
        return {"address": [_("Give the address of an incoming webhook, https://…")]}
    if target.way == Way.EMAIL and is_of_team and not _is_valid(_check_mail, address):
        return {"address": [_("Give the e-mail address of the team.")]}
    if target.way == Way.EMAIL and not is_of_team and address:
        return {"address": [_("Leave it empty: your mails go to the address of your account.")]}
    return {}


def _is_valid(check: Any, value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


def _are_timings(kinds: Any) -> bool:
    return isinstance(kinds, Mapping) and all(
        kind in NewsKind.values and timing in Timing.values for kind, timing in kinds.items()
    )


def _record(
    target: NotificationTarget, change: str, actor: Actor, now: datetime, **data: object
) -> None:
    """Tell that it changed, never its address."""
    record_event(
        brand_id=target.brand_id,
        verb=f"notificationtarget.{change}",
        instance=target,
        actor=actor,
        now=now,
        data=data,
    )
