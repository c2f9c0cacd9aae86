"""Pushing deliveries as a listening tool would."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from rest_framework.test import APIClient

from monitoring.models import Source
from monitoring.rules.signature import sign


def mention(number: int, **fields: Any) -> dict[str, Any]:
    """Return one item as integrators send it."""
    return {
        "id": f"post-{number}",
        "text": f"The handle of my kettle cracked, number {number}",
        "platform": "x",
        "published_at": "2026-03-04T09:15:00Z",
        **fields,
    }


def body_of(*mentions: dict[str, Any]) -> bytes:
    """Return the body of a delivery."""
    return json.dumps({"mentions": mentions}, ensure_ascii=False).encode()


def push(
    source: Source,
    body: bytes,
    *,
    message_id: str = "msg_1",
    at: datetime | None = None,
    secret: str | None = None,
    signed: bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Push a body, signed as Standard Webhooks says; returns the response."""
    timestamp = int((at or datetime.now(UTC)).timestamp())
    signature = sign(
        secret or source.secret,
        message_id=message_id,
        timestamp=timestamp,
        body=body if signed is None else signed,
    )
    return APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        body,
        content_type="application/json",
        headers={
            **headers,
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature,
        },
    )
