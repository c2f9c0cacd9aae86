"""How X signs what it pushes: docs.x.com/x-api/webhooks/quickstart."""

import base64
import hashlib
import hmac

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.signature import DOES_NOT_FIT, BadSignature

HEADER = "x-twitter-webhooks-signature"


def signed(secret: str, message: bytes) -> str:
    """Return `sha256=` and the base64 of HMAC-SHA256; it also answers the challenge of X."""
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(digest).decode()}"


def verify_signed(secret: str, *, signature: str, body: bytes) -> None:
    """Raise `BadSignature` unless the consumer secret of the app signed these exact bytes."""
    if not signature:
        raise BadSignature("signature_missing", _("Send %(header)s.") % {"header": HEADER})
    fits = hmac.compare_digest(signed(secret, body).encode(), signature.encode())
    # What is signed with no secret at all anybody can sign.
    if not secret or not fits:
        raise BadSignature("signature_invalid", DOES_NOT_FIT)
