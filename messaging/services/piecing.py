"""What exactly the variants of a message send: made when they are written, kept as it is.

The approval covers what is kept. A later change of the channel's limits, or of this code, changes
nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings

from messaging.models import Channel, ChannelKind, MediaAsset, Message, Variant
from messaging.rules.limits.base import Medium
from messaging.rules.measuring import Measure
from messaging.rules.pieces import Draft, measured, options_of, posts_of

# A picture or film, and how it is described where it is shown.
Shown = tuple[MediaAsset, str]


def limits_of(channel: Channel) -> dict[str, Any]:
    """Return what the account of a channel allows, where it said so."""
    return {name: value for name, value in channel.limits.items() if isinstance(value, int)}


def medium_of(asset: MediaAsset, alt_text: str) -> Medium:
    """Return what the limits look at of a picture or film."""
    return Medium(asset.content_type, asset.size, asset.width, asset.height, bool(alt_text.strip()))


def shown_by(variant: Variant) -> list[Shown]:
    """Return pictures and films of a variant in their order."""
    return [(one.asset, one.alt_text) for one in variant.media.select_related("asset")]


def draft_of(message: Message, variant: Variant, shown: Sequence[Shown]) -> Draft:
    """Return what a variant of a message says, what it leaves out taken from the message."""
    return Draft(
        text=variant.text or message.body,
        language=message.language,
        title=variant.title or message.title,
        link=variant.link,
        is_thread=variant.is_thread,
        is_numbered=variant.is_numbered,
        is_isolated=variant.is_isolated,
        options=variant.options,
        media=[medium_of(asset, alt_text) for asset, alt_text in shown],
    )


def compose(
    message: Message, variant: Variant, channel: Channel, shown: Sequence[Shown]
) -> list[dict[str, Any]]:
    """Return the posts a variant makes, as they are kept and sent; media go with the first."""
    draft = draft_of(message, variant, shown)
    if channel.kind == ChannelKind.PAGE:
        draft = replace(draft, is_thread=False)  # on a page of ours one message is one update
    texts = posts_of(channel.platform, draft, limits_of(channel))
    options = options_of(channel.platform, draft)
    rest = {name: value for name, value in options.items() if name not in ("reply_to", "link")}
    return [
        {
            "title": draft.title,
            "text": text,
            "language": draft.language,
            "attachments": [] if place else [_attachment(*one) for one in shown],
            "options": rest if place else options,
        }
        for place, text in enumerate(texts)
    ]


def measures_of(
    variant: Variant, shown: Sequence[Shown], pieces: Sequence[Mapping[str, Any]]
) -> list[Measure]:
    """Measure the posts a variant keeps."""
    channel = variant.channel
    draft = draft_of(variant.message, variant, shown)
    texts = [piece["text"] for piece in pieces]
    return measured(channel.platform, draft, texts, limits_of(channel))


def refresh_pieces(message: Message) -> None:
    """Make the posts of all variants of a locked message anew, after its own words changed."""
    for variant in message.variants.select_related("channel"):
        pieces = compose(message, variant, variant.channel, shown_by(variant))
        if pieces != variant.pieces:
            Variant.objects.filter(pk=variant.pk).update(pieces=pieces)


def wordings_of(message: Message) -> list[dict[str, Any]]:
    """Return what each channel with a variant is to show, as the hash of the wording covers it."""
    rows = message.variants.order_by("channel_id").values_list("channel_id", "pieces")
    return [{"channel": str(channel_id), "pieces": pieces} for channel_id, pieces in rows]


def public_address(asset: MediaAsset) -> str:
    """Return where the public reads a file: platforms that fetch it come here."""
    return asset.url or f"{settings.PUBLIC_URL}/api/v1/public-media/{asset.token}/"


def _attachment(asset: MediaAsset, alt_text: str) -> dict[str, Any]:
    return {
        "asset": str(asset.pk),
        "url": public_address(asset),
        "mime_type": asset.content_type,
        "alt_text": alt_text,
        "size": asset.size,
        "sha256": asset.sha256,
    }
