"""Brands come and change."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, Department, Role, User
from crisisapi.accounts.services.members import add_member
from crisisapi.accounts.signals import account_changed
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, lock_version, save_change
from crisisapi.common.errors import DomainError

_TOLD = ("name", "languages", "time_zone", "mentions_kept_days", "deliveries_kept_days")


class SlugTaken(DomainError):
    """Another brand has this slug."""

    code = "slug_taken"
    detail = _("There is a brand with this slug already.")


@transaction.atomic
def create_brand(*, founder: User, actor: Actor, now: datetime, **fields: Any) -> Brand:
    """Make a brand with its founder as its first manager; raises `SlugTaken`."""
    try:
        with transaction.atomic():
            brand = Brand.objects.create(created_at=now, updated_at=now, **fields)
    except IntegrityError as error:
        raise SlugTaken from error
    _announce(brand, "brand.created", actor, now)
    add_member(
        brand=brand,
        user=founder,
        role=Role.MANAGER,
        department=Department.OTHER,
        actor=actor,
        now=now,
    )
    return brand


@transaction.atomic
def change_brand(
    *, brand: Brand, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> Brand:
    """Change name, languages, time zone, or how long what is heard is kept."""
    locked = lock_version(Brand.objects.all(), brand.pk, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    save_change(locked, *changed, now=now)
    _announce(locked, "brand.changed", actor, now)
    return locked


def _announce(brand: Brand, verb: str, actor: Actor, now: datetime) -> None:
    account_changed.send(
        sender=Brand,
        brand_id=brand.pk,
        verb=verb,
        instance=brand,
        actor=actor,
        now=now,
        data={name: getattr(brand, name) for name in _TOLD},
    )
