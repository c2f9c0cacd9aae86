"""Channels of a brand: set up, changed, and what a way is given of them."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.common.setup import merged, wrong_values
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from messaging.channels import WAYS
from messaging.models import Channel, ChannelKind, Platform

_NO_FIELD = _("This kind of channel has no such field.")

# What the last test said holds as long as none of these changes.
_TESTED = {"kind", "platform", "settings", "credentials"}


class ChannelExists(DomainError):
    """The brand has a channel of this name."""

    code = "channel_exists"
    detail = _("There is a channel of this name already.")


@transaction.atomic
def add_channel(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> Channel:
    """Add a place to publish to; raises `ChannelExists`.

    Refuses, at the field, a kind that does not reach the platform, and settings and credentials
    that the kind does not know, misses, or that make no sense (`InvalidInput`).
    """
    lock_chain(brand.pk)
    channel = Channel(brand=brand, created_at=now, updated_at=now, **fields)
    check_setup(channel)
    try:
        with transaction.atomic():
            channel.save(force_insert=True)
    except IntegrityError as error:
        raise ChannelExists from error
    said = {"name": channel.name, "platform": channel.platform, "kind": channel.kind}
    _record(channel, "channel.added", actor, now, **said)
    return channel


@transaction.atomic
def change_channel(
    *, channel: Channel, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Channel:
    """Change a channel, or set it inactive; raises `ChannelExists` and refuses as `add_channel`.

    Credentials are replaced one by one: those not named stay, an empty one is forgotten.
    """
    locked = lock_for_change(channel, expected_version=expected_version)
    if "credentials" in fields:
        fields["credentials"] = merged(locked.credentials, fields["credentials"])
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    check_setup(locked)
    told = sorted(changed)
    if _TESTED & set(changed):
        locked.tested_at, locked.test_problems, locked.resume_at = None, [], None
        changed |= dict.fromkeys(("tested_at", "test_problems", "resume_at"))
    try:
        with transaction.atomic():
            save_change(locked, *changed, now=now)
    except IntegrityError as error:
        raise ChannelExists from error
    _record(locked, "channel.changed", actor, now, fields=told)
    return locked


def check_setup(channel: Channel) -> None:
    """Refuse what the channel's kind cannot work with, field by field."""
    way = WAYS.get(channel.kind)
    if way is None:
        raise InvalidInput(errors={"kind": [_("Nothing can be published in this way yet.")]})
    if channel.platform not in way.platforms:
        kind, platform = ChannelKind(channel.kind).label, Platform(channel.platform).label
        sentence = _("“%(kind)s” does not reach: %(platform)s.")
        said = sentence % {"kind": kind, "platform": platform}
        raise InvalidInput(errors={"kind": [said]})
    errors = {
        **wrong_values("settings", way.settings, channel.settings, unknown=_NO_FIELD),
        **wrong_values("credentials", way.credentials, channel.credentials, unknown=_NO_FIELD),
    }
    if errors:
        raise InvalidInput(errors=errors)


def _record(channel: Channel, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=channel.brand_id, verb=verb, instance=channel, actor=actor, now=now, data=data
    )
