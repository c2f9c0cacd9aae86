"""Bearer tokens of people, API keys of integrators, and the session cookie."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from crisisapi.accounts.credentials import KEY_PREFIX, TOKEN_PREFIX
from crisisapi.accounts.models import ApiKey, User
from crisisapi.accounts.selectors.credentials import find_api_key, find_token_user
from crisisapi.accounts.services.api_keys import note_key_use
from crisisapi.common.problems import CHALLENGE


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with an access token or an API key."""

    def authenticate(self, request: Request) -> tuple[User | ApiKey, None] | None:
        """Return who the bearer is, None when there is no such header."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        who: User | ApiKey | None = None
        if secret.startswith(TOKEN_PREFIX):
            who = find_token_user(secret, now=now)
        elif secret.startswith(KEY_PREFIX):
            who = find_api_key(secret, now=now)
            if who is not None:
                note_key_use(key=who, now=now)
        if who is None:
            raise AuthenticationFailed(_("This token or key is not known, or no longer valid."))
        return who, None

    def authenticate_header(self, request: Request) -> str:
        """Ask for a bearer."""
        return CHALLENGE


class CookieAuthentication(SessionAuthentication):
    """The session cookie of a front end on the same site; writing asks for the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Return the person of the session."""
        found = super().authenticate(request)
        return (found[0], None) if found else None

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a write without the CSRF token, by a code of its own."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(str(error.detail), code="csrf_failed") from error
