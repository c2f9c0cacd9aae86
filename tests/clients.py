"""Clients that carry a key or a token instead of a cookie."""

from datetime import timedelta

from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.api_keys import create_api_key
from crisisapi.accounts.services.sign_in import issue_access_token
from crisisapi.common.actors import SYSTEM


def bearing(secret: str) -> APIClient:
    """Return a client with this key or token."""
    return APIClient(headers={"authorization": f"Bearer {secret}"})


def with_key(brand: Brand, *scopes: str) -> APIClient:
    """Return a client with a new key of the brand."""
    _key, secret = create_api_key(
        brand=brand, name="CI", scopes=scopes, actor=SYSTEM, now=timezone.now()
    )
    return bearing(secret)


def with_token(user: User) -> APIClient:
    """Return a client with a new token of the person."""
    _token, secret = issue_access_token(user=user, lifetime=timedelta(hours=1), now=timezone.now())
    return bearing(secret)
