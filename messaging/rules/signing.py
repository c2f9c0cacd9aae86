"""Standard Webhooks 1.0.0, symmetric: signing what we send.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import secrets as randomness
from collections.abc import Iterable

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64


def new_webhook_secret() -> str:
    """Return a secret of 32 random bytes in the form people paste."""
    return PREFIX + base64.b64encode(randomness.token_bytes(32)).decode()


def key_of(secret: str) -> bytes | None:
    """Return the bytes of a secret as people paste it, None when it is none of 24-64 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if LEAST_BYTES <= len(key) <= MOST_BYTES else None


def signed_headers(
    secrets: Iterable[str], *, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """Return the three headers; one signature a secret, so that a receiver may change its own.

    `timestamp` is in Unix seconds, of this attempt; the id stays the same in every attempt.
    """
    said = b".".join([message_id.encode(), str(timestamp).encode(), body])
    digests = [
        hmac.new(key, said, hashlib.sha256).digest()
        for key in map(key_of, secrets)
        if key is not None
    ]
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures,
    }
