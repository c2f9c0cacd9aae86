"""Standard Webhooks 1.0.0, symmetric: who signed these exact bytes, and when.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from crisisapi.common.plain_sentences import plain_sentence as _
from messaging.rules.signing import PREFIX

TOLERANCE = timedelta(minutes=5)
ID_LENGTH = 200
DOES_NOT_FIT = _("The signature does not fit these bytes.")


class BadSignature(Exception):
    """The delivery is not what it says it is; `code` says which check failed."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(code)


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the `v1,…` signature of `id.timestamp.body`; timestamp in Unix seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = b".".join([message_id.encode(), str(timestamp).encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def verify(
    *,
    usable_secrets: Iterable[str],
    message_id: str,
    timestamp: str,
    signatures: str,
    body: bytes,
    now: datetime,
) -> None:
    """Raise `BadSignature` unless one of the secrets signed these bytes within five minutes.

    The header may carry several signatures, separated by blanks; unknown versions are skipped.
    """
    if not message_id or not timestamp or not signatures:
        reason = _("Send webhook-id, webhook-timestamp and webhook-signature.")
        raise BadSignature("signature_missing", reason)
    if len(message_id) > ID_LENGTH or not message_id.isprintable() or not message_id.isascii():
        reason = _("webhook-id: at most %(most)d ASCII letters.") % {"most": ID_LENGTH}
        raise BadSignature("webhook_id_invalid", reason)
    sent = _sent_at(timestamp)
    if abs(now - sent) > TOLERANCE:
        reason = _("webhook-timestamp is more than five minutes off.")
        raise BadSignature("timestamp_out_of_tolerance", reason)
    given = [part.encode() for part in signatures.split(" ") if part.startswith("v1,")]
    for secret in usable_secrets:
        expected = sign(secret, message_id=message_id, timestamp=int(timestamp), body=body).encode()
        if any(hmac.compare_digest(expected, part) for part in given):
            return
    raise BadSignature("signature_invalid", DOES_NOT_FIT)


def _sent_at(timestamp: str) -> datetime:
    try:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise ValueError(timestamp)
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError, binascii.Error) as error:
        reason = _("webhook-timestamp: whole Unix seconds.")
        raise BadSignature("timestamp_invalid", reason) from error
