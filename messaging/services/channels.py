"""Channels of a brand."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError
from crisisapi.events.services.log import record_event
from messaging.models import Channel


class ChannelExists(DomainError):
    """The brand has a channel of this name."""

    code = "channel_exists"
    detail = _("There is a channel of this name already.")


@transaction.atomic
def add_channel(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> Channel:
    """Add a place to publish to; raises `ChannelExists`."""
    try:
        with transaction.atomic():
            channel = Channel.objects.create(brand=brand, created_at=now, updated_at=now, **fields)
    except IntegrityError as error:
        raise ChannelExists from error
    _record(channel, "channel.added", actor, now, name=channel.name, platform=channel.platform)
    return channel


@transaction.atomic
def change_channel(
    *, channel: Channel, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Channel:
    """Change a channel, or set it inactive; raises `ChannelExists`."""
    locked = lock_version(Channel.objects.all(), channel.pk, expected_version=expected_version)
    for name, value in fields.items():
        setattr(locked, name, value)
    try:
        with transaction.atomic():
            save_change(locked, *fields, now=now)
    except IntegrityError as error:
        raise ChannelExists from error
    _record(locked, "channel.changed", actor, now, fields=sorted(fields))
    return locked


def _record(channel: Channel, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=channel.brand_id, verb=verb, instance=channel, actor=actor, now=now, data=data
    )
