"""Pushing as Hootsuite would."""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from rest_framework.test import APIClient

from monitoring.models import Source
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account, Push

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOOTSUITE = PROVIDERS["hootsuite"]
SECRET = "00112233445566778899aabbccddeeff"
TOKEN = "kettle-callbacks-2026"
# The vector in the facts about the platform: key, bytes, digest.
VECTOR = (b'{"version":2}', "b10d1e4d102485af261c6a91c92d88d2244db46ae023d22e92ffc13dd37f4d49")


def inbound(number: int = 1, **message: Any) -> dict[str, Any]:
    """Return an event as the description of the Inbox API has it."""
    return {
        "type": "INBOUND_MESSAGE_RECEIVED",
        "version": 1,
        "idempotencyKey": f"key-{number}",
        "timestamp": "2026-03-04T09:29:58.635984618Z",
        "data": {
            "conversationId": "0-01d90bc1b13-000-9a9ca0d8",
            "message": {"messageId": f"m-{number}", "text": "הידית של הקומקום נסדקה", **message},
            "trigger": {"type": "POST", "action": "REPLY"},
            "channel": {"id": "0-0253", "name": "Rimon support"},
            "contactProfile": {
                "id": "693ed54b",
                "mediumContactProfileId": "bb7b0f8f",
                "primaryIdentifier": "Noa Levi",
                "secondaryIdentifier": "+972 50-123-4567",
            },
            "medium": {"id": "fb"},
        },
    }


def callback(message_id: str = "4138476039", state: str = "SENT", seq: str = "18") -> Any:
    """Return a callback of the REST platform."""
    return {
        "seq_no": seq,
        "type": "com.hootsuite.messages.event.v1",
        "data": {
            "state": state,
            "organization": None,
            "message": {"id": message_id},
            "timestamp": "2026-03-04T09:30:00Z",
        },
    }


def signed(body: bytes, secret: str = SECRET) -> str:
    """Return the signature in the header."""
    return hmac.new(bytes.fromhex(secret), body, sha256).hexdigest()


def account(**settings: str) -> Account:
    """Return an account with a secret and a token."""
    credentials = {"inbox_secret": SECRET, "callback_token": TOKEN}
    return Account(settings=settings, credentials=credentials)


def push_of(body: bytes, signature: str = "", **query: str) -> Push:
    """Return a request as a provider gets it."""
    return Push({"x-hootsuite-signature": signature} if signature else {}, query, body)


def push(source: Source, *events: Any, as_list: bool = True, **options: Any) -> Any:
    """Push events, signed unless there is a `query`."""
    body = json.dumps(list(events) if as_list else events[0]).encode()
    query = options.get("query", "")
    headers = {} if query else {"X-Hootsuite-Signature": options.get("signature") or signed(body)}
    return APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/{query}",
        body,
        content_type="application/json",
        headers=headers,
    )
