"""Sources: made, changed, their secrets rotated."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import record_event
from monitoring.models import Source
from monitoring.rules.signature import new_webhook_secret


@transaction.atomic
def create_source(
    *, brand: Brand, slug: str, actor: Actor, now: datetime, **fields: Any
) -> tuple[Source, str]:
    """Make a source; returns it with its signing secret, which nobody can read again."""
    secret = new_webhook_secret()
    try:
        with transaction.atomic():
            source = Source.objects.create(
                brand=brand, slug=slug, secret=secret, created_at=now, updated_at=now, **fields
            )
    except IntegrityError as error:
        raise InvalidInput(errors={"slug": [_("The brand has a source of this slug.")]}) from error
    _record(source, "source.created", actor, now, slug=slug, kind=source.kind)
    return source, secret


@transaction.atomic
def change_source(
    *, source: Source, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Source:
    """Change name, platform, or whether it takes anything."""
    locked = lock_version(Source.objects.all(), source.pk, expected_version=expected_version)
    for name, value in fields.items():
        setattr(locked, name, value)
    save_change(locked, *fields, now=now)
    _record(locked, "source.changed", actor, now, fields=sorted(fields))
    return locked


@transaction.atomic
def rotate_secret(
    *,
    source: Source,
    overlap: timedelta,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> tuple[Source, str]:
    """Make a new signing secret; the one before works for `overlap` more."""
    locked = lock_version(Source.objects.all(), source.pk, expected_version=expected_version)
    secret = new_webhook_secret()
    locked.previous_secret, locked.secret = locked.secret, secret
    locked.previous_secret_until = now + overlap
    save_change(locked, "secret", "previous_secret", "previous_secret_until", now=now)
    _record(
        locked, "source.secret_rotated", actor, now, overlap_hours=overlap.total_seconds() / 3600
    )
    return locked, secret


def usable_secrets(source: Source, *, now: datetime) -> list[str]:
    """Return the secrets that sign for a source now, the newest first; never an empty one."""
    found = [source.secret]
    if source.previous_secret_until and now < source.previous_secret_until:
        found.append(source.previous_secret)
    return [secret for secret in found if secret]


def _record(source: Source, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=source.brand_id, verb=verb, instance=source, actor=actor, now=now, data=data
    )
