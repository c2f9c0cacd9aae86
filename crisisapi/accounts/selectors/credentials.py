"""Who a secret belongs to."""

from datetime import datetime

from crisisapi.accounts.credentials import hash_of
from crisisapi.accounts.models import AccessToken, ApiKey, User


def find_token_user(secret: str, *, now: datetime) -> User | None:
    """Return the active person of a living token."""
    token = (
        AccessToken.objects.select_related("user")
        .filter(secret_hash=hash_of(secret), expires_at__gt=now, user__is_active=True)
        .first()
    )
    return token.user if token else None


def find_api_key(secret: str, *, now: datetime) -> ApiKey | None:
    """Return the usable key of this secret."""
    return ApiKey.objects.usable(now=now).filter(secret_hash=hash_of(secret)).first()
