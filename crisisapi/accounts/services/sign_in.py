"""Signing in with a password: for a cookie or for a bearer token; guessing is slow."""

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.credentials import SHOWN, TOKEN_PREFIX, hash_of, new_secret
from crisisapi.accounts.models import AccessToken, SignInAttempt, User
from crisisapi.common.errors import DomainError, Refusal

ATTEMPTS = 10
WITHIN = timedelta(minutes=15)


class WrongPassword(DomainError):
    """No active user has this name and password."""

    code = "wrong_password"
    refusal = Refusal.UNSIGNED
    detail = _("The user name or the password is wrong.")


class TooManyAttempts(DomainError):
    """The name was tried too often."""

    code = "too_many_attempts"
    refusal = Refusal.TOO_MANY
    detail = _("Too many failed attempts. Wait a quarter of an hour.")


def check_password(*, username: str, password: str, now: datetime) -> User:
    """Return the user; a failure counts, and after ten in fifteen minutes the name is locked."""
    name_hash = hashlib.sha256(username.casefold().encode()).hexdigest()
    recent = SignInAttempt.objects.filter(username_hash=name_hash, attempted_at__gt=now - WITHIN)
    if recent.count() >= ATTEMPTS:
        raise TooManyAttempts(retry_after=int(WITHIN.total_seconds()))
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        SignInAttempt.objects.create(username_hash=name_hash, attempted_at=now)
        raise WrongPassword
    SignInAttempt.objects.filter(username_hash=name_hash).delete()
    return user


@transaction.atomic
def issue_access_token(
    *, user: User, lifetime: timedelta, now: datetime
) -> tuple[AccessToken, str]:
    """Return a token and its secret, which nobody can read again."""
    secret = new_secret(TOKEN_PREFIX)
    token = AccessToken.objects.create(
        user=user,
        prefix=secret[:SHOWN],
        secret_hash=hash_of(secret),
        expires_at=now + lifetime,
        created_at=now,
    )
    return token, secret


def purge_sign_ins(*, now: datetime) -> None:
    """Forget dead tokens and attempts that count no more."""
    AccessToken.objects.filter(expires_at__lt=now).delete()
    SignInAttempt.objects.filter(attempted_at__lt=now - WITHIN).delete()
