"""What exactly is sent to a channel: one post, or several in a row."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from messaging.channels.http import CallFailed, call
from messaging.models import Channel, MediaFile, Message


@dataclass(frozen=True)
class Wording:
    """One post; `attachments` say `url`, `mime_type`, `alt_text`, `size` and `sha256` each."""

    title: str
    text: str
    language: str
    attachments: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


class AttachmentLost(Exception):
    """The file is not where it was, or not what it was."""


def pieces_of(message: Message, channel: Channel) -> list[Wording]:
    """Return the posts that a message is on a channel: those its variant keeps, or its body."""
    variant = message.variants.filter(channel=channel).first()
    if variant is None:
        return [Wording(message.title, message.body, message.language)]
    return [
        Wording(
            piece["title"],
            piece["text"],
            piece["language"],
            tuple(piece["attachments"]),
            piece["options"],
        )
        for piece in variant.pieces
    ]


def read_attachment(stored: Mapping[str, Any]) -> bytes:
    """Return the bytes of an attachment; refuses other bytes than the approved ones."""
    kept = MediaFile.objects.filter(asset_id=stored["asset"]).first() if "asset" in stored else None
    content = bytes(kept.content) if kept else _fetched(stored["url"])
    if hashlib.sha256(content).hexdigest() != stored["sha256"]:
        raise AttachmentLost(stored["url"])
    return content


def _fetched(url: str) -> bytes:
    try:
        return call("GET", url).body
    except CallFailed as error:
        raise AttachmentLost(url) from error
