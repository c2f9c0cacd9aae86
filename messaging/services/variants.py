"""Variants: written, changed and dropped; each time the message is worded anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import record_event
from messaging.models import Channel, MediaAsset, Message, Variant, VariantMedia
from messaging.rules.variant_options import wrong_options
from messaging.services.messages import require_changeable, reword
from messaging.services.piecing import Shown, compose, shown_by
from messaging.services.steps import lock_message

_SENTENCES = {
    "unknown": _("%(name)s: the platform knows no such option."),
    "type": _("%(name)s: this is not of the right kind."),
    "choice": _("%(name)s: choose one that the platform knows."),
    "long": _("%(name)s is too long."),
    "many": _("%(name)s has too many values."),
}


class VariantExists(DomainError):
    """There is a variant for this channel."""

    code = "variant_exists"
    detail = _("The message has a variant for this channel already. Change that one.")


@transaction.atomic
def write_variant(
    *,
    message: Message,
    channel: Channel,
    actor: Actor,
    now: datetime,
    media: Sequence[Shown] = (),
    reason: str = "",
    **fields: Any,
) -> Variant:
    """Say what a message says on one channel; an approval of the message is taken back.

    Refuses a message that is public, a channel or media of another brand, options its platform
    does not know, and a second variant for a channel.
    """
    locked = lock_message(message, expected_version=None)
    require_changeable(locked)
    _check(locked, channel, media, fields.get("options", {}))
    if locked.variants.filter(channel=channel).exists():
        raise VariantExists
    variant = Variant(
        brand_id=locked.brand_id,
        message=locked,
        channel=channel,
        created_at=now,
        updated_at=now,
        **fields,
    )
    variant.pieces = compose(locked, variant, channel, media)
    variant.save()
    _show(variant, media)
    _record(variant, "variant.written", actor, now, posts=len(variant.pieces))
    reword(locked, ["variants"], reason, actor, now)
    return variant


@transaction.atomic
def change_variant(
    *,
    variant: Variant,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    media: Sequence[Shown] | None = None,
    reason: str = "",
    **fields: Any,
) -> Variant:
    """Change what a message says on a channel; an approval of the message is taken back.

    What changes neither the posts nor anything else of it leaves no trace.
    """
    message = lock_message(variant.message, expected_version=None)
    locked = _lock(variant, expected_version)
    require_changeable(message)
    before = shown_by(locked)
    shown = before if media is None else list(media)
    _check(message, locked.channel, shown, fields.get("options", locked.options))
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, fields[name])
    if not changed and shown == before:
        return locked
    locked.pieces = compose(message, locked, locked.channel, shown)
    save_change(locked, *changed, "pieces", now=now)
    if shown != before:
        changed.append("media")
        _show(locked, shown)
    _record(locked, "variant.changed", actor, now, fields=sorted(changed))
    reword(message, ["variants"], reason, actor, now)
    return locked


@transaction.atomic
def drop_variant(
    *,
    variant: Variant,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    reason: str = "",
) -> None:
    """Let the channel show the message as it stands; the revisions keep what the variant was."""
    message = lock_message(variant.message, expected_version=None)
    locked = _lock(variant, expected_version)
    require_changeable(message)
    _record(locked, "variant.dropped", actor, now, reason=reason)
    locked.delete()
    reword(message, ["variants"], reason, actor, now)


def _lock(variant: Variant, expected_version: int | None) -> Variant:
    rows = Variant.objects.select_related("channel")
    return lock_version(rows, variant.pk, expected_version=expected_version)


def _check(
    message: Message, channel: Channel, media: Sequence[Shown], options: Mapping[str, Any]
) -> None:
    errors: dict[str, list[object]] = {}
    if channel.brand_id != message.brand_id:
        errors["channel"] = [_("The channel belongs to another brand.")]
    if any(not _may_show(message, asset) for asset, _alt_text in media):
        errors["media"] = [_("A picture or film belongs to another brand or incident.")]
    if len({asset.pk for asset, _alt_text in media}) != len(media):
        errors["media"] = [_("Show each picture or film once.")]
    if wrong := wrong_options(channel.platform, options):
        errors["options"] = [_SENTENCES[code] % {"name": name} for name, code in wrong.items()]
    if errors:
        raise InvalidInput(errors=errors)


def _may_show(message: Message, asset: MediaAsset) -> bool:
    return asset.brand_id == message.brand_id and asset.incident_id in (None, message.incident_id)


def _show(variant: Variant, media: Sequence[Shown]) -> None:
    variant.media.all().delete()
    VariantMedia.objects.bulk_create(
        VariantMedia(variant=variant, asset=asset, position=position, alt_text=alt_text)
        for position, (asset, alt_text) in enumerate(media)
    )


def _record(variant: Variant, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=variant.brand_id,
        incident_id=variant.message.incident_id,
        verb=verb,
        instance=variant,
        actor=actor,
        now=now,
        data={"message": variant.message_id, "channel": variant.channel_id, **data},
    )
