"""Who belongs to a brand, and as what."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, Member, Role, User
from crisisapi.accounts.selectors.members import is_member
from crisisapi.accounts.signals import account_changed
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import lock_version, save_change
from crisisapi.common.errors import DomainError, InvalidInput


class AlreadyMember(DomainError):
    """The person belongs to the brand already."""

    code = "already_member"
    detail = _("This person is a member already.")


class LastManager(DomainError):
    """The brand would be left without anyone to manage it."""

    code = "last_manager"
    detail = _("A brand needs a manager. Make somebody else one first.")


@transaction.atomic
def add_member(
    *, brand: Brand, user: User, role: str, department: str, actor: Actor, now: datetime
) -> Member:
    """Give a person a role; raises `AlreadyMember`."""
    try:
        with transaction.atomic():
            member = Member.objects.create(
                brand=brand, user=user, role=role, department=department, created_at=now
            )
    except IntegrityError as error:
        raise AlreadyMember from error
    _announce(member, "member.added", actor, now)
    return member


@transaction.atomic
def change_member(
    *,
    member: Member,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    role: str | None = None,
    department: str | None = None,
) -> Member:
    """Change role or department; raises `LastManager` rather than leave the brand alone."""
    locked = _lock(member, expected_version)
    if role is not None and role != Role.MANAGER:
        _refuse_last_manager(locked)
    before = (locked.role, locked.department)
    locked.role = role or locked.role
    locked.department = department or locked.department
    if (locked.role, locked.department) == before:
        return locked
    save_change(locked, "role", "department", now=now)
    _announce(locked, "member.changed", actor, now)
    return locked


@transaction.atomic
def remove_member(
    *, member: Member, actor: Actor, now: datetime, expected_version: int | None
) -> None:
    """End a membership; raises `LastManager`."""
    locked = _lock(member, expected_version)
    _refuse_last_manager(locked)
    _announce(locked, "member.removed", actor, now)
    locked.delete()


def require_member(person: User | None, brand: Brand, *, field: str) -> None:
    """Refuse, at the field that names them, a person who is no member; nobody (None) may stand."""
    if not is_member(person, brand):
        raise InvalidInput(errors={field: [_("This person is not a member of the brand.")]})


def _lock(member: Member, expected_version: int | None) -> Member:
    # The brand's row is the lock of its set of managers.
    Brand.objects.select_for_update(no_key=True).get(pk=member.brand_id)
    return lock_version(Member.objects.all(), member.pk, expected_version=expected_version)


def _refuse_last_manager(member: Member) -> None:
    others = Member.objects.filter(brand_id=member.brand_id, role=Role.MANAGER)
    if member.role == Role.MANAGER and not others.exclude(pk=member.pk).exists():
        raise LastManager


def _announce(member: Member, verb: str, actor: Actor, now: datetime) -> None:
    account_changed.send(
        sender=Member,
        brand_id=member.brand_id,
        verb=verb,
        instance=member,
        actor=actor,
        now=now,
        data={
            "user": str(member.user_id),
            "role": member.role,
            "department": member.department,
        },
    )
