"""Random secrets shown once, and the hash that is kept of them."""

import hashlib
import secrets

KEY_PREFIX = "cak_"
TOKEN_PREFIX = "cat_"  # noqa: S105 - a marker in front of the secret, not a secret
SHOWN = 12


def new_secret(prefix: str) -> str:
    """Return a secret of 256 random bits behind the prefix."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is stored; a fast hash suffices for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
