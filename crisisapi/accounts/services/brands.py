"""Brands come and change."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crisisapi.accounts.models import Brand, Department, Role, User
from crisisapi.accounts.services.members import add_member
from crisisapi.accounts.signals import account_changed
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change


@transaction.atomic
def create_brand(*, founder: User, actor: Actor, now: datetime, **fields: Any) -> Brand:
    """Make a brand with its founder as its first manager."""
    brand = Brand.objects.create(created_at=now, **fields)
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
    """Change name, languages or time zone."""
    locked = lock_version(Brand.objects.all(), brand.pk, expected_version=expected_version)
    for name, value in fields.items():
        setattr(locked, name, value)
    save_change(locked, *fields, now=now)
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
        data={"name": brand.name, "languages": brand.languages, "time_zone": brand.time_zone},
    )
