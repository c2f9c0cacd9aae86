"""What exactly is sent to a channel: one post, or several in a row."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from messaging.channels.http import CallFailed, call
from messaging.models import Channel, Message


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
    """Return the posts that a message is on a channel, in their order."""
    return [Wording(message.title, message.body, message.language)]


def read_attachment(stored: Mapping[str, Any]) -> bytes:
    """Return the bytes of an attachment; refuses other bytes than the approved ones."""
    try:
        answer = call("GET", stored["url"])
    except CallFailed as error:
        raise AttachmentLost(stored["url"]) from error
    if hashlib.sha256(answer.body).hexdigest() != stored["sha256"]:
        raise AttachmentLost(stored["url"])
    return answer.body
