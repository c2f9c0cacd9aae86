"""Making, rotating and revoking API keys."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.credentials import KEY_PREFIX, SHOWN, hash_of, new_secret
from crisisapi.accounts.models import ApiKey, Brand
from crisisapi.accounts.signals import account_changed
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput

USE_NOTED_EVERY = timedelta(minutes=1)


class KeyRevoked(DomainError):
    """The key was taken back or rotated already, or it has expired."""

    code = "api_key_revoked"
    detail = _("This key was revoked or rotated already, or it has expired.")


@transaction.atomic
def create_api_key(
    *,
    brand: Brand,
    name: str,
    scopes: Sequence[str],
    actor: Actor,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; returns it with its secret, which nobody can read again."""
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(errors={"expires_at": [_("Give a time to come.")]})
    secret = new_secret(KEY_PREFIX)
    key = ApiKey.objects.create(
        brand=brand,
        name=name,
        prefix=secret[:SHOWN],
        secret_hash=hash_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_by_id=actor.person_id,
        created_at=now,
    )
    _announce(key, "api_key.created", actor, now, scopes=key.scopes)
    return key, secret


@transaction.atomic
def rotate_api_key(
    *, key: ApiKey, actor: Actor, now: datetime, overlap: timedelta, expected_version: int | None
) -> tuple[ApiKey, str]:
    """Make a key of the same scopes and length of life; the old one works for `overlap` more.

    Raises `KeyRevoked` when the old key was revoked or rotated before, or has expired.
    """
    old = lock_version(ApiKey.objects.all(), key.pk, expected_version=expected_version)
    is_usable = ApiKey.objects.usable(now=now).filter(pk=old.pk).exists()
    if not is_usable or ApiKey.objects.filter(replaces=old).exists():
        raise KeyRevoked
    new, secret = create_api_key(
        brand=old.brand,
        name=old.name,
        scopes=old.scopes,
        actor=actor,
        now=now,
        expires_at=now + (old.expires_at - old.created_at) if old.expires_at else None,
    )
    new.replaces = old
    new.save(update_fields=["replaces"])
    old.expires_at = min(filter(None, [old.expires_at, now + overlap]))
    save_change(old, "expires_at", now=now)
    _announce(old, "api_key.rotated", actor, now, replaced_by=str(new.pk))
    return new, secret


@transaction.atomic
def revoke_api_key(
    *, key: ApiKey, actor: Actor, now: datetime, expected_version: int | None
) -> ApiKey:
    """Take a key back at once; raises `KeyRevoked` when it was before."""
    locked = lock_version(ApiKey.objects.all(), key.pk, expected_version=expected_version)
    if locked.revoked_at is not None:
        raise KeyRevoked
    locked.revoked_at = now
    save_change(locked, "revoked_at", now=now)
    _announce(locked, "api_key.revoked", actor, now)
    return locked


def note_key_use(*, key: ApiKey, now: datetime) -> None:
    """Remember that the key was used, at most once a minute."""
    if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
        ApiKey.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY), pk=key.pk
        ).update(last_used_at=now)


def _announce(key: ApiKey, verb: str, actor: Actor, now: datetime, **facts: object) -> None:
    account_changed.send(
        sender=ApiKey,
        brand_id=key.brand_id,
        verb=verb,
        instance=key,
        actor=actor,
        now=now,
        data={"name": key.name, "prefix": key.prefix, **facts},
    )
